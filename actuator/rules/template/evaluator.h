// Evaluates pipelines of a template: fields, methods, functions and their arguments.
//
// An error is reported once, with the messages of Go's text/template: after it every value is nil.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actuator/rules/template/functions.h"
#include "actuator/rules/template/methods.h"
#include "actuator/rules/template/node.h"
#include "actuator/rules/template/run.h"

namespace hotspot::rules::templates {

class Evaluator {
 protected:
  struct Variable {
    std::string name;
    Value value;
  };

  Evaluator(const RunInput& input, Surroundings around)
      : input_(input), called_(input.name), around_(std::move(around)) {}

  bool failed() const { return error_.has_value(); }
  Value fail(const std::string& message);
  void at(const Node& node) { node_ = &node; }
  bool counts();
  Value pipeline(const Value& dot, const Node& pipe);

  const RunInput& input_;
  std::string called_;  // the current template
  std::vector<Variable> variables_;
  std::optional<std::string> error_;

 private:
  using Arguments = std::vector<NodePtr>;

  void assign(const std::string& name, const Value& value);
  Value variable(const std::string& name);
  Value no_function(const Arguments& words, const Value* last);
  Value command(const Value& dot, const Node& command, const Value* last);
  Value literal(const Value& dot, const Node& node);
  Value constant(const Node& node);

  // The dot, the operands of a command, the first of which is called, and the value from the pipe.
  struct Given {
    const Value& dot;
    const Arguments* words = nullptr;
    const Value* last = nullptr;
    std::size_t words_behind() const { return words != nullptr && !words->empty() ? words->size() - 1 : 0; }
    bool any() const { return words_behind() > 0 || last != nullptr; }
  };

  Value chain(const Node& node, const Given& given);
  Value variable_chain(const Node& node, const Given& given);
  Value fields(Value receiver, const Node& node, std::size_t first, const Given& given);
  Value field(const Value& receiver, const Node& node, const std::string& name, const Given& given);
  static Value in_map(const Value& map, const std::string& name);
  static std::optional<Value> of_data(const Data& data, const std::string& name);
  Value call_method(const Value& receiver, const Node& node, const Method& method, const Given& given);
  Value method_argument(const Value& dot, Receives receives, const Node* word, const Value* last);
  Value function(const Node& name, const Node& told, const Given& given);
  Value finished(Result<Value> made, const Node& told, const std::string& name);
  Value paid(Value made, std::size_t bytes);
  // "and" and "or": the last value that had to be evaluated.
  Value shortened(const Function& function, const Given& given);
  Value argument(const Value& dot, Parameter parameter, const Node& node);
  Value nil(Parameter parameter);
  Value checked(Value value, Parameter parameter) { return failed() ? Value{} : validated(value, parameter); }
  Value validated(const Value& value, Parameter parameter);

  Surroundings around_;
  const Node* node_ = nullptr;
  std::size_t steps_ = 0;
};

}  // namespace hotspot::rules::templates
