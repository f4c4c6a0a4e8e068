#include "actuator/rules/replay/replay.h"

#include <algorithm>
#include <cmath>

namespace hotspot::rules {
namespace {

constexpr Milliseconds kTogether{1000};

std::string key_of(const Firing& firing) { return firing.rule->name + '\t' + firing.subject.key(); }

using Spans = std::vector<std::pair<WallTime, WallTime>>;

// The time that at least one of the spans covers.
Milliseconds covered(Spans spans) {
  std::sort(spans.begin(), spans.end());
  Milliseconds sum{0};
  WallTime end{};
  for (const auto& [from, to] : spans) {
    const WallTime begin = std::max(from, end);
    if (to > begin) sum += to - begin;
    end = std::max(end, to);
  }
  return sum;
}

}  // namespace

Replay::Replay(std::shared_ptr<const RuleSet> rules, model::Freshness freshness, EngineOptions options)
    : rules_(std::move(rules)), freshness_(freshness), engine_(std::move(options)) {
  engine_.load(rules_);
  for (const Rule& rule : rules_->rules) {
    for (const Selector* selector : selectors_of(*rule.expression)) {
      if (selector->series != nullptr) result_.without_data[rule.name].insert(selector->name.text);
    }
  }
}

void Replay::take(const telemetry::NodeSnapshot& snapshot) {
  const bool again = batch_.contains(snapshot.node.uuid);
  if (!batch_.empty() && (again || snapshot.taken_at >= now_ + kTogether)) evaluate();
  if (batch_.empty()) now_ = snapshot.taken_at;
  if (cluster_.apply(snapshot, snapshot.taken_at, freshness_) != model::Ingest::kTaken) return;
  if (result_.snapshots++ == 0) result_.from = snapshot.taken_at;
  now_ = std::max(now_, snapshot.taken_at);
  batch_.insert(snapshot.node.uuid);
  note_stretch(snapshot);
}

void Replay::evaluate() {
  batch_.clear();
  engine_.observe(cluster_, now_);
  const Step step = engine_.step(cluster_, now_, freshness_);
  ++result_.evaluations;
  for (const std::string& problem : step.problems) ++result_.problems[problem];
  if (step.transitions > 0) {
    for (const Firing& firing : engine_.transitions()) {
      if (firing.phase == Phase::kResolved) note_resolved(firing);
    }
  }
  if (step.firing > 0) note_firings();
  for (auto rule = result_.without_data.begin(); rule != result_.without_data.end();) {
    std::erase_if(rule->second, [&](const std::string& series) { return engine_.store().has_metric(series); });
    rule = rule->second.empty() ? result_.without_data.erase(rule) : std::next(rule);
  }
  result_.to = now_;
}

void Replay::note_firings() {
  for (const Firing& firing : engine_.firings()) {
    if (firing.phase != Phase::kFiring) continue;
    const auto [place, is_new] = open_.try_emplace(key_of(firing), result_.firings.size());
    if (is_new) {
      const auto summary = firing.annotations.find("summary");
      ReplayedFiring one;
      one.rule = firing.rule->name;
      one.kind = firing.rule->kind;
      one.labels = firing.labels;
      one.pending_since = firing.pending_since;
      one.from = firing.firing_since.value_or(now_);
      one.peak = firing.value;
      one.held = firing.held;
      one.summary = summary == firing.annotations.end() ? "" : summary->second;
      one.remedies = firing.rule->remedies;
      one.mode = firing.rule->mode;
      one.expression = firing.rule->expression;
      one.open = true;
      result_.firings.push_back(std::move(one));
    }
    ReplayedFiring& one = result_.firings[place->second];
    if (std::abs(firing.value) > std::abs(one.peak)) one.peak = firing.value;
    one.to = now_;
  }
}

void Replay::note_resolved(const Firing& firing) {
  const auto place = open_.find(key_of(firing));
  if (place == open_.end()) return;
  ReplayedFiring& one = result_.firings[place->second];
  one.to = now_;
  one.open = false;
  open_.erase(place);
}

void Replay::note_stretch(const telemetry::NodeSnapshot& snapshot) {
  const Milliseconds step(std::llround(snapshot.interval_seconds * 1000));
  auto& stretches = result_.stretches;
  if (!stretches.empty() && stretches.back().step == step) {
    stretches.back().to = snapshot.taken_at;
  } else if (stretches.empty() || snapshot.taken_at > stretches.back().to) {
    stretches.push_back({snapshot.taken_at, snapshot.taken_at, step});
  }
}

void Replay::sum_up() {
  std::map<std::string, Spans> nodes, domains;
  for (const ReplayedFiring& one : result_.firings) {
    if (one.kind != RuleKind::kHotspot) continue;
    const auto node = one.labels.find("node"), domain = one.labels.find("domain");
    if (node != one.labels.end()) nodes[node->second].emplace_back(one.from, one.to);
    if (domain != one.labels.end()) domains[domain->second].emplace_back(one.from, one.to);
  }
  for (auto& [name, spans] : nodes) result_.hot_nodes[name] = covered(std::move(spans));
  for (auto& [name, spans] : domains) result_.hot_domains[name] = covered(std::move(spans));
}

ReplayResult Replay::finish() {
  if (!batch_.empty()) evaluate();
  sum_up();
  return std::move(result_);
}

}  // namespace hotspot::rules
