#include "actuator/rules/engine/rule_pass.h"

#include <algorithm>

namespace hotspot::rules {
namespace {

constexpr Milliseconds kNoLimit{kForEver};
constexpr Milliseconds kAnyAge = std::chrono::hours(24 * 365 * 1000);

Round round_of(const Nodes& nodes) {
  Round round;
  for (std::uint32_t id = 0; id < nodes.size(); ++id) {
    const KnownNode& node = nodes.at(id);
    if (!node.in_cluster || node.stale) continue;
    round.oldest = std::min(round.oldest.value_or(node.taken_at), node.taken_at);
    round.newest = std::max(round.newest.value_or(node.taken_at), node.taken_at);
    round.max_gap = std::max(round.max_gap, node.max_age);
  }
  return round;
}

// Further complaints of one rule in one evaluation would only repeat the same for other series.
constexpr std::size_t kMostComplaints = 5;
// A rule that is too expensive is tried again after this time, which doubles with each failure.
constexpr Milliseconds kFirstRest = std::chrono::minutes(1), kLongestRest = std::chrono::hours(1);

bool is_template(const std::pair<const std::string, std::string>& text) {
  return text.second.find("{{") != std::string::npos;
}

bool any_template(const std::map<std::string, std::string>& texts) {
  return std::any_of(texts.begin(), texts.end(), is_template);
}

// The rule's labels replace those of the value; an empty one removes the label.
void set_labels(const Rule& rule, const TemplateAlert& alert, const TemplateWorld& world,
                std::map<std::string, std::string>& labels) {
  for (const auto& [name, text] : rule.labels) {
    std::string expanded = expand_template(text, alert, world);
    if (expanded.empty())
      labels.erase(name);
    else
      labels[name] = std::move(expanded);
  }
}

// $labels: includes the metric's name if the value has kept it.
std::map<std::string, std::string> with_name(std::map<std::string, std::string> labels, const Rule& rule) {
  std::string name = rule.expression ? kept_name(*rule.expression) : "";
  if (!name.empty()) labels[std::string(kNameLabel)] = std::move(name);
  return labels;
}

}  // namespace

// Whether the newest sample counts depends on the age of the node's snapshot, not only on that of the sample.
std::function<Milliseconds(const Table&)> lookback_of_nodes(const Nodes& nodes) {
  return [&nodes](const Table& table) {
    const std::uint32_t node = table.partition().empty() ? kNoId : nodes.find_by_name(table.partition());
    if (node == kNoId) return EvaluateOptions{}.lookback;
    return nodes.at(node).stale ? Milliseconds(-1) : kAnyAge;
  };
}

Subject subject_of(const SubjectState& state, const Nodes& nodes, const Subjects& subjects) {
  const KnownSubject& known = subjects.at(state.subject);
  Subject subject{.kind = known.kind};
  if (known.kind == SubjectKind::kDomain) subject.domain_uuid = known.uuid;
  if (known.kind == SubjectKind::kNode)
    subject.node_uuid = known.uuid;
  else if (known.kind == SubjectKind::kDomain && state.node != kNoId)
    subject.node_uuid = nodes.at(state.node).uuid;
  const auto& labels = state.labels ? state.labels : known.labels;
  if (labels) subject.labels.insert(labels->begin(), labels->end());
  return subject;
}

Firing make_firing(const SubjectState& state, const Rule& rule, Phase phase, const FiringContext& context) {
  const TemplateWorld& world = context.world;
  Firing firing{.rule = &rule, .phase = phase, .value = state.value};
  firing.subject = subject_of(state, context.nodes, context.subjects);
  firing.pending_since = state.pending_since;
  firing.first_sample_at = state.first_sample_at;
  firing.firing_since = state.firing_since;
  firing.last_held = state.last_held;
  firing.held = state.held_text(rule, world.now);
  firing.fresh = state.fresh;
  if (state.waits) firing.waits = *state.waits;
  firing.labels = firing.subject.labels;
  const bool has_templates = any_template(rule.labels) || any_template(rule.annotations);
  const auto seen = has_templates ? with_name(firing.subject.labels, rule) : std::map<std::string, std::string>();
  const TemplateAlert alert{rule.name, state.value, seen};
  set_labels(rule, alert, world, firing.labels);
  for (const auto& [name, text] : rule.annotations) firing.annotations[name] = expand_template(text, alert, world);
  return firing;
}

RulePass::RulePass(const Rule& rule, std::size_t index, RuleState& state, PassContext& context)
    : rule_(rule),
      index_(index),
      state_(state),
      context_(context),
      selectors_(context.measured[index]),
      budget_(context.most_operations) {
  if (context.cluster != nullptr) round_ = round_of(context.nodes);
  about_data_ = std::any_of(selectors_.begin(), selectors_.end(), [](const Selector* selector) {
    return selector->series != nullptr && model::is_about_data(*selector->series);
  });
  has_own_identity_ = rule.kind == RuleKind::kAlert && any_template(rule.labels);
  options_ = make_options();
}

void RulePass::run() {
  if (is_too_early()) {
    for (SubjectState& state : state_.all()) grow_old(state);
    drop_gone();
    return schedule();
  }
  state_.last_evaluated = context_.now;
  if (is_set_aside()) {
    for (SubjectState& state : state_.all()) suspend(state);
    return drop_gone();
  }
  evaluate_rule();
  settle_budget();
}

void RulePass::evaluate_rule() {
  if (rule_.kind == RuleKind::kRecord) return record();
  if (!find_subjects()) {
    for (SubjectState& state : state_.all()) suspend(state);
  }
  drop_gone();
  promote();
  schedule();
}

bool RulePass::is_set_aside() {
  if (!state_.aside) return false;
  // A clock that was set back must not keep the rule aside for ever.
  if (context_.now >= state_.aside->until || context_.now < state_.aside->since) return false;
  complain("is set aside: an evaluation needs more than " +
           large_number(static_cast<double>(context_.most_operations)) +
           " operations (limits.rule_operations); it is tried again from time to time, and at a reload");
  return true;
}

void RulePass::settle_budget() {
  if (!budget_.is_spent() || context_.most_operations == 0) return state_.aside.reset();
  const Milliseconds before = state_.aside ? state_.aside->rest : Milliseconds(0);
  const Milliseconds rest = std::clamp(before * 2, kFirstRest, kLongestRest);
  const WallTime since = state_.aside ? std::min(state_.aside->since, context_.now) : context_.now;
  state_.aside = {since, context_.now + rest, rest, budget_.used()};
}

void RulePass::complain(const std::string& what) {
  if (++complaints_ <= kMostComplaints) context_.problems.push_back("rule '" + rule_.name + "': " + what);
  if (complaints_ == kMostComplaints + 1)
    context_.problems.push_back("rule '" + rule_.name + "': there is more of this kind");
}

bool RulePass::is_too_early() const {
  const auto& last = state_.last_evaluated;
  return last && context_.now >= *last && context_.now - *last < rule_.interval;
}

EvaluateOptions RulePass::make_options() {
  EvaluateOptions options;
  options.subquery_step = context_.subquery_step;
  if (context_.most_operations > 0) options.budget = &budget_;
  if (context_.cluster == nullptr) {
    if (rule_.max_age) options.lookback = *rule_.max_age;
    return options;
  }
  options.lookback_of = lookback_of_nodes(context_.nodes);
  return options;
}

bool RulePass::find_subjects() {
  std::vector<Found>& found = context_.found;
  std::vector<Found> off;
  found.clear();
  if (!find(*rule_.expression, found)) return false;
  if (rule_.until) {
    if (!find(*rule_.until, off)) return false;
    off_.assign(context_.subjects.size(), false);
    for (const Found& one : off) off_[one.subject] = true;
  }
  apply_held(found);
  apply_absent();
  return true;
}

void RulePass::apply_held(std::vector<Found>& found) {
  constexpr std::size_t kAhead = 8;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i + kAhead < found.size()) state_.prepare(found[i + kAhead].subject);
    const Found& one = found[i];
    SubjectState& state = state_.of(one.subject);
    if (state.round == context_.number) {
      const auto& labels = one.labels != nullptr ? *one.labels : context_.subjects.at(one.subject).labels;
      complain("two values for one subject, " + LabelSet(nullptr, labels).describe() + "; the first one counts");
      continue;
    }
    if (has_own_identity_) restart(state, one);
    state.round = context_.number;
    SubjectEvaluation evaluation = evaluate_subject(state, one.node, state.is_known ? Seen::kBefore : Seen::kFirst);
    evaluation.holds = true;
    evaluation.off = is_off(one.subject);
    state.value = one.value;
    if (one.labels != nullptr)
      state.labels = *one.labels;
    else if (state.labels != nullptr)
      state.labels.reset();
    state.node = one.node;
    if (context_.cluster != nullptr) state.measured = measured(context_.subjects.at(one.subject), one.node);
    record_change(state, state.apply(evaluation, rule_));
  }
}

// As in Prometheus, an alert whose labels change is another alert: the old one ends and this one begins.
void RulePass::restart(SubjectState& state, const Found& one) {
  const auto& own = one.labels != nullptr ? *one.labels : context_.subjects.at(one.subject).labels;
  std::map<std::string, std::string> labels;
  if (own) labels.insert(own->begin(), own->end());
  const auto seen = with_name(labels, rule_);
  set_labels(rule_, {rule_.name, one.value, seen}, context_.world, labels);
  std::string identity;
  for (const auto& [name, text] : labels) identity += std::to_string(text.size()) + ' ' + name + ' ' + text;
  if (state.is_known && state.identity != nullptr && *state.identity != identity) {
    if (state.phase == Phase::kFiring) {
      const auto place = static_cast<std::uint32_t>(context_.gone.size());
      context_.transitions.push_back({index_, Phase::kResolved, state.subject, place});
      context_.gone.push_back(state);
    }
    SubjectState begun;
    begun.subject = state.subject;
    begun.node = state.node;
    state = std::move(begun);
  }
  state.identity = std::make_shared<const std::string>(std::move(identity));
}

// A sample is identified by its node and the time at which it was taken.
SubjectEvaluation RulePass::evaluate_subject(const SubjectState& state, std::uint32_t node, Seen seen) const {
  SubjectEvaluation evaluation{.now = context_.now};
  if (context_.cluster == nullptr) {
    evaluation.taken_at = context_.now;
    evaluation.max_gap = kNoLimit;
    return evaluation;
  }
  if (rule_.subject == SubjectKind::kCluster || node == kNoId) {
    evaluation.fresh = round_.newest.has_value();
    evaluation.taken_at = round_.newest.value_or(context_.now);
    evaluation.max_gap = evaluation.fresh ? round_.max_gap : kForgetAfter;
    evaluation.is_new = seen == Seen::kFirst || (round_.oldest && *round_.oldest > state.last_sample);
    if (!evaluation.is_new) evaluation.taken_at = state.last_sample;
    return evaluation;
  }
  const KnownNode& known = context_.nodes.at(node);
  evaluation.taken_at = known.taken_at;
  evaluation.max_gap = known.max_age;
  evaluation.fresh = !known.stale;
  evaluation.is_new = seen == Seen::kFirst || node != state.node || evaluation.taken_at != state.last_sample;
  return evaluation;
}

// One bit per metric of the expression that was measured for this domain or node, or at all.
std::uint64_t RulePass::measured(const KnownSubject& subject, std::uint32_t node) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < selectors_.size(); ++i) {
    if (is_measured(*selectors_[i], subject, node)) bits |= std::uint64_t{1} << i;
  }
  return bits;
}

bool RulePass::is_measured(const Selector& selector, const KnownSubject& subject, std::uint32_t node) {
  const MeasuredOf& of = context_.presence.of(selector.name.text, context_.now, options_);
  if (subject.kind == SubjectKind::kCluster) return of.any;
  if (selector.series != nullptr && selector.series->scope == model::Scope::kNode) return of.has_node(node);
  // A node without such domains is an answer, not a gap.
  return subject.kind == SubjectKind::kNode || of.has_subject(subject.whole);
}

void RulePass::record_change(SubjectState& state, Change change) {
  if (change == Change::kNone) return;
  if (change == Change::kBecamePending) return became_pending_.push_back(state.subject);
  if (change == Change::kResolved) {
    context_.transitions.push_back(
        {index_, Phase::kResolved, state.subject, static_cast<std::uint32_t>(context_.gone.size())});
    context_.gone.push_back(state);
  }
  gone_.push_back(state.subject);
}

void RulePass::drop_gone() {
  for (const std::uint32_t subject : gone_) state_.erase(subject);
  gone_.clear();
}

// A value over a partly covered range is valid, but no reason to act.
void RulePass::wait_for_ranges(std::vector<SubjectState*>& ready) {
  const NeededRanges& needed = context_.needed_ranges[index_];
  if (needed.empty() || ready.empty()) return;
  CoveredRanges ranges(context_.store, needed, context_.now, context_.since);
  std::erase_if(ready, [&](SubjectState* state) {
    const auto& known = context_.subjects.at(state->subject).labels;
    const LabelSet labels(nullptr, state->labels ? state->labels : known);
    const auto partial = ranges.missing(labels.get("node"), labels.get("domain"));
    state->waits = partial ? std::make_shared<const std::string>(describe(*partial)) : nullptr;
    return partial.has_value();
  });
}

void RulePass::promote() {
  std::vector<SubjectState*> ready;
  std::size_t firing = 0;
  for (SubjectState& state : state_.all()) {
    if (state.phase == Phase::kFiring) ++firing;
    // Only a subject that was just evaluated can begin to fire.
    if (state.round == context_.number && state.ready(rule_, context_.now)) ready.push_back(&state);
  }
  wait_for_ranges(ready);
  const std::size_t wanted = firing + ready.size();
  if (!ready.empty() && rule_.limit && wanted > static_cast<std::size_t>(*rule_.limit)) {
    withheld_ = true;
    complain("would fire on " + std::to_string(wanted) + " subjects at once, more than its limit of " +
             std::to_string(*rule_.limit) + "; nothing new fires");
    ready.clear();
  }
  for (SubjectState* state : ready) {
    state->fire(context_.now);
    context_.transitions.push_back({index_, Phase::kFiring, state->subject, kNoId});
  }
  for (const std::uint32_t subject : became_pending_) {
    if (state_.find(subject)->phase != Phase::kPending) continue;
    context_.transitions.push_back({index_, Phase::kPending, subject, kNoId});
  }
}

void RulePass::schedule() {
  if (withheld_ || !std::holds_alternative<ForTime>(rule_.for_clause)) return;
  for (const SubjectState& state : state_.all()) {
    std::optional<WallTime> due = state.due(rule_);
    if (!due) continue;
    if (state_.last_evaluated) due = std::max(*due, *state_.last_evaluated + rule_.interval);
    if (*due <= context_.now) continue;
    context_.next_due = std::min(context_.next_due.value_or(*due), *due);
  }
}

}  // namespace hotspot::rules
