#include "actuator/sim/scenario_values.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>

#include "common/text/quantity.h"

namespace hotspot::simulation {
namespace {

using rules::Parsed;
using rules::TextProblem;
using rules::YamlNode;

template <typename T>
Parsed<T> as_complaint(text::Parsed<T> parsed) {
  if (parsed) return std::move(parsed).value();
  return TextProblem{parsed.error().offset, parsed.error().message, parsed.error().suggestion};
}

std::optional<double> amount(const YamlNode* node, const ParseAmount& parse, rules::Complaints& complaints) {
  if (node == nullptr) return std::nullopt;
  Parsed<double> parsed = parse(node->text);
  if (parsed) return *parsed;
  complaints.inside(*node, parsed.error());
  return std::nullopt;
}

Daily read_daily(const rules::Fields& fields, const ParseAmount& parse, rules::Complaints& complaints) {
  Daily daily;
  daily.mean = amount(fields.text("mean"), parse, complaints).value_or(0);
  daily.swing = amount(fields.text("swing"), parse, complaints).value_or(0);
  if (const auto peak = fields.read<Milliseconds>("peak", rules::parse_duration)) daily.peak = *peak;
  if (daily.peak < Milliseconds(0) || daily.peak >= kDay)
    complaints.error(*fields.find("peak"), "'peak' is a time of the day, from 0h to below 24h");
  return daily;
}

// {0s: 0.2, 30m: 2}
Steps read_steps(const YamlNode& map, const ParseAmount& parse, rules::Complaints& complaints) {
  Steps steps;
  for (const auto& [key, value] : map.entries) {
    const Parsed<Milliseconds> at = rules::parse_duration(key->text);
    if (!at) complaints.inside(*key, at.error());
    if (value->kind != YamlNode::Kind::kScalar) {
      complaints.error(*value, std::string("a step has one value, this is ") + describe(*value));
      continue;
    }
    const auto wanted = amount(value.get(), parse, complaints);
    if (!at || !wanted) continue;
    if (!steps.values.empty() && *at <= steps.values.back().first)
      complaints.error(*key, "steps must be in the order of their times, each time once");
    steps.values.push_back({*at, *wanted});
  }
  if (map.entries.empty()) complaints.error(map, "there is no step; write for instance {0s: 0.2, 30m: 2}");
  if (steps.values.empty()) steps.values.push_back({Milliseconds(0), 0});
  return steps;
}

}  // namespace

Parsed<double> parse_amount(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || value < 0 || value > 1e15)
    return TextProblem{0, rules::quoted(text) + " is not a number of at least 0", ""};
  return value;
}

Parsed<double> parse_share(std::string_view text) { return as_complaint(text::parse_ratio(text)); }

Parsed<std::int64_t> parse_positive_bytes(std::string_view text) {
  Parsed<std::int64_t> parsed = as_complaint(text::parse_bytes(text));
  if (parsed && (*parsed <= 0 || *parsed > (std::int64_t{1} << 50)))
    return TextProblem{0, rules::quoted(text) + " is no size from 1B to 1024TiB", ""};
  return parsed;
}

Parsed<double> parse_rate(std::string_view text) {
  const Parsed<std::int64_t> parsed = as_complaint(text::parse_bytes_per_second(text));
  if (!parsed) return parsed.error();
  if (*parsed < 0) return TextProblem{0, "a rate is at least 0", ""};
  return static_cast<double>(*parsed);
}

ParseAmount or_share_of(double whole, Parsed<double> (*parse)(std::string_view)) {
  return [whole, parse](std::string_view text) -> Parsed<double> {
    if (!text.ends_with('%')) return parse(text);
    const Parsed<double> share = parse_share(text);
    if (!share) return share.error();
    return *share * whole;
  };
}

Demand read_demand(const YamlNode& node, const ParseAmount& parse, rules::Complaints& complaints) {
  Demand demand;
  if (node.kind == YamlNode::Kind::kScalar) {
    demand.shape = Constant{amount(&node, parse, complaints).value_or(0)};
    return demand;
  }
  if (node.kind != YamlNode::Kind::kMap) {
    complaints.error(node, std::string("a demand is a value or a mapping, this is ") + describe(node));
    return demand;
  }
  const rules::Fields fields(node, "a demand", {"constant", "mean", "swing", "peak", "steps", "noise"}, complaints);
  const bool daily = fields.has("mean") || fields.has("swing") || fields.has("peak");
  if (fields.has("constant") + daily + fields.has("steps") != 1)
    complaints.error(node, "a demand has either 'constant', or 'mean' with 'swing' and 'peak', or 'steps'");
  if (daily) demand.shape = read_daily(fields, parse, complaints);
  if (const YamlNode* steps = fields.mapping("steps")) demand.shape = read_steps(*steps, parse, complaints);
  if (fields.has("constant")) demand.shape = Constant{amount(fields.text("constant"), parse, complaints).value_or(0)};
  demand.noise_ratio = fields.read<double>("noise", parse_share).value_or(0);
  return demand;
}

}  // namespace hotspot::simulation
