#include "actuator/rules/template/value.h"

namespace hotspot::rules::templates {

Value of_bool(bool truth) { return {Type::kBool, truth}; }
Value of_int(std::int64_t number) { return {Type::kInt, number}; }
Value of_number(double number) { return {Type::kFloat, number}; }
Value of_text(std::string text, Type type) { return {type, std::make_shared<const std::string>(std::move(text))}; }
Value of_sample(std::shared_ptr<const Sample> sample) { return {Type::kSample, std::move(sample)}; }
Value of_samples(SampleList samples) {
  return {Type::kSamples, std::make_shared<const SampleList>(std::move(samples))};
}
Value of_kind(Type type, std::int64_t number) { return {type, number}; }

bool is_integer(const Value& value) {
  switch (value.type) {
    case Type::kInt:
    case Type::kInt64:
    case Type::kByte:
    case Type::kDuration:
    case Type::kMonth:
    case Type::kWeekday:
      return true;
    default:
      return false;
  }
}

bool is_text(const Value& value) { return value.is(Type::kString) || value.is(Type::kHtml); }

bool is_true(const Value& value) {
  if (is_integer(value)) return value.integer() != 0;
  if (is_text(value)) return !value.text().empty();
  switch (value.type) {
    case Type::kNone:
      return false;
    case Type::kBool:
      return value.truth();
    case Type::kFloat:
      return value.number() != 0;
    case Type::kComplex:
      return std::get<std::complex<double>>(value.held) != 0.0;
    case Type::kTextMap:
      return !value.texts().empty();
    case Type::kValueMap:
      return !value.values().empty();
    case Type::kSamples:
      return !value.samples().empty();
    case Type::kSample:
      return value.sample() != nullptr;
    default:
      return true;
  }
}

std::string type_name(const Value& value) {
  switch (value.type) {
    case Type::kNone:
      return "<nil>";
    case Type::kBool:
      return "bool";
    case Type::kInt:
      return "int";
    case Type::kInt64:
      return "int64";
    case Type::kByte:
      return "uint8";
    case Type::kFloat:
      return "float64";
    case Type::kComplex:
      return "complex128";
    case Type::kString:
      return "string";
    case Type::kHtml:
      return "template.HTML";
    case Type::kTextMap:
      return "map[string]string";
    case Type::kValueMap:
      return "map[string]interface {}";
    case Type::kSamples:
      return "template.queryResult";
    case Type::kSample:
      return "*template.sample";
    case Type::kData:
      return "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value float64 }";
    case Type::kTime:
      return "time.Time";
    case Type::kTimeOf:
      return "*time.Time";
    case Type::kDuration:
      return "time.Duration";
    case Type::kMonth:
      return "time.Month";
    case Type::kWeekday:
      return "time.Weekday";
  }
  return "";
}

}  // namespace hotspot::rules::templates
