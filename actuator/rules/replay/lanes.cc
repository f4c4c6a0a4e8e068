#include "actuator/rules/replay/lanes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace hotspot::rules {
namespace {

constexpr Milliseconds kOneMoment{1000};

// A rule that fires at once wherever the value exists, at each sample whatever the interval of the rule's group.
Rule value_rule(const Rule& rule, std::shared_ptr<const Expression> value) {
  Rule one;
  one.kind = RuleKind::kAlert;
  one.name = "value of " + rule.name;
  one.group = rule.group;
  one.file = rule.file;
  one.expression = std::move(value);
  one.subject = rule.subject;
  one.max_age = rule.max_age;
  return one;
}

void add_value(LaneColumn& column, double value, bool begins) {
  if (!column.has_value) {
    column = {value, value, value, value, true, begins, column.is_known, column.pending, column.firing};
    return;
  }
  column.last = value;
  column.lowest = std::min(column.lowest, value);
  column.highest = std::max(column.highest, value);
}

}  // namespace

Lanes::Lanes(LanesQuestion question) : asked_(std::move(question)), engine_(asked_.options) {
  asked_.columns = std::max<std::size_t>(asked_.columns, 1);
  make_rules();
}

// The recording rules, which others may use, and the requested rules, each followed by a rule for its value; in the
// order of the set.
void Lanes::make_rules() {
  auto set = std::make_shared<RuleSet>();
  std::map<std::size_t, Places> places;
  for (const LaneWish& wish : asked_.wishes) places[wish.rule];
  for (std::size_t i = 0; i < asked_.rules->rules.size(); ++i) {
    const Rule& rule = asked_.rules->rules[i];
    const auto wanted = places.find(i);
    if (rule.kind != RuleKind::kRecord && wanted == places.end()) continue;
    set->rules.push_back(rule);
    if (wanted == places.end()) continue;
    wanted->second = {set->rules.size() - 1, set->rules.size()};
    set->rules.push_back(value_rule(rule, drawable(rule).value));
  }
  for (const LaneWish& wish : asked_.wishes) {
    tracks_.push_back({.lane = {.what = drawable(asked_.rules->rules.at(wish.rule)),
                                .columns = std::vector<LaneColumn>(asked_.columns)},
                       .places = places.at(wish.rule),
                       .subject = wish.subject,
                       .valued_at = {},
                       .phase = {}});
  }
  engine_.load(std::move(set));
}

std::size_t Lanes::column_at(WallTime time) const {
  const double whole = std::max<double>(1, static_cast<double>((asked_.to - asked_.from).count()));
  const double place = static_cast<double>((time - asked_.from).count()) / whole * static_cast<double>(asked_.columns);
  return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(asked_.columns - 1)));
}

void Lanes::add(const telemetry::NodeSnapshot& snapshot) {
  if (snapshot.taken_at > asked_.to) return;
  const bool again = batch_.contains(snapshot.node.uuid);
  if (!batch_.empty() && (again || snapshot.taken_at >= now_ + kOneMoment)) evaluate();
  if (batch_.empty()) now_ = snapshot.taken_at;
  if (cluster_.apply(snapshot, snapshot.taken_at, asked_.freshness) != model::Ingest::kTaken) return;
  now_ = std::max(now_, snapshot.taken_at);
  batch_.insert(snapshot.node.uuid);
  const Milliseconds interval(std::llround(snapshot.interval_seconds * 1000));
  batch_gap_ = std::max(batch_gap_, model::max_age({.said = interval}, asked_.freshness));
}

void Lanes::evaluate() {
  batch_.clear();
  longest_gap_ = std::max(batch_gap_, gap_before_);  // the step of the history becomes finer from one row to the next
  gap_before_ = std::exchange(batch_gap_, Milliseconds(0));
  engine_.observe(cluster_, now_);
  engine_.step(cluster_, now_, asked_.freshness);
  for (Track& track : tracks_) {
    record_phase(track);
    record_value(track);
  }
  before_ = now_;
}

// A phase lasts from the evaluation that found it to the next one.
void Lanes::record_phase(Track& track) {
  const auto state = engine_.state_of(track.places.rule, track.subject);
  const auto mark = [&](Phase phase, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i <= to; ++i)
      (phase == Phase::kFiring ? track.lane.columns[i].firing : track.lane.columns[i].pending) = true;
  };
  const bool goes_on = state && track.phase && state->phase == *track.phase;
  // What was pending before a gap starts anew after it.
  const bool joined = before_ && (now_ - *before_ <= longest_gap_ || (goes_on && state->phase == Phase::kFiring));
  if (track.phase && joined) mark(*track.phase, column_at(*before_), column_at(now_));
  track.phase = state ? std::optional(state->phase) : std::nullopt;
  if (state) mark(state->phase, column_at(now_), column_at(now_));
}

// Marks everything from then to now as known.
void Lanes::record_known(Track& track, WallTime since) {
  for (std::size_t i = column_at(since); i <= column_at(now_); ++i) track.lane.columns[i].is_known = true;
}

void Lanes::record_value(Track& track) {
  const auto joined_to = [this](WallTime earlier) { return now_ - earlier <= longest_gap_; };
  if (track.lane.what.only_while_it_holds) record_known(track, before_ && joined_to(*before_) ? *before_ : now_);
  const auto state = engine_.state_of(track.places.value, track.subject);
  if (!state || state->last_held != now_ || !state->fresh || std::isnan(state->value)) return;
  const bool joined = track.valued_at && joined_to(*track.valued_at);
  record_known(track, joined ? *track.valued_at : now_);
  if (std::isinf(state->value)) {
    track.lane.has_infinite = true;
    return;
  }
  add_value(track.lane.columns[column_at(now_)], state->value, !joined);
  track.valued_at = now_;
}

std::vector<Lane> Lanes::finish() {
  if (!batch_.empty()) evaluate();
  std::vector<Lane> lanes;
  for (Track& track : tracks_) lanes.push_back(std::move(track.lane));
  return lanes;
}

}  // namespace hotspot::rules
