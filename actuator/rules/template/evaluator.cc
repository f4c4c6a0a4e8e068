#include "actuator/rules/template/evaluator.h"

#include <algorithm>

#include "actuator/rules/template/digits.h"
#include "actuator/rules/template/format.h"

namespace hotspot::rules::templates {
namespace {

constexpr std::size_t kMaxSteps = 100'000;

// Prometheus puts this before each template, and counts it in the reported positions.
constexpr std::size_t kPrefix = std::string_view(
                                    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}"
                                    "{{$externalURL := .ExternalURL}}{{$value := .Value}}")
                                    .size();

}  // namespace

Value Evaluator::fail(const std::string& message) {
  if (error_) return {};
  const std::string_view before = input_.text.substr(0, node_ == nullptr ? 0 : node_->at);
  const std::size_t line_break = before.rfind('\n');
  const std::size_t column =
      line_break == std::string_view::npos ? before.size() + kPrefix : before.size() - line_break - 1;
  error_ = "error executing template " + input_.name + ": template: " + input_.name + ":" +
           std::to_string(1 + std::count(before.begin(), before.end(), '\n')) + ":" + std::to_string(column) +
           ": executing " + quote_text(called_, Quoting::kUnicode) + " at <" + (node_ ? source_of(*node_) : "") +
           ">: " + message;
  return {};
}

bool Evaluator::counts() {
  if (++steps_ <= kMaxSteps) return true;
  fail("the template takes more than 100000 steps");
  return false;
}

Value Evaluator::pipeline(const Value& dot, const Node& pipe) {
  at(pipe);
  if (!counts()) return {};
  std::optional<Value> value;
  for (const NodePtr& one : pipe.parts) {
    Value next = command(dot, *one, value ? &*value : nullptr);
    if (failed()) return {};
    value = std::move(next);
  }
  for (const NodePtr& variable : pipe.declared) {
    if (pipe.assigns)
      assign(variable->names[0], *value);
    else
      variables_.push_back({variable->names[0], *value});
  }
  // A range declares two variables, of which only the value is used until the first iteration.
  return std::move(*value);
}

void Evaluator::assign(const std::string& name, const Value& value) {
  for (auto variable = variables_.rbegin(); variable != variables_.rend(); ++variable) {
    if (variable->name != name) continue;
    variable->value = value;
    return;
  }
  fail("undefined variable: " + name);
}

Value Evaluator::variable(const std::string& name) {
  for (auto variable = variables_.rbegin(); variable != variables_.rend(); ++variable) {
    if (variable->name == name) return variable->value;
  }
  return fail("undefined variable: " + name);
}

Value Evaluator::no_function(const Arguments& words, const Value* last) {
  if (words.size() > 1 || last != nullptr) fail("can't give argument to non-function " + source_of(*words[0]));
  return {};
}

Value Evaluator::command(const Value& dot, const Node& command, const Value* last) {
  const Node& first = *command.parts[0];
  const Given given{dot, &command.parts, last};
  switch (first.kind) {
    case NodeKind::kField:
      at(first);
      return fields(dot, first, 0, given);
    case NodeKind::kChain:
      return chain(first, given);
    case NodeKind::kFunction:
      return function(first, command, given);
    case NodeKind::kPipe:
      no_function(command.parts, last);
      return failed() ? Value{} : pipeline(dot, first);
    case NodeKind::kVariable:
      return variable_chain(first, given);
    default:
      break;
  }
  at(first);
  no_function(command.parts, last);
  if (failed()) return {};
  return literal(dot, first);
}

Value Evaluator::literal(const Value& dot, const Node& node) {
  at(node);
  switch (node.kind) {
    case NodeKind::kBool:
      return of_bool(node.truth);
    case NodeKind::kDot:
      return dot;
    case NodeKind::kNumber:
      return constant(node);
    case NodeKind::kString:
      return of_text(node.value);
    default:
      return fail("nil is not a command");
  }
}

Value Evaluator::constant(const Node& node) {
  const Number& number = node.number;
  const std::string& text = node.text;
  if (number.pair) return {Type::kComplex, *number.pair};
  const bool is_hex =
      text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' && text.find_first_of("pP") == std::string::npos;
  if (number.real && !is_hex && text[0] != '\'' && text.find_first_of(".eEpP") != std::string::npos)
    return of_number(*number.real);
  if (number.integer) return of_int(*number.integer);
  return fail(text + " overflows int");
}

Value Evaluator::chain(const Node& node, const Given& given) {
  at(node);
  if (node.parts[0]->kind == NodeKind::kNil) return fail("indirection through explicit nil in " + source_of(node));
  const Value start = argument(given.dot, Parameter::kAny, *node.parts[0]);
  return failed() ? Value{} : fields(start, node, 0, given);
}

Value Evaluator::variable_chain(const Node& node, const Given& given) {
  at(node);
  const Value value = variable(node.names[0]);
  if (failed()) return {};
  if (node.names.size() > 1) return fields(value, node, 1, given);
  if (given.words != nullptr) no_function(*given.words, given.last);
  return failed() ? Value{} : value;
}

Value Evaluator::fields(Value receiver, const Node& node, std::size_t first, const Given& given) {
  for (std::size_t i = first; i < node.names.size() && !failed(); ++i) {
    const bool is_last = i + 1 == node.names.size();
    receiver = field(receiver, node, node.names[i], is_last ? given : Given{given.dot});
  }
  return receiver;
}

Value Evaluator::field(const Value& receiver, const Node& node, const std::string& name, const Given& given) {
  if (receiver.is(Type::kNone)) return {};
  if (const Method* method = find_method(receiver, name)) return call_method(receiver, node, *method, given);
  if (receiver.is(Type::kTextMap) || receiver.is(Type::kValueMap)) {
    if (given.any()) return fail(name + " is not a method but has arguments");
    return in_map(receiver, name);
  }
  std::optional<Value> found;
  if (receiver.is(Type::kSample)) {
    const Sample* sample = receiver.sample();
    const bool known = name == "Labels" || name == "Value";
    if (known && sample == nullptr) return fail("nil pointer evaluating *template.sample." + name);
    if (name == "Labels") found = Value{Type::kTextMap, std::make_shared<const TextMap>(sample->labels)};
    if (name == "Value") found = of_number(sample->value);
  } else if (receiver.is(Type::kData)) {
    found = of_data(receiver.data(), name);
  }
  if (!found) return fail("can't evaluate field " + name + " in type " + type_name(receiver));
  if (given.any()) return fail(name + " has arguments but cannot be invoked as function");
  return std::move(*found);
}

Value Evaluator::in_map(const Value& map, const std::string& name) {
  if (map.is(Type::kTextMap)) {
    const auto found = map.texts().find(name);
    return of_text(found == map.texts().end() ? "" : found->second);
  }
  const auto found = map.values().find(name);
  return found == map.values().end() ? Value{} : found->second;
}

std::optional<Value> Evaluator::of_data(const Data& data, const std::string& name) {
  if (name == "Labels") return Value{Type::kTextMap, data.labels};
  if (name == "ExternalLabels") return Value{Type::kTextMap, data.external_labels};
  if (name == "ExternalURL") return of_text(data.external_url);
  if (name == "Value") return of_number(data.value);
  return std::nullopt;
}

Value Evaluator::call_method(const Value& receiver, const Node& node, const Method& method, const Given& given) {
  const std::size_t count = given.words_behind() + (given.last != nullptr ? 1 : 0);
  const std::string name(method.name);
  if (count != method.receives.size())
    return fail("wrong number of args for " + name + ": want " + std::to_string(method.receives.size()) + " got " +
                std::to_string(count));
  std::vector<Value> values;
  for (std::size_t i = 0; i < count && !failed(); ++i) {
    const Node* word = i < given.words_behind() ? (*given.words)[i + 1].get() : nullptr;
    values.push_back(method_argument(given.dot, method.receives[i], word, given.last));
  }
  if (failed()) return {};
  at(node);
  return method.body(receiver, values);
}

Value Evaluator::method_argument(const Value& dot, Receives receives, const Node* word, const Value* last) {
  if (receives == Receives::kText)
    return word != nullptr ? argument(dot, Parameter::kText, *word) : validated(*last, Parameter::kText);
  const char* type = receives == Receives::kDuration ? "time.Duration" : "time.Time";
  if (word != nullptr && word->kind == NodeKind::kNumber && receives == Receives::kDuration) {
    at(*word);
    if (word->number.integer) return of_kind(Type::kDuration, *word->number.integer);
    return fail("expected integer; found " + source_of(*word));
  }
  Value value = word != nullptr ? argument(dot, Parameter::kAny, *word) : *last;
  if (failed()) return {};
  const bool fits =
      receives == Receives::kDuration ? value.is(Type::kDuration) : value.is(Type::kTime) || value.is(Type::kTimeOf);
  if (!fits) return fail(std::string("wrong type for value; expected ") + type + "; got " + type_name(value));
  return value;
}

Value Evaluator::function(const Node& name, const Node& told, const Given& given) {
  at(name);
  const Function* found = find_function(name.text);
  if (found == nullptr) return fail("\"" + name.text + "\" is not a defined function");
  const std::size_t words = given.words_behind();
  const std::size_t count = words + (given.last != nullptr ? 1 : 0);
  const std::size_t fixed = found->parameters.size() - (found->is_variadic ? 1 : 0);
  if (found->is_variadic ? count < fixed : count != fixed)
    return fail("wrong number of args for " + name.text + ": want " + (found->is_variadic ? "at least " : "") +
                std::to_string(fixed) + " got " + std::to_string(found->is_variadic ? words : count));
  if (found->body == nullptr) return shortened(*found, given);
  std::vector<Value> values;
  for (std::size_t i = 0; i < count; ++i) {
    const Parameter parameter = found->parameters[std::min(i, found->parameters.size() - 1)];
    values.push_back(i < words ? argument(given.dot, parameter, *(*given.words)[i + 1])
                               : validated(*given.last, parameter));
    if (failed()) return {};
  }
  return finished(found->body(values, around_), told, name.text);
}

Value Evaluator::finished(Result<Value> made, const Node& told, const std::string& name) {
  if (!made) {
    at(told);
    return fail("error calling " + name + ": " + made.error().message);
  }
  if (made->is(Type::kSamples)) {
    const std::size_t size = made->samples().size() * sizeof(SampleList::value_type);
    return paid(std::move(made).value(), size);
  }
  if (!is_text(*made)) return std::move(made).value();
  const std::size_t size = made->text().size();
  if (size > kMaxText) return fail("the text grew beyond 64 KiB");
  return paid(std::move(made).value(), size);
}

Value Evaluator::paid(Value made, std::size_t bytes) {
  if (bytes > around_.bytes_left) return fail("the template does too much");
  around_.bytes_left -= bytes;
  return made;
}

Value Evaluator::shortened(const Function& function, const Given& given) {
  Value value;
  for (std::size_t i = 0; i < given.words_behind(); ++i) {
    value = argument(given.dot, Parameter::kAny, *(*given.words)[i + 1]);
    if (failed() || is_true(value) == (function.name == "or")) return value;
  }
  return given.last != nullptr ? *given.last : value;
}

Value Evaluator::argument(const Value& dot, Parameter parameter, const Node& node) {
  at(node);
  if (!counts()) return {};
  switch (node.kind) {
    case NodeKind::kDot:
      return validated(dot, parameter);
    case NodeKind::kNil:
      return nil(parameter);
    case NodeKind::kField:
      return checked(fields(dot, node, 0, {dot}), parameter);
    case NodeKind::kVariable:
      return checked(variable_chain(node, {dot}), parameter);
    case NodeKind::kPipe:
      return checked(pipeline(dot, node), parameter);
    case NodeKind::kFunction:
      return checked(function(node, node, {dot}), parameter);
    case NodeKind::kChain:
      return checked(chain(node, {dot}), parameter);
    default:
      break;
  }
  if (parameter == Parameter::kAny) return literal(dot, node);
  if (parameter != Parameter::kText)
    return fail("can't handle " + source_of(node) + " for arg of type " + go_name(parameter));
  if (node.kind != NodeKind::kString) return fail("expected string; found " + source_of(node));
  return of_text(node.value);
}

Value Evaluator::nil(Parameter parameter) {
  switch (parameter) {
    case Parameter::kText:
      return fail("cannot assign nil to string");
    case Parameter::kSample:
      return of_sample(nullptr);
    case Parameter::kSamples:
      return of_samples({});
    default:
      return {};
  }
}

Value Evaluator::validated(const Value& value, Parameter parameter) {
  if (parameter == Parameter::kAny) return value;
  if (value.is(Type::kNone))
    return parameter == Parameter::kText ? fail("invalid value; expected string") : nil(parameter);
  const Type wanted = parameter == Parameter::kText     ? Type::kString
                      : parameter == Parameter::kSample ? Type::kSample
                                                        : Type::kSamples;
  if (value.type == wanted) return value;
  return fail(std::string("wrong type for value; expected ") + go_name(parameter) + "; got " + type_name(value));
}

}  // namespace hotspot::rules::templates
