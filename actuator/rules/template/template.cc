#include "actuator/rules/template/template.h"

#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/parser.h"
#include "actuator/rules/template/parser.h"
#include "actuator/rules/template/run.h"
#include "common/text/nearest.h"

namespace hotspot::rules {
namespace {

constexpr int kMaxQueries = 100;                        // per template
constexpr std::size_t kMaxMade = std::size_t{4} << 20;  // bytes that the functions of one template may produce

bool has_action(std::string_view text) { return text.find("{{") != std::string_view::npos; }

// Collects the texts that are passed to `query`.
class Queries {
 public:
  std::vector<std::string> found;

  void visit(const templates::Node& node) {
    using templates::NodeKind;
    const templates::Node* before = nullptr;
    for (const auto& part : node.parts) {
      if (node.kind == NodeKind::kPipe && is_call(*part, "query")) add(*part, before);
      before = part.get();
      visit(*part);
    }
    if (node.pipe) visit(*node.pipe);
    if (node.body) visit(*node.body);
    if (node.otherwise) visit(*node.otherwise);
  }

 private:
  static bool is_call(const templates::Node& command, std::string_view name) {
    return !command.parts.empty() && command.parts[0]->kind == templates::NodeKind::kFunction &&
           command.parts[0]->text == name;
  }

  // query "…", "…" | query, printf "…" x | query, query (printf "…" x)
  void add(const templates::Node& query, const templates::Node* before) {
    if (query.parts.size() > 1) {
      const templates::Node& given = *query.parts[1];
      if (given.kind == templates::NodeKind::kPipe && !given.parts.empty()) return text(*given.parts.back());
      if (given.kind == templates::NodeKind::kString) found.push_back(given.value);
    } else if (before != nullptr) {
      text(*before);
    }
  }

  void text(const templates::Node& command) {
    const bool is_format = is_call(command, "printf") && command.parts.size() > 1;
    const templates::Node& given = *command.parts[is_format ? 1 : 0];
    if (given.kind != templates::NodeKind::kString) return;
    found.push_back(is_format ? filled(given.value) : given.value);
  }

  // Replaces each verb by something that is valid there: a number, or a text in quotes.
  static std::string filled(std::string_view format) {
    std::string made;
    for (std::size_t at = 0; at < format.size(); ++at) {
      if (format[at] != '%') {
        made += format[at];
        continue;
      }
      at = std::min(format.find_first_not_of("+-# 0123456789.[]*", at + 1), format.size());
      if (at < format.size()) made += format[at] == '%' ? "%" : format[at] == 'q' ? "\"1\"" : "1";
    }
    return made;
  }
};

// Finds labels that no value has. Within `with`, `range` and defined templates, the dot may be something else.
class LabelCheck {
 public:
  LabelCheck(const LabelNames& possible, std::vector<TextProblem>& problems)
      : possible_(possible), problems_(problems) {}

  void visit(const templates::Node& node, bool is_own_dot) {
    using templates::NodeKind;
    const auto& names = node.names;
    if (node.kind == NodeKind::kVariable && names.size() > 1 && names[0] == "$labels") check(node, names[1]);
    if (node.kind == NodeKind::kField && names.size() > 1 && names[0] == "Labels" && is_own_dot) check(node, names[1]);
    for (const auto& part : node.parts) visit(*part, is_own_dot);
    if (node.pipe) visit(*node.pipe, is_own_dot);
    const bool changes = node.kind == NodeKind::kWith || node.kind == NodeKind::kRange;
    if (node.body) visit(*node.body, is_own_dot && !changes);
    if (node.otherwise) visit(*node.otherwise, is_own_dot);
  }

 private:
  void check(const templates::Node& node, std::string_view name) {
    if (possible_.has(name)) return;
    const std::string near = text::nearest(name, {possible_.names.begin(), possible_.names.end()});
    problems_.push_back({node.begin, "no value of the expression has a label " + quoted(name) + "; it is always empty",
                         near.empty() ? "" : "$labels." + near, Severity::kWarning});
  }

  const LabelNames& possible_;
  std::vector<TextProblem>& problems_;
};

Result<templates::SampleList> samples_of(const TemplateWorld& world, const std::string& expression) {
  auto found = world.query(expression);
  if (!found) return found.error();
  templates::SampleList samples;
  for (const Element& element : *found) {
    auto labels = element.labels.map();
    if (element.labels.has_name()) labels[std::string(kNameLabel)] = element.labels.name();
    samples.push_back(std::make_shared<const templates::Sample>(templates::Sample{std::move(labels), element.value}));
  }
  return samples;
}

ParsedTemplates::mapped_type parsed_in(const TemplateWorld& world, std::string_view text) {
  if (world.parsed) {
    if (const auto known = world.parsed->find(text); known != world.parsed->end()) return known->second;
  }
  auto made = std::make_shared<const ParsedTemplates::mapped_type::element_type>(templates::parse(text));
  if (world.parsed) world.parsed->emplace(text, made);
  return made;
}

std::string failure(const std::string& why) { return "<error expanding template: " + why + ">"; }

const Expression* named_part(const Expression& expression);

// For a binary operator: the side whose values keep their names.
const Expression* named_side(const Binary& binary) {
  if (is_set_operation(binary.op)) {
    if (binary.op != BinaryOp::kOr) return named_part(*binary.left);
    const bool same = !kept_name(*binary.left).empty() && kept_name(*binary.left) == kept_name(*binary.right);
    return same ? named_part(*binary.left) : nullptr;
  }
  if (!is_comparison(binary.op) || binary.returns_bool) return nullptr;
  if (binary.left->type == ValueType::kScalar) return named_part(*binary.right);
  if (binary.right->type == ValueType::kScalar || !binary.matching.on) {
    return named_part(binary.matching.grouping == Grouping::kRight ? *binary.right : *binary.left);
  }
  if (binary.matching.grouping == Grouping::kNone) return nullptr;
  return named_part(binary.matching.grouping == Grouping::kRight ? *binary.right : *binary.left);
}

const Expression* named_part(const Expression& expression) {
  if (std::holds_alternative<Selector>(expression.what)) return &expression;
  if (const auto* binary = std::get_if<Binary>(&expression.what)) return named_side(*binary);
  if (const auto* unary = std::get_if<Unary>(&expression.what))
    return unary->negate ? nullptr : named_part(*unary->operand);
  if (const auto* aggregation = std::get_if<Aggregation>(&expression.what)) {
    const bool keeps = aggregation->op == Aggregation::Op::kTopk || aggregation->op == Aggregation::Op::kBottomk;
    return keeps ? named_part(*aggregation->operand) : nullptr;
  }
  if (const auto* call = std::get_if<Call>(&expression.what)) {
    static constexpr std::string_view kKeeping[] = {"last_over_time", "sort", "sort_desc"};
    for (const std::string_view name : kKeeping) {
      if (call->name.text == name && !call->arguments.empty()) return named_part(*call->arguments[0]);
    }
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> queries_of(std::string_view text) {
  if (!has_action(text)) return {};
  const auto parsed = templates::parse(text);
  if (!parsed) return {};
  Queries queries;
  queries.visit(*parsed->root);
  for (const auto& [name, list] : parsed->defined) queries.visit(*list);
  return std::move(queries.found);
}

std::vector<TextProblem> check_template(std::string_view text, const LabelNames& possible) {
  if (!has_action(text)) return {};
  auto parsed = templates::parse(text);
  if (!parsed) return {parsed.error()};
  std::vector<TextProblem> problems;
  LabelCheck(possible, problems).visit(*parsed->root, true);
  return problems;
}

std::string expand_template(std::string_view text, const TemplateAlert& alert, const TemplateWorld& world) {
  if (!has_action(text)) return std::string(text);
  const std::string name = "__alert_" + std::string(alert.rule);
  const auto held = parsed_in(world, text);
  const auto& parsed = *held;
  if (!parsed) return failure("error parsing template " + name + ": " + parsed.error().message);
  templates::Surroundings around{.external_url = world.external_url,
                                 .now = static_cast<double>(to_unix_ms(world.now)) / 1000,
                                 .query = nullptr,
                                 .queries_left = kMaxQueries,
                                 .bytes_left = kMaxMade};
  if (world.query) around.query = [&world](const std::string& expression) { return samples_of(world, expression); };
  auto data = std::make_shared<templates::Data>();
  data->labels = std::make_shared<const templates::TextMap>(alert.labels);
  data->external_labels = std::make_shared<const templates::TextMap>(world.external_labels);
  data->external_url = world.external_url;
  data->value = alert.value;
  auto expanded = templates::run(*parsed, {text, name, std::move(data)}, std::move(around));
  return expanded ? std::move(expanded).value() : failure(expanded.error().message);
}

std::string expand_template(std::string_view text, double value, const std::map<std::string, std::string>& labels) {
  return expand_template(text, {"", value, labels}, {});
}

std::function<Result<Vector>(const std::string&)> template_query(const Store& store, WallTime now,
                                                                 EvaluateOptions options, std::size_t most_operations) {
  const auto budget = std::make_shared<Budget>(most_operations);
  return [&store, now, options = std::move(options), budget](const std::string& text) mutable -> Result<Vector> {
    ParsedExpression parsed = parse_expression(text);
    if (parsed.expression) check_expression(*parsed.expression, parsed.problems, {.any_name = true, .recorded = {}});
    for (const TextProblem& problem : parsed.problems) {
      if (problem.severity == Severity::kError)
        return Error{"1:" + std::to_string(problem.offset + 1) + ": parse error: " + problem.message};
    }
    options.budget = budget.get();
    auto value = evaluate(*parsed.expression, store, now, options);
    if (!value) return value.error();
    if (value->type == ValueType::kScalar) return Vector{{{}, value->scalar}};
    if (value->type != ValueType::kVector) return Error{"rule result is not a vector or scalar"};
    return std::move(value->vector);
  };
}

std::string kept_name(const Expression& expression) {
  const Expression* part = named_part(expression);
  const auto* selector = part == nullptr ? nullptr : std::get_if<Selector>(&part->what);
  return selector == nullptr ? "" : selector->name.text;
}

}  // namespace hotspot::rules
