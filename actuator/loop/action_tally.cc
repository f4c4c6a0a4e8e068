#include "actuator/loop/action_tally.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

// "migrate" and the like; memory may be changed in other ways where the domain has other devices.
const char* kind_of(const rules::Remedy& remedy) {
  struct Kind {
    model::Step operator()(const rules::ScaleVcpus&) const { return model::SetVcpus{}; }
    model::Step operator()(const rules::ScaleMemory&) const { return model::SetBalloon{}; }
    model::Step operator()(const rules::Migrate&) const { return model::MigrateTo{}; }
    model::Step operator()(const rules::Drain&) const { return model::MigrateTo{}; }
    model::Step operator()(const rules::Consolidate&) const { return model::MigrateTo{}; }
    model::Step operator()(const rules::Balance&) const { return model::MigrateTo{}; }
    model::Step operator()(const rules::CapCpu&) const { return model::SetCpuCap{}; }
    model::Step operator()(const rules::CpuShares&) const { return model::SetCpuShares{}; }
    model::Step operator()(const rules::LimitDisk&) const { return model::SetDiskLimit{}; }
    model::Step operator()(const rules::LimitNetwork&) const { return model::SetNetworkLimit{}; }
  };
  return model::step_name(std::visit(Kind{}, remedy));
}

std::optional<double> figure(const ports::JournalEntry& entry, const char* name) {
  const auto found = entry.figures.find(name);
  return found == entry.figures.end() ? std::nullopt : std::optional(found->second);
}

constexpr double kMsPerSecond = 1000;

}  // namespace

telemetry::ActionCounts& ActionTally::of(const std::string& kind, const std::string& rule) {
  const std::string shown = text::visible(rule, telemetry::kMostPublishedName);
  const auto find = [&](const std::string& name) {
    return std::find_if(all_.begin(), all_.end(),
                        [&](const telemetry::ActionCounts& one) { return one.kind == kind && one.rule == name; });
  };
  if (const auto found = find(shown); found != all_.end()) return *found;
  // There are few kinds: a place is left for the others of each.
  constexpr std::size_t kMostPairs = telemetry::kMostPublishedItems - std::variant_size_v<model::Step>;
  const std::string name = all_.size() < kMostPairs ? shown : kOtherRules;
  if (const auto found = find(name); found != all_.end()) return *found;
  return all_.emplace_back(telemetry::ActionCounts{.kind = kind, .rule = name});
}

void ActionTally::expect(const rules::RuleSet& rules) {
  for (const rules::Rule& rule : rules.rules) {
    for (const rules::Remedy& remedy : rule.remedies) of(kind_of(remedy), rule.name);
  }
}

void ActionTally::begun(const model::Action& action) { ++of(model::step_name(action.step), action.rule).begun; }

void ActionTally::ended(const ports::JournalEntry& entry) {
  using State = model::ActionState;
  telemetry::ActionCounts& counts = of(model::step_name(entry.action.step), entry.action.rule);
  if (entry.state == State::kDone) ++counts.done;
  if (entry.state == State::kFailed) ++counts.failed;
  if (entry.state == State::kAborted) ++counts.aborted;
  if (entry.state == State::kSkipped) ++counts.skipped;
  if (entry.state != State::kDone && entry.state != State::kFailed) return;
  counts.duration.add(to_seconds(entry.at - entry.action.planned_at));
  if (entry.state != State::kDone) return;
  if (const auto downtime = figure(entry, "downtime_ms")) counts.downtime.add(*downtime / kMsPerSecond);
  const auto measured = figure(entry, "total_ms"), predicted = figure(entry, "predicted_total_ms");
  if (measured && predicted && *predicted > 0) counts.prediction.add(*measured / *predicted);
}

void ActionTally::restore(std::vector<telemetry::ActionCounts> before) { all_ = std::move(before); }

}  // namespace hotspot::loop
