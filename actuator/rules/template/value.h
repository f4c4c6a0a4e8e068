// The values that a template works with: those that Go's text/template has in a Prometheus alert.
//
// PURE. Cheap to copy: large parts are shared.
#pragma once

#include <complex>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace hotspot::rules::templates {

using TextMap = std::map<std::string, std::string>;

// One value of a query.
struct Sample {
  TextMap labels;
  double value = 0;
};
using SampleList = std::vector<std::shared_ptr<const Sample>>;

struct Value;
using ValueMap = std::map<std::string, Value>;

// The result of `args`. `depth`: the deepest nesting of maps; traversing them takes that much stack.
struct NestedMap {
  ValueMap values;
  int depth = 1;
};

// "." of an alert.
struct Data {
  std::shared_ptr<const TextMap> labels, external_labels;
  std::string external_url;
  double value = 0;
};

enum class Type {
  kNone,  // nil, and missing values
  kBool,
  kInt,
  kInt64,
  kByte,
  kFloat,
  kComplex,
  kString,
  kHtml,
  kTextMap,
  kValueMap,
  kSamples,
  kSample,
  kData,
  kTime,      // nanoseconds since 1970
  kTimeOf,    // a pointer to a time
  kDuration,  // nanoseconds
  kMonth,     // 1 to 12
  kWeekday,   // Sunday is 0
};

struct Value {
  Type type = Type::kNone;
  std::variant<std::monostate, bool, std::int64_t, double, std::complex<double>, std::shared_ptr<const std::string>,
               std::shared_ptr<const TextMap>, std::shared_ptr<const NestedMap>, std::shared_ptr<const SampleList>,
               std::shared_ptr<const Sample>, std::shared_ptr<const Data>>
      held;

  bool is(Type wanted) const { return type == wanted; }
  bool truth() const { return std::get<bool>(held); }
  std::int64_t integer() const { return std::get<std::int64_t>(held); }
  double number() const { return std::get<double>(held); }
  const std::string& text() const { return *std::get<std::shared_ptr<const std::string>>(held); }
  const TextMap& texts() const { return *std::get<std::shared_ptr<const TextMap>>(held); }
  const ValueMap& values() const { return std::get<std::shared_ptr<const NestedMap>>(held)->values; }
  int depth() const { return is(Type::kValueMap) ? std::get<std::shared_ptr<const NestedMap>>(held)->depth : 0; }
  const SampleList& samples() const { return *std::get<std::shared_ptr<const SampleList>>(held); }
  const Sample* sample() const { return std::get<std::shared_ptr<const Sample>>(held).get(); }  // null: nil
  const Data& data() const { return *std::get<std::shared_ptr<const Data>>(held); }
};

Value of_bool(bool truth);
Value of_int(std::int64_t number);
Value of_number(double number);
Value of_text(std::string text, Type type = Type::kString);
Value of_sample(std::shared_ptr<const Sample> sample);
Value of_samples(SampleList samples);
Value of_kind(Type type, std::int64_t number);

bool is_integer(const Value& value);        // by kind in Go's sense: int, int64, byte, and types based on them
bool is_text(const Value& value);           // likewise
bool is_true(const Value& value);           // as `if` sees it: not the zero value of its type
std::string type_name(const Value& value);  // "float64", "map[string]string", …

}  // namespace hotspot::rules::templates
