#include "actuator/rules/template/run.h"

#include <functional>

#include "actuator/rules/template/digits.h"
#include "actuator/rules/template/evaluator.h"
#include "actuator/rules/template/format.h"

namespace hotspot::rules::templates {
namespace {

constexpr int kMaxCalls = 100;  // templates that call templates
constexpr int kMaxOpen = 1000;  // nested blocks, lists and called templates: each level uses the stack

enum class Flow { kOn, kBreak, kContinue, kStop };

class Runner : Evaluator {
 public:
  Runner(const Template& what, const RunInput& input, Surroundings around)
      : Evaluator(input, std::move(around)), template_(what) {}

  Result<std::string> run() {
    const Value dot{Type::kData, input_.data};
    const Data& data = *input_.data;
    variables_ = {{"$", dot},
                  {"$labels", {Type::kTextMap, data.labels}},
                  {"$externalLabels", {Type::kTextMap, data.external_labels}},
                  {"$externalURL", of_text(data.external_url)},
                  {"$value", of_number(data.value)}};
    walk(dot, *template_.root);
    if (error_) return Error{*error_};
    return std::move(text_);
  }

 private:
  void add(std::string_view text) {
    text_ += text;
    if (text_.size() > kMaxText) fail("the text grew beyond 64 KiB");
  }

  Flow walk(const Value& dot, const Node& node) {
    at(node);
    if (!counts()) return Flow::kStop;
    if (open_ >= kMaxOpen) {
      fail("blocks and templates nested more than 1000 deep");
      return Flow::kStop;
    }
    ++open_;
    const Flow flow = step(dot, node);
    --open_;
    return flow;
  }

  Flow step(const Value& dot, const Node& node) {
    switch (node.kind) {
      case NodeKind::kText:
        add(node.text);
        break;
      case NodeKind::kAction: {
        const Value value = pipeline(dot, *node.pipe);
        if (failed() || !node.pipe->declared.empty()) break;
        at(node);
        add(printed(value));
        break;
      }
      case NodeKind::kList:
        return list(dot, node);
      case NodeKind::kIf:
      case NodeKind::kWith:
        return choose(dot, node);
      case NodeKind::kRange:
        return range(dot, node);
      case NodeKind::kBreak:
        return Flow::kBreak;
      case NodeKind::kContinue:
        return Flow::kContinue;
      default:
        call(dot, node);
        break;
    }
    return failed() ? Flow::kStop : Flow::kOn;
  }

  Flow list(const Value& dot, const Node& node) {
    for (const NodePtr& part : node.parts) {
      const Flow flow = walk(dot, *part);
      if (flow != Flow::kOn) return flow;
    }
    return Flow::kOn;
  }

  Flow choose(const Value& dot, const Node& node) {
    const std::size_t mark = variables_.size();
    const Value value = pipeline(dot, *node.pipe);
    if (failed()) return Flow::kStop;
    Flow flow = Flow::kOn;
    if (is_true(value))
      flow = walk(node.kind == NodeKind::kWith ? value : dot, *node.body);
    else if (node.otherwise)
      flow = walk(dot, *node.otherwise);
    variables_.resize(mark);
    return flow;
  }

  Flow range(const Value& dot, const Node& node) {
    const std::size_t mark = variables_.size();
    const Value all = pipeline(dot, *node.pipe);
    if (failed()) return Flow::kStop;
    Flow flow = Flow::kOn;
    bool any = false;
    const auto once = [&](const Value& index, const Value& element) {
      any = true;
      flow = turn(node, index, element);
      return flow == Flow::kOn;
    };
    if (all.is(Type::kSamples)) {
      for (std::size_t i = 0; i < all.samples().size(); ++i)
        if (!once(of_int(static_cast<std::int64_t>(i)), of_sample(all.samples()[i]))) break;
    } else if (all.is(Type::kTextMap)) {
      for (const auto& [key, value] : all.texts())
        if (!once(of_text(key), of_text(value))) break;
    } else if (all.is(Type::kValueMap)) {
      for (const auto& [key, value] : all.values())
        if (!once(of_text(key), value)) break;
    } else if (all.is(Type::kInt)) {
      range_numbers(node, all, once);
    } else if (!all.is(Type::kNone)) {
      fail("range can't iterate over " + shown(all));
    }
    if (!any && !failed() && node.otherwise) flow = walk(dot, *node.otherwise);
    variables_.resize(mark);
    if (failed()) return Flow::kStop;
    return any || flow == Flow::kStop ? Flow::kOn : flow;
  }

  // As in Go since 1.22: 0, 1, 2 up to but excluding the number.
  void range_numbers(const Node& node, const Value& number,
                     const std::function<bool(const Value&, const Value&)>& once) {
    if (node.pipe->declared.size() > 1) {
      fail("can't use " + shown(number) + " to iterate over more than one variable");
      return;
    }
    for (std::int64_t i = 0; i < number.integer(); ++i) {
      if (!once({}, of_int(i))) return;
    }
  }

  Flow turn(const Node& node, const Value& index, const Value& element) {
    if (!counts()) return Flow::kStop;
    const std::size_t mark = variables_.size();
    const auto& declared = node.pipe->declared;
    if (!declared.empty()) variables_[mark - 1].value = element;
    if (declared.size() > 1) variables_[mark - 2].value = index;
    const Flow flow = walk(element, *node.body);
    variables_.resize(mark);
    return flow == Flow::kContinue ? Flow::kOn : flow;
  }

  void call(const Value& dot, const Node& node) {
    const auto found = template_.defined.find(node.value);
    if (found == template_.defined.end()) {
      fail("template " + quote_text(node.value, Quoting::kUnicode) + " not defined");
      return;
    }
    if (calls_ >= kMaxCalls) {
      fail("exceeded maximum template depth (" + std::to_string(kMaxCalls) + ")");
      return;
    }
    const Value inside = node.pipe ? pipeline(dot, *node.pipe) : Value{};
    if (failed()) return;
    std::vector<Variable> variables{{"$", inside}};
    std::swap(variables, variables_);
    std::string called = node.value;
    std::swap(called, called_);
    ++calls_;
    walk(inside, *found->second);
    --calls_;
    if (failed()) return;
    std::swap(called, called_);
    std::swap(variables, variables_);
  }

  const Template& template_;
  std::string text_;
  int calls_ = 0, open_ = 0;
};

}  // namespace

Result<std::string> run(const Template& what, const RunInput& input, Surroundings around) {
  return Runner(what, input, std::move(around)).run();
}

}  // namespace hotspot::rules::templates
