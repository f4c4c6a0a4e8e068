// eq, ne, lt, le, gt and ge.
#include "actuator/rules/template/format.h"
#include "actuator/rules/template/functions.h"

namespace hotspot::rules::templates {
namespace {

enum class Basic { kOther, kBool, kComplex, kInt, kFloat, kText, kByte };

Basic basic(const Value& value) {
  if (value.is(Type::kByte)) return Basic::kByte;
  if (is_integer(value)) return Basic::kInt;
  if (is_text(value)) return Basic::kText;
  if (value.is(Type::kBool)) return Basic::kBool;
  if (value.is(Type::kFloat)) return Basic::kFloat;
  if (value.is(Type::kComplex)) return Basic::kComplex;
  return Basic::kOther;
}

bool both_integers(Basic a, Basic b) {
  return (a == Basic::kInt || a == Basic::kByte) && (b == Basic::kInt || b == Basic::kByte);
}

bool is_nil(const Value& value) {
  return value.is(Type::kNone) || (value.is(Type::kSample) && value.sample() == nullptr);
}

Result<bool> others_equal(const Value& a, const Value& b) {
  if (is_nil(a) || is_nil(b)) return is_nil(a) == is_nil(b);
  if (a.is(Type::kSample) && b.is(Type::kSample)) return a.sample() == b.sample();
  if ((a.is(Type::kTimeOf) || a.is(Type::kTime)) && a.type == b.type) return a.integer() == b.integer();
  return Error{"non-comparable type " + shown(b) + ": " + type_name(b)};
}

Result<bool> equal(const Value& a, const Value& b) {
  const Basic x = basic(a), y = basic(b);
  if (both_integers(x, y)) return a.integer() == b.integer();
  if (x != y) {
    if (!a.is(Type::kNone) && !b.is(Type::kNone)) return Error{"incompatible types for comparison"};
    return false;
  }
  switch (x) {
    case Basic::kBool:
      return a.truth() == b.truth();
    case Basic::kFloat:
      return a.number() == b.number();
    case Basic::kText:
      return a.text() == b.text();
    case Basic::kComplex:
      return std::get<std::complex<double>>(a.held) == std::get<std::complex<double>>(b.held);
    default:
      return others_equal(a, b);
  }
}

Result<bool> less(const Value& a, const Value& b) {
  const Basic x = basic(a), y = basic(b);
  if (x == Basic::kOther || y == Basic::kOther) return Error{"invalid type for comparison"};
  if (both_integers(x, y)) return a.integer() < b.integer();
  if (x != y) return Error{"incompatible types for comparison"};
  if (x == Basic::kFloat) return a.number() < b.number();
  if (x == Basic::kText) return a.text() < b.text();
  return Error{"invalid type for comparison"};
}

Result<bool> less_or_equal(const Value& a, const Value& b) {
  const auto below = less(a, b);
  return !below || *below ? below : equal(a, b);
}

Result<Value> answer(const Result<bool>& truth, bool wanted) {
  if (!truth) return truth.error();
  return of_bool(*truth == wanted);
}

using Arguments = std::span<const Value>;

Result<Value> eq(Arguments arguments, Surroundings&) {
  if (arguments.size() < 2) return Error{"missing argument for comparison"};
  for (const Value& other : arguments.subspan(1)) {
    const auto same = equal(arguments[0], other);
    if (!same || *same) return answer(same, true);
  }
  return of_bool(false);
}
Result<Value> ne(Arguments a, Surroundings&) { return answer(equal(a[0], a[1]), false); }
Result<Value> lt(Arguments a, Surroundings&) { return answer(less(a[0], a[1]), true); }
Result<Value> le(Arguments a, Surroundings&) { return answer(less_or_equal(a[0], a[1]), true); }
Result<Value> gt(Arguments a, Surroundings&) { return answer(less_or_equal(a[0], a[1]), false); }
Result<Value> ge(Arguments a, Surroundings&) { return answer(less(a[0], a[1]), false); }

}  // namespace

std::vector<Function> compare_functions() {
  using enum Parameter;
  return {{"eq", {kAny, kAny}, true, eq},  {"ne", {kAny, kAny}, false, ne}, {"lt", {kAny, kAny}, false, lt},
          {"le", {kAny, kAny}, false, le}, {"gt", {kAny, kAny}, false, gt}, {"ge", {kAny, kAny}, false, ge}};
}

}  // namespace hotspot::rules::templates
