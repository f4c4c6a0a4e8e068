// The engine: its state, and the order of the steps of an evaluation.
#include <algorithm>
#include <memory>

#include "actuator/model/cluster.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/engine/engine_state.h"
#include "actuator/rules/engine/measured_metrics.h"
#include "actuator/rules/engine/observer.h"
#include "actuator/rules/engine/rule_pass.h"
#include "actuator/rules/evaluate/cost.h"
#include "actuator/rules/evaluate/lookback.h"
#include "actuator/rules/firing.h"

namespace hotspot::rules {
namespace {

model::Freshness freshness_for(const Rule& rule, const model::Freshness& daemons) {
  if (!rule.max_age) return daemons;
  return {.max_age_intervals = 0, .min_max_age = *rule.max_age, .max_clock_skew = daemons.max_clock_skew};
}

void judge(Nodes& nodes, WallTime now, const model::Freshness& freshness) {
  for (std::uint32_t id = 0; id < nodes.size(); ++id) {
    KnownNode& node = nodes.at(id);
    node.max_age = model::max_age(node.cadence, freshness);
    // As in model::is_stale(): a snapshot from the future counts as stale too.
    const Milliseconds age = now - node.taken_at;
    node.stale = !node.in_cluster || age > node.max_age || -age > freshness.max_clock_skew;
  }
}

// Per evaluation. Each is a sentence that is compared with those of the previous evaluation.
constexpr std::size_t kMostProblems = 200;

}  // namespace

RuleIdentity identity_of(const Rule& rule) { return {rule.name, rule.group, rule.expression_text}; }

struct Engine::State {
  explicit State(EngineOptions given) : options(std::move(given)) {}

  EngineOptions options;
  std::shared_ptr<const RuleSet> rules = std::make_shared<const RuleSet>();
  Store store;
  Nodes nodes;
  Subjects subjects;
  Observer observer{store, nodes, subjects};
  Dense dense{store};
  Presence presence{store, nodes, subjects};
  std::vector<RuleState> states;  // one for each rule
  SavedStates waiting;            // restored before the rules were loaded
  std::vector<Transition> transitions;
  std::vector<SubjectState> gone;                      // those that resolved in the newest step
  std::vector<Found> room;                             // scratch space
  std::vector<RecordRows> records;                     // one for each rule
  std::vector<std::vector<const Selector*>> measured;  // one for each rule
  std::vector<NeededRanges> needed_ranges;             // one for each rule
  std::optional<WallTime> since;                       // the first evaluation
  std::vector<std::string> observed_problems;
  WallTime now{};
  std::uint64_t number = 0;
  bool with_cluster = false;

  void keep_samples();
  void forget_subjects();
  SavedStates saved() const;
  void take_saved(SavedStates& all);
  RuleState load_state(const std::map<std::string, SavedSubject>& saved);
  Step run(const model::Cluster* cluster, const model::Freshness* freshness);
  PassContext pass_context(const TemplateWorld& world, DomainNames& names, Step& step);
  void run_rule(std::size_t index, PassContext& context, Step& step);
  void add_observed_problems(Step& step);
  std::vector<Firing> firings(std::optional<Phase> phase, const FiringPage& page) const;
  std::vector<Firing> changes(std::size_t at_most) const;
  EvaluateOptions evaluate_options() const;
  TemplateWorld template_world() const;
  void restore(SavedStates states);
};

// The store keeps what the rules look back; with a cluster, instant selectors use the newest sample only.
void Engine::State::keep_samples() {
  Lookback lookback;
  for (const Rule& rule : rules->rules) {
    EvaluateOptions evaluation{.subquery_step = options.subquery_step};
    if (with_cluster || options.whole_frames) evaluation.lookback = Milliseconds(0);
    if (rule.max_age) evaluation.lookback = *rule.max_age;
    add_lookback(*rule.expression, evaluation, lookback);
    if (rule.until) add_lookback(*rule.until, evaluation, lookback);
    for (const auto& asked : rule.asked) add_lookback(*asked, evaluation, lookback);
  }
  std::set<std::string, std::less<>> metrics;
  for (const auto& [name, reach] : lookback) metrics.insert(name);
  if (lookback.contains(""))
    observer.want_all();
  else
    observer.want(metrics);
  if (options.keep_all_samples) return store.retain(std::nullopt);
  const auto nameless = lookback.find("");
  if (nameless != lookback.end()) {
    for (auto& [name, reach] : lookback) reach = std::max(reach, nameless->second);
  }
  const Milliseconds otherwise = nameless != lookback.end() ? nameless->second : Milliseconds(0);
  store.retain(otherwise, lookback);
}

// Frees the numbers of subjects that neither a row nor a state refers to.
void Engine::State::forget_subjects() {
  std::vector<bool> used(subjects.size());
  for (const auto& [key, table] : store.tables()) {
    for (const Table::Row& row : table->rows()) {
      if (row.used && row.subject != kNoId) used[row.subject] = true;
    }
  }
  for (const RuleState& state : states) {
    for (const SubjectState& subject : state.all()) used[subject.subject] = true;
  }
  for (const Transition& transition : transitions) used[transition.subject] = true;
  subjects.keep(std::move(used));
}

SavedStates Engine::State::saved() const {
  SavedStates all = waiting;
  for (std::size_t i = 0; i < states.size(); ++i) {
    auto& to = all[identity_of(rules->rules[i])];
    to.clear();
    for (const SubjectState& state : states[i].all()) {
      to.insert_or_assign(subjects.at(state.subject).key, SavedSubject{subject_of(state, nodes, subjects), state});
    }
  }
  return all;
}

RuleState Engine::State::load_state(const std::map<std::string, SavedSubject>& saved) {
  RuleState loaded;
  for (const auto& [key, entry] : saved) {
    const Subject& subject = entry.subject;
    const bool is_node = subject.kind == SubjectKind::kNode;
    const std::uint32_t id = subjects.id_of(subject.kind, is_node ? subject.node_uuid : subject.domain_uuid, key);
    SubjectState& state = loaded.of(id);
    state = entry.state;
    if (!state.labels) state.labels = std::make_shared<const Labels>(subject.labels.begin(), subject.labels.end());
    state.subject = id;
    state.round = 0;
    state.node = subject.node_uuid.empty() ? kNoId : nodes.id_of(subject.node_uuid);
  }
  return loaded;
}

void Engine::State::take_saved(SavedStates& all) {
  states.clear();
  transitions.clear();
  for (const Rule& rule : rules->rules) {
    auto found = all.extract(identity_of(rule));
    states.push_back(found.empty() ? RuleState{} : load_state(found.mapped()));
  }
}

void Engine::State::restore(SavedStates all) {
  waiting = std::move(all);
  take_saved(waiting);
  // Once rules are loaded, what is left belongs to rules that no longer exist.
  if (!states.empty()) waiting.clear();
}

PassContext Engine::State::pass_context(const TemplateWorld& world, DomainNames& names, Step& step) {
  return {.now = now,
          .number = number,
          .store = store,
          .rules = *rules,
          .nodes = nodes,
          .subjects = subjects,
          .dense = dense,
          .presence = presence,
          .domain_names = names,
          .records = records,
          .measured = measured,
          .needed_ranges = needed_ranges,
          .world = world,
          .since = since.value_or(now),
          .most_operations = options.most_operations,
          .subquery_step = options.subquery_step,
          .transitions = transitions,
          .gone = gone,
          .found = room,
          .problems = step.problems,
          .next_due = step.next_due};
}

Step Engine::State::run(const model::Cluster* cluster, const model::Freshness* freshness) {
  Step step;
  transitions.clear();
  gone.clear();
  if (++number % 1024 == 0) forget_subjects();
  since = std::min(since.value_or(now), now);
  const TemplateWorld world = template_world();
  DomainNames domain_names(cluster);
  PassContext context = pass_context(world, domain_names, step);
  context.cluster = cluster;
  std::optional<std::optional<Milliseconds>> judged;
  dense.begin();
  records.resize(states.size());
  for (std::size_t i = 0; i < states.size(); ++i) {
    const Rule& rule = rules->rules[i];
    if (options.only_records && rule.kind != RuleKind::kRecord) continue;
    // Rules with the same max_age share the judgement of freshness.
    if (!judged || *judged != rule.max_age) {
      if (freshness != nullptr) judge(nodes, now, freshness_for(rule, *freshness));
      presence.clear();
      dense.forget_values();
      judged = rule.max_age;
    }
    run_rule(i, context, step);
  }
  if (freshness != nullptr) judge(nodes, now, *freshness);  // with the daemon's own limit, for evaluate_options()
  step.transitions = transitions.size();
  add_observed_problems(step);
  return step;
}

void Engine::State::run_rule(std::size_t index, PassContext& context, Step& step) {
  const Rule& rule = rules->rules[index];
  RuleState& state = states[index];
  RulePass(rule, index, state, context).run();
  for (const SubjectState& subject : state.all()) ++(subject.phase == Phase::kFiring ? step.firing : step.pending);
  if (const auto& aside = state.aside) step.aside.push_back({rule.name, aside->since, aside->until, aside->operations});
  if (options.between_rules) options.between_rules();
}

// Those of the snapshots come first.
void Engine::State::add_observed_problems(Step& step) {
  step.problems.insert(step.problems.begin(), observed_problems.begin(), observed_problems.end());
  observed_problems.clear();
  if (step.problems.size() <= kMostProblems) return;
  step.problems.resize(kMostProblems);
  step.problems.push_back("there are more problems than are listed");
}

std::vector<Firing> Engine::State::firings(std::optional<Phase> phase, const FiringPage& page) const {
  std::vector<Firing> all;
  const TemplateWorld world = template_world();
  std::size_t place = 0;
  for (std::size_t i = 0; i < states.size() && all.size() < page.count; ++i) {
    std::vector<const SubjectState*> ordered;
    for (const SubjectState& state : states[i].all()) {
      if (phase && state.phase != *phase) continue;
      if (place++ < page.from || all.size() + ordered.size() >= page.count) continue;
      ordered.push_back(&state);
    }
    std::sort(ordered.begin(), ordered.end(), [this](const SubjectState* a, const SubjectState* b) {
      return subjects.at(a->subject).key < subjects.at(b->subject).key;
    });
    for (const SubjectState* state : ordered) {
      all.push_back(make_firing(*state, rules->rules[i], state->phase, {nodes, subjects, world}));
      all.back().rules = rules;
    }
  }
  return all;
}

std::vector<Firing> Engine::State::changes(std::size_t at_most) const {
  std::vector<Firing> all;
  const TemplateWorld world = template_world();
  for (const Transition& transition : transitions) {
    if (all.size() >= at_most) break;
    const Rule& rule = rules->rules[transition.rule];
    const SubjectState* state = transition.gone == kNoId ? nullptr : &gone[transition.gone];
    if (state == nullptr) state = const_cast<RuleState&>(states[transition.rule]).find(transition.subject);
    if (state == nullptr) continue;
    all.push_back(make_firing(*state, rule, transition.phase, {nodes, subjects, world}));
    all.back().rules = rules;
  }
  return all;
}

Engine::Engine(EngineOptions options) : state_(std::make_unique<State>(std::move(options))) {
  state_->observer.judge_by(state_->options.freshness, state_->options.margins);
  state_->keep_samples();
}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

void Engine::load(std::shared_ptr<const RuleSet> rules) {
  SavedStates known = state_->saved();
  state_->waiting.clear();
  state_->rules = rules ? std::move(rules) : std::make_shared<const RuleSet>();
  state_->take_saved(known);
  state_->measured = measured_by(*state_->rules);
  state_->needed_ranges = needed_ranges(*state_->rules);
  state_->dense.forget();
  state_->records.clear();
  state_->keep_samples();
}

const std::shared_ptr<const RuleSet>& Engine::rules() const { return state_->rules; }

void Engine::observe(const model::Cluster& cluster, WallTime now) {
  if (!std::exchange(state_->with_cluster, true)) state_->keep_samples();
  state_->since = std::min(state_->since.value_or(now), now);
  state_->observed_problems.clear();  // problems of the cluster are found again each time
  state_->observer.observe(cluster, now, state_->observed_problems);
}

Step Engine::step(const model::Cluster& cluster, WallTime now, const model::Freshness& freshness) {
  state_->now = now;
  return state_->run(&cluster, &freshness);
}

Evaluation Engine::evaluate(const model::Cluster& cluster, WallTime now, const model::Freshness& freshness) {
  observe(cluster, now);
  Step done = step(cluster, now, freshness);
  return {firings(), transitions(), std::move(done.problems), done.next_due};
}

Step Engine::step_store(WallTime now) {
  state_->now = now;
  return state_->run(nullptr, nullptr);
}

Evaluation Engine::evaluate_store(WallTime now) {
  Step done = step_store(now);
  return {firings(), transitions(), std::move(done.problems), done.next_due};
}

std::vector<Firing> Engine::firings() const { return state_->firings(std::nullopt, FiringPage{}); }
std::vector<Firing> Engine::firings(Phase phase, std::size_t at_most) const {
  return state_->firings(phase, {.from = 0, .count = at_most});
}
std::vector<Firing> Engine::firings(Phase phase, const FiringPage& page) const { return state_->firings(phase, page); }
std::optional<SubjectView> Engine::state_of(std::size_t rule, const std::string& subject_key) const {
  const std::uint32_t subject = state_->subjects.find(subject_key);
  const SubjectState* state = subject == kNoId ? nullptr : state_->states.at(rule).find(subject);
  if (state == nullptr) return std::nullopt;
  return SubjectView{state->phase, state->value, state->last_held, state->fresh};
}
std::vector<Firing> Engine::transitions() const { return state_->changes(kNoId); }
std::vector<Firing> Engine::transitions(std::size_t at_most) const { return state_->changes(at_most); }
Store& Engine::store() { return state_->store; }
const Store& Engine::store() const { return state_->store; }

EvaluateOptions Engine::State::evaluate_options() const {
  EvaluateOptions evaluation{.subquery_step = options.subquery_step};
  if (with_cluster) evaluation.lookback_of = lookback_of_nodes(nodes);
  return evaluation;
}

// All queries of all templates in one list together may cost no more than one rule.
TemplateWorld Engine::State::template_world() const {
  const std::size_t most = options.most_operations > 0 ? options.most_operations : kUsualMostOperations;
  return {.external_labels = options.external_labels,
          .external_url = options.external_url,
          .now = now,
          .query = template_query(store, now, evaluate_options(), most),
          .parsed = std::make_shared<ParsedTemplates>()};
}

EvaluateOptions Engine::evaluate_options() const { return state_->evaluate_options(); }

SavedStates Engine::save() const { return state_->saved(); }

NodeClocks Engine::node_clocks() const {
  NodeClocks clocks;
  for (std::uint32_t id = 0; id < state_->nodes.size(); ++id) {
    const KnownNode& node = state_->nodes.at(id);
    if (node.in_cluster) clocks[node.uuid] = {node.taken_at, node.observed_at};
  }
  return clocks;
}

void Engine::restore(SavedStates saved) { state_->restore(std::move(saved)); }

}  // namespace hotspot::rules
