// The engine: evaluates each rule and brings what it finds to the subjects' states.
#include <algorithm>
#include <map>

#include "actuator/model/cluster.h"
#include "actuator/rules/engine_state.h"
#include "actuator/rules/evaluate.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/template.h"

namespace hotspot::rules {
namespace {

// A subject without data is remembered for so long; then it has gone for good. Prometheus tolerates an outage as long.
constexpr Milliseconds kForgetAfter = std::chrono::hours(1);

Milliseconds max_age(const model::Node& node, const model::Freshness& freshness) {
  const double by_interval_ms = node.snapshot->interval_seconds * 1000 * freshness.max_age_intervals;
  return std::max(Milliseconds(static_cast<std::int64_t>(by_interval_ms)), freshness.min_max_age);
}

// What all fresh nodes together have sent: a sample of the cluster is a round in which each sent a new one.
struct Round {
  std::optional<WallTime> oldest, newest;
  Milliseconds max_gap{0};
};

Round round_of(const model::Cluster& cluster, WallTime now, const model::Freshness& freshness) {
  Round round;
  for (const auto& [uuid, node] : cluster.nodes()) {
    if (model::is_stale(node, now, freshness)) continue;
    round.oldest = std::min(round.oldest.value_or(node.taken_at()), node.taken_at());
    round.newest = std::max(round.newest.value_or(node.taken_at()), node.taken_at());
    round.max_gap = std::max(round.max_gap, max_age(node, freshness));
  }
  return round;
}

// Everything that one evaluation of one rule needs.
struct Pass {
  const model::Cluster& cluster;
  WallTime now;
  Readings& readings;
  const Round& round;
  const std::shared_ptr<const RuleSet>& rules;
  Evaluation& out;
};

std::string rule_text(const Rule& rule) { return "rule '" + rule.name + "': "; }

Firing make_firing(const SubjectState& state, const Rule& rule, const Pass& pass, Phase phase) {
  Firing firing{.rules = pass.rules, .rule = &rule, .subject = state.subject, .phase = phase, .value = state.value};
  firing.pending_since = state.pending_since;
  firing.first_sample_at = state.first_sample_at;
  firing.firing_since = state.firing_since;
  firing.last_held = state.last_held;
  firing.held = state.held_text(rule, pass.now);
  firing.fresh = state.fresh;
  firing.labels = state.subject.labels;
  for (const auto& [name, text] : rule.labels) {
    firing.labels[name] = expand_template(text, state.value, state.subject.labels);
  }
  for (const auto& [name, text] : rule.annotations) {
    firing.annotations[name] = expand_template(text, state.value, state.subject.labels);
  }
  return firing;
}

class RulePass {
 public:
  RulePass(const Rule& rule, RuleState& state, const Pass& pass)
      : rule_(rule), state_(state), pass_(pass), series_(series_of(*rule.expression)) {}

  void run() {
    if (is_too_early()) {
      for (auto& [key, state] : state_.subjects) grow_old(state);
    } else {
      state_.last_evaluated = pass_.now;
      look();
    }
    promote();
    report();
  }

 private:
  bool is_too_early() const {
    const auto& last = state_.last_evaluated;
    return last && pass_.now >= *last && pass_.now - *last < rule_.interval;
  }

  void look() {
    const Result<Value> value = evaluate(*rule_.expression, pass_.readings);
    if (!value) {
      pass_.out.problems.push_back(rule_text(rule_) + value.error().message);
      return suspend_all();
    }
    take_held(value->vector);
    take_absent();
  }

  void suspend_all() {
    for (auto& [key, state] : state_.subjects) suspend(state);
  }

  void take_held(const Vector& values) {
    for (const Element& element : values) {
      const auto [place, is_new] = state_.subjects.try_emplace(subject_key(element.labels, rule_.subject));
      SubjectState& state = place->second;
      if (seen_.contains(&state)) {
        pass_.out.problems.push_back(rule_text(rule_) + "two values for one subject, " + element.labels.describe() +
                                     "; the first one counts");
        continue;
      }
      seen_.insert(&state);
      Look look = look_at(state, element.labels.node, is_new);
      look.holds = true;
      state.value = element.value;
      describe_subject(state, element.labels, is_new);
      state.measured = measured(element.labels.domain, element.labels.node);
      note(state, state.take(look, rule_));
    }
  }

  void describe_subject(SubjectState& state, const LabelSet& labels, bool is_new) const {
    const bool moved = !is_new && labels.node != nullptr && state.subject.node_uuid != labels.node->uuid();
    const bool renamed =
        !is_new && labels.present.has(Label::kDomain) && state.subject.labels["domain"] != labels.domain->name;
    if (is_new || (moved && rule_.subject != SubjectKind::kCluster) || renamed)
      state.subject = make_subject(labels, rule_.subject);
  }

  // A sample is known by its node and the time when it was taken.
  Look look_at(const SubjectState& state, const model::Node* node, bool is_new) const {
    Look look{.now = pass_.now};
    if (rule_.subject == SubjectKind::kCluster || node == nullptr) {
      look.fresh = pass_.round.newest.has_value();
      look.taken_at = pass_.round.newest.value_or(pass_.now);
      look.max_gap = look.fresh ? pass_.round.max_gap : kForgetAfter;
      look.is_new = is_new || (pass_.round.oldest && *pass_.round.oldest > state.last_sample);
      if (!look.is_new) look.taken_at = state.last_sample;
      return look;
    }
    look.taken_at = node->taken_at();
    look.max_gap = max_age(*node, pass_.readings.freshness());
    look.fresh = !model::is_stale(*node, pass_.now, pass_.readings.freshness());
    look.is_new = is_new || node->uuid() != state.subject.node_uuid || look.taken_at != state.last_sample;
    return look;
  }

  // One bit for each series of the expression that was measured for this domain, node, or at all.
  std::uint64_t measured(const model::DomainSample* domain, const model::Node* node) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(series_.size(), 64); ++i) {
      if (is_measured(*series_[i], domain, node)) bits |= std::uint64_t{1} << i;
    }
    return bits;
  }

  bool is_measured(const model::SeriesInfo& series, const model::DomainSample* domain, const model::Node* node) {
    if (rule_.subject == SubjectKind::kCluster) return !pass_.readings.of(series).empty();
    if (series.scope == model::Scope::kNode) return pass_.readings.has(series, node);
    // A node without such domains is an answer, not a gap.
    return rule_.subject == SubjectKind::kNode || pass_.readings.has(series, domain);
  }

  void take_absent() {
    for (auto& [key, state] : state_.subjects) {
      if (seen_.contains(&state)) continue;
      const model::Node* node = nullptr;
      if (!has_failed(state, node)) {
        suspend(state);
        continue;
      }
      const Look look = look_at(state, node, /*is_new=*/false);
      if (node != nullptr && rule_.subject != SubjectKind::kCluster) state.subject.node_uuid = node->uuid();
      note(state, state.take(look, rule_));
    }
  }

  // Not among the values: because it does not hold, or because nobody measured? `node` is where it is now.
  bool has_failed(const SubjectState& state, const model::Node*& node) {
    if (rule_.subject == SubjectKind::kCluster) {
      return pass_.round.newest && (state.measured & ~measured(nullptr, nullptr)) == 0;
    }
    node = pass_.cluster.find_node(state.subject.node_uuid);
    const model::DomainSample* domain = nullptr;
    if (rule_.subject == SubjectKind::kDomain) {
      const model::DomainRef found = pass_.cluster.find_domain(state.subject.domain_uuid);
      if (found) node = found.node;
      domain = found.domain;
      if (!found || !model::is_running(*found.domain)) return has_ended(state, node);
    }
    if (node == nullptr || model::is_stale(*node, pass_.now, pass_.readings.freshness())) return false;
    return (state.measured & ~measured(domain, node)) == 0;
  }

  // No node says that the domain runs. For a moment that is so in every migration; after it, the domain was shut off.
  bool has_ended(const SubjectState& state, const model::Node* node) const {
    if (node == nullptr || model::is_stale(*node, pass_.now, pass_.readings.freshness())) return false;
    return pass_.now - state.last_sample > max_age(*node, pass_.readings.freshness());
  }

  // Neither holds nor fails.
  void suspend(SubjectState& state) {
    state.in_view = false;
    grow_old(state);
  }

  // What fires stays, marked as not fresh once the last sample is too old to act upon.
  void grow_old(SubjectState& state) {
    const model::Node* node = pass_.cluster.find_node(state.subject.node_uuid);
    const Milliseconds limit = node != nullptr ? max_age(*node, pass_.readings.freshness()) : pass_.round.max_gap;
    if (pass_.now - state.last_sample > limit) state.fresh = false;
    if (pass_.now - state.last_look <= kForgetAfter) return;
    note(state, state.phase == Phase::kFiring ? Change::kResolved : Change::kGone);
  }

  void note(SubjectState& state, Change change) {
    if (change == Change::kBecamePending) became_pending_.insert(&state);
    if (change == Change::kResolved)
      pass_.out.transitions.push_back(make_firing(state, rule_, pass_, Phase::kResolved));
    if (change == Change::kResolved || change == Change::kGone) gone_.insert(&state);
  }

  void promote() {
    std::erase_if(state_.subjects, [this](const auto& entry) { return gone_.contains(&entry.second); });
    std::vector<SubjectState*> ready;
    std::size_t firing = 0;
    for (auto& [key, state] : state_.subjects) {
      if (state.phase == Phase::kFiring) ++firing;
      // Only what was looked at just now can begin to fire.
      if (seen_.contains(&state) && state.ready(rule_, pass_.now)) ready.push_back(&state);
    }
    const std::size_t wanted = firing + ready.size();
    if (!ready.empty() && rule_.limit && wanted > static_cast<std::size_t>(*rule_.limit)) {
      withheld_ = true;
      pass_.out.problems.push_back(rule_text(rule_) + "would fire on " + std::to_string(wanted) +
                                   " subjects at once, more than its limit of " + std::to_string(*rule_.limit) +
                                   "; nothing new fires");
      ready.clear();
    }
    for (SubjectState* state : ready) {
      state->fire(pass_.now);
      pass_.out.transitions.push_back(make_firing(*state, rule_, pass_, Phase::kFiring));
      became_pending_.erase(state);
    }
  }

  void report() {
    for (auto& [key, state] : state_.subjects) {
      if (became_pending_.contains(&state)) {
        pass_.out.transitions.push_back(make_firing(state, rule_, pass_, Phase::kPending));
      }
      pass_.out.firings.push_back(make_firing(state, rule_, pass_, state.phase));
      note_due(state);
    }
  }

  void note_due(const SubjectState& state) {
    std::optional<WallTime> due = state.due(rule_);
    if (!due || withheld_) return;
    if (state_.last_evaluated) due = std::max(*due, *state_.last_evaluated + rule_.interval);
    if (*due <= pass_.now) return;
    pass_.out.next_due = std::min(pass_.out.next_due.value_or(*due), *due);
  }

  const Rule& rule_;
  RuleState& state_;
  const Pass& pass_;
  std::vector<const model::SeriesInfo*> series_;
  std::unordered_set<const SubjectState*> seen_, gone_, became_pending_;
  bool withheld_ = false;
};

model::Freshness freshness_for(const Rule& rule, const model::Freshness& daemons) {
  if (!rule.max_age) return daemons;
  return {.max_age_intervals = 0, .min_max_age = *rule.max_age, .max_clock_skew = daemons.max_clock_skew};
}

}  // namespace

struct Engine::State {
  std::shared_ptr<const RuleSet> rules = std::make_shared<const RuleSet>();
  std::vector<RuleState> states;  // one for each rule
  StateByRule waiting;            // restored before the rules were loaded

  StateByRule by_rule() const {
    StateByRule all = waiting;
    for (std::size_t i = 0; i < states.size(); ++i) all[identity_of(rules->rules[i])] = states[i];
    return all;
  }
};

Engine::Engine() : state_(std::make_unique<State>()) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

void Engine::load(std::shared_ptr<const RuleSet> rules) {
  StateByRule known = state_->by_rule();
  state_->waiting.clear();
  state_->rules = rules ? std::move(rules) : std::make_shared<const RuleSet>();
  state_->states.clear();
  for (const Rule& rule : state_->rules->rules) {
    auto found = known.extract(identity_of(rule));
    state_->states.push_back(found.empty() ? RuleState{} : std::move(found.mapped()));
  }
}

const std::shared_ptr<const RuleSet>& Engine::rules() const { return state_->rules; }

Evaluation Engine::evaluate(const model::Cluster& cluster, WallTime now, const model::Freshness& freshness) {
  Evaluation out;
  // Rules that ask for the same age of data share what is read.
  struct Shared {
    Readings readings;
    Round round;
  };
  std::map<std::optional<Milliseconds>, Shared> shared;
  for (std::size_t i = 0; i < state_->states.size(); ++i) {
    const Rule& rule = state_->rules->rules[i];
    auto place = shared.find(rule.max_age);
    if (place == shared.end()) {
      const model::Freshness wanted = freshness_for(rule, freshness);
      place = shared.emplace(rule.max_age, Shared{{cluster, now, wanted}, round_of(cluster, now, wanted)}).first;
    }
    const Pass pass{cluster, now, place->second.readings, place->second.round, state_->rules, out};
    RulePass(rule, state_->states[i], pass).run();
  }
  return out;
}

std::string Engine::save() const { return write_state(state_->by_rule()); }

Result<void> Engine::restore(const std::string& text) {
  Result<StateByRule> saved = read_state(text);
  if (!saved) return saved.error();
  state_->waiting = std::move(saved).value();
  for (std::size_t i = 0; i < state_->states.size(); ++i) {
    auto found = state_->waiting.extract(identity_of(state_->rules->rules[i]));
    state_->states[i] = found.empty() ? RuleState{} : std::move(found.mapped());
  }
  // With rules loaded, what is left over belongs to rules that are no more.
  if (!state_->states.empty()) state_->waiting.clear();
  return {};
}

}  // namespace hotspot::rules
