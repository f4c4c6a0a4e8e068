#include "actuator/rules/replay/replay.h"

#include <algorithm>
#include <cmath>

#include "actuator/rules/engine/engine.h"

namespace hotspot::rules {
namespace {

constexpr Milliseconds kTogether{1000};

std::string key_of(std::size_t rule, const Firing& firing) {
  return std::to_string(rule) + '\t' + firing.subject.key();
}

}  // namespace

Replay::Replay(std::shared_ptr<const RuleSet> rules, model::Freshness freshness, EngineOptions options,
               ReplayBounds bounds)
    : rules_(std::move(rules)), freshness_(freshness), engine_(std::move(options)), bounds_(bounds), sums_(bounds) {
  engine_.load(rules_);
  for (const Rule& rule : rules_->rules) {
    for (const Selector* selector : selectors_of(*rule.expression)) {
      if (selector->series != nullptr) result_.without_data[rule.name].insert(selector->name.text);
    }
  }
}

void Replay::add(const telemetry::NodeSnapshot& snapshot) {
  const bool again = batch_.contains(snapshot.node.uuid);
  if (!batch_.empty() && (again || snapshot.taken_at >= now_ + kTogether)) evaluate();
  if (batch_.empty()) now_ = snapshot.taken_at;
  if (cluster_.apply(snapshot, snapshot.taken_at, freshness_) != model::Ingest::kTaken) return;
  if (result_.snapshots++ == 0) result_.from = snapshot.taken_at;
  now_ = std::max(now_, snapshot.taken_at);
  batch_.insert(snapshot.node.uuid);
  record_stretch(snapshot);
}

void Replay::evaluate() {
  batch_.clear();
  engine_.observe(cluster_, now_);
  const Step step = engine_.step(cluster_, now_, freshness_);
  ++result_.evaluations;
  for (const std::string& problem : step.problems) ++result_.problems[problem];
  if (step.transitions > 0) {
    for (const Firing& firing : engine_.transitions()) {
      if (firing.phase == Phase::kResolved) record_resolved(firing);
    }
  }
  if (step.firing > 0) record_firings();
  for (auto rule = result_.without_data.begin(); rule != result_.without_data.end();) {
    std::erase_if(rule->second, [&](const std::string& series) { return engine_.store().has_metric(series); });
    rule = rule->second.empty() ? result_.without_data.erase(rule) : std::next(rule);
  }
  result_.to = now_;
}

// Its index in the set.
std::size_t Replay::rule_of(const Firing& firing) const {
  return static_cast<std::size_t>(firing.rule - rules_->rules.data());
}

void Replay::begin(const std::string& key, const Firing& firing) {
  Open open{.firing = firing, .from = firing.firing_since.value_or(now_), .last = now_, .place = {}};
  sums_.began(rule_of(firing), firing, open.from);
  if (result_.firings.size() < bounds_.most_firings) {
    const auto summary = firing.annotations.find("summary");
    ReplayedFiring one;
    one.rule = firing.rule->name;
    one.kind = firing.rule->kind;
    one.labels = firing.labels;
    one.pending_since = firing.pending_since;
    one.from = open.from;
    one.peak = firing.value;
    one.held = firing.held;
    one.summary = summary == firing.annotations.end() ? "" : summary->second;
    one.remedies = firing.rule->remedies;
    one.mode = firing.rule->mode;
    one.expression = firing.rule->expression;
    one.open = true;
    open.place = result_.firings.size();
    result_.firings.push_back(std::move(one));
  } else {
    ++result_.unlisted;
  }
  open_.emplace(key, std::move(open));
}

void Replay::record_firings() {
  for (const Firing& firing : engine_.firings()) {
    if (firing.phase != Phase::kFiring) continue;
    const std::string key = key_of(rule_of(firing), firing);
    if (!open_.contains(key)) begin(key, firing);
    Open& open = open_.at(key);
    open.last = now_;
    if (!open.place) continue;
    ReplayedFiring& one = result_.firings[*open.place];
    if (std::abs(firing.value) > std::abs(one.peak)) one.peak = firing.value;
    one.to = now_;
  }
}

void Replay::end(const Open& open, WallTime to) {
  sums_.ended(rule_of(open.firing), open.firing, open.from, to);
  if (open.place) result_.firings[*open.place].to = to;
}

void Replay::record_resolved(const Firing& firing) {
  const auto place = open_.find(key_of(rule_of(firing), firing));
  if (place == open_.end()) return;
  end(place->second, now_);
  if (place->second.place) result_.firings[*place->second.place].open = false;
  open_.erase(place);
}

void Replay::record_stretch(const telemetry::NodeSnapshot& snapshot) {
  const Milliseconds step(std::llround(snapshot.interval_seconds * 1000));
  auto& stretches = result_.stretches;
  if (!stretches.empty() && stretches.back().step == step) {
    stretches.back().to = snapshot.taken_at;
  } else if (stretches.empty() || snapshot.taken_at > stretches.back().to) {
    stretches.push_back({snapshot.taken_at, snapshot.taken_at, step});
  }
}

void Replay::sum_up() {
  for (const auto& [key, open] : open_) end(open, open.last);
  result_.rules = sums_.rules();
  result_.subjects = sums_.subjects();
  result_.subjects_left_out = sums_.subjects_left_out();
  result_.hot_nodes = sums_.hot("node");
  result_.hot_domains = sums_.hot("domain");
}

ReplayResult Replay::finish() {
  if (!batch_.empty()) evaluate();
  sum_up();
  return std::move(result_);
}

}  // namespace hotspot::rules
