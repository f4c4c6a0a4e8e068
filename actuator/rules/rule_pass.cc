#include "actuator/rules/rule_pass.h"

#include <algorithm>

#include "actuator/rules/template.h"

namespace hotspot::rules {
namespace {

// A subject without data is remembered for so long; then it has gone for good. Prometheus tolerates an outage as long.
constexpr Milliseconds kForgetAfter = std::chrono::hours(1);
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

// The metrics that were measured somewhere: of what a rule recorded, those that it was made of.
void collect_measured(const Expression& expression, const RuleSet& rules, int depth,
                      std::vector<const Selector*>& all) {
  for (const Selector* selector : selectors_of(expression)) {
    bool recorded = false;
    for (const Rule& rule : rules.rules) {
      if (rule.kind != RuleKind::kRecord || rule.name != selector->name.text) continue;
      recorded = true;
      if (depth < 10) collect_measured(*rule.expression, rules, depth + 1, all);
    }
    const bool known = std::any_of(all.begin(), all.end(),
                                   [&](const Selector* other) { return other->name.text == selector->name.text; });
    if (!recorded && !known && all.size() < 64) all.push_back(selector);
  }
}

}  // namespace

// Whether the newest sample counts is judged by the age of the node's snapshot, not by that of the sample alone.
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

Firing make_firing(const SubjectState& state, const Rule& rule, Phase phase, const Nodes& nodes,
                   const Subjects& subjects, WallTime now) {
  Firing firing{.rule = &rule, .phase = phase, .value = state.value};
  firing.subject = subject_of(state, nodes, subjects);
  firing.pending_since = state.pending_since;
  firing.first_sample_at = state.first_sample_at;
  firing.firing_since = state.firing_since;
  firing.last_held = state.last_held;
  firing.held = state.held_text(rule, now);
  firing.fresh = state.fresh;
  firing.labels = firing.subject.labels;
  for (const auto& [name, text] : rule.labels) {
    firing.labels[name] = expand_template(text, state.value, firing.subject.labels);
  }
  for (const auto& [name, text] : rule.annotations) {
    firing.annotations[name] = expand_template(text, state.value, firing.subject.labels);
  }
  return firing;
}

RulePass::RulePass(const Rule& rule, std::size_t index, RuleState& state, PassContext& context)
    : rule_(rule), index_(index), state_(state), context_(context) {
  if (context.cluster != nullptr) round_ = round_of(context.nodes);
  if (context.cluster != nullptr) collect_measured(*rule.expression, context.rules, 0, selectors_);
  about_data_ = std::any_of(selectors_.begin(), selectors_.end(), [](const Selector* selector) {
    return selector->series != nullptr && model::is_about_data(*selector->series);
  });
  options_ = make_options();
}

void RulePass::run() {
  if (is_too_early()) {
    for (SubjectState& state : state_.all()) grow_old(state);
    drop_gone();
    return note_due();
  }
  state_.last_evaluated = context_.now;
  if (rule_.kind == RuleKind::kRecord) return record();
  if (!look()) {
    for (SubjectState& state : state_.all()) suspend(state);
  }
  drop_gone();
  promote();
  note_due();
}

bool RulePass::is_too_early() const {
  const auto& last = state_.last_evaluated;
  return last && context_.now >= *last && context_.now - *last < rule_.interval;
}

EvaluateOptions RulePass::make_options() const {
  EvaluateOptions options;
  options.subquery_step = context_.subquery_step;
  if (context_.cluster == nullptr) {
    if (rule_.max_age) options.lookback = *rule_.max_age;
    return options;
  }
  options.lookback_of = lookback_of_nodes(context_.nodes);
  return options;
}

bool RulePass::look() {
  std::vector<Found>& found = context_.found;
  std::vector<Found> off;
  found.clear();
  if (!find(*rule_.expression, found)) return false;
  if (rule_.until) {
    if (!find(*rule_.until, off)) return false;
    off_.assign(context_.subjects.size(), false);
    for (const Found& one : off) off_[one.subject] = true;
  }
  take_held(found);
  take_absent();
  return true;
}

bool RulePass::find(const Expression& expression, std::vector<Found>& found) {
  if (const DenseVector* values = context_.dense.evaluate(expression, context_.now, options_)) {
    find_dense(*values, found);
    return true;
  }
  return find_general(expression, found);
}

void RulePass::find_dense(const DenseVector& values, std::vector<Found>& found) {
  const std::vector<DenseRow>& rows = context_.dense.rows(values.space);
  const bool cluster = context_.cluster != nullptr;
  const Table* table = nullptr;
  std::uint32_t node = kNoId;
  found.reserve(static_cast<std::size_t>(std::count(values.present.begin(), values.present.end(), 1)));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (values.present[i] == 0) continue;
    const DenseRow& row = rows[i];
    if (cluster && row.table != table) {
      table = row.table;
      node = context_.nodes.find_by_name(table->partition());
    }
    if (cluster && (node == kNoId || (context_.nodes.at(node).stale && !about_data_))) continue;
    if (cluster && row.table->row_at(row.row).away) continue;
    const std::uint32_t subject = row.subject != kNoId ? row.subject : number_row(row);
    found.push_back({subject, node, values.values[i], nullptr});
  }
}

// Without a cluster, a row's subject is known by its labels.
std::uint32_t RulePass::number_row(const DenseRow& row) {
  Table::Row& of = row.table->row_at(row.row);
  const SubjectKind kind = SubjectKind::kCluster;
  if (of.subject == kNoId) of.subject = context_.subjects.id_of(kind, "", subject_key(kind, "", *of.labels));
  context_.subjects.set_labels(of.subject, of.labels);
  return row.subject = of.subject;
}

bool RulePass::find_general(const Expression& expression, std::vector<Found>& found) {
  Result<Value> value = evaluate(expression, context_.store, context_.now, options_);
  if (!value) {
    context_.problems.push_back(rule_text() + value.error().message);
    return false;
  }
  for (const Element& element : value->vector) {
    auto one = resolve(element);
    if (!one) continue;
    one->value = element.value;
    one->labels = &held_.emplace_back(element.labels.shared_labels());
    found.push_back(*one);
  }
  return true;
}

std::optional<Found> RulePass::resolve(const Element& element) {
  const Labels& labels = element.labels.labels();
  Subjects& subjects = context_.subjects;
  if (context_.cluster == nullptr || rule_.subject == SubjectKind::kCluster) {
    const SubjectKind kind = SubjectKind::kCluster;
    return Found{.subject = subjects.id_of(kind, "", subject_key(kind, "", labels))};
  }
  if (rule_.subject == SubjectKind::kDomain) return resolve_domain(element.labels);
  const std::uint32_t node = context_.nodes.find_by_name(element.labels.get("node"));
  if (node == kNoId || (context_.nodes.at(node).stale && !about_data_)) return std::nullopt;
  const std::string& uuid = context_.nodes.at(node).uuid;
  return Found{.subject = subjects.id_of(SubjectKind::kNode, uuid, subject_key(SubjectKind::kNode, uuid, labels)),
               .node = node};
}

// By the names of domain and node; by that of the domain alone where it is the only one of its name.
std::optional<Found> RulePass::resolve_domain(const LabelSet& labels) {
  const std::string name(labels.get("domain"));
  std::string node_name(labels.get("node"));
  if (node_name.empty()) {
    const auto all = context_.cluster->find_domains_by_name(name);
    if (all.size() > 1) {
      context_.problems.push_back(rule_text() + std::to_string(all.size()) + " domains have the name '" + name +
                                  "'; keep the label node in the expression");
    }
    if (all.size() != 1) return std::nullopt;
    node_name = all.front().node->name();
  }
  const std::uint32_t node = context_.nodes.find_by_name(node_name);
  if (node == kNoId || (context_.nodes.at(node).stale && !about_data_)) return std::nullopt;
  const Table& table = context_.store.node_table(node_name, Table::Kind::kDomains);
  const auto row = table.find_row(std::make_shared<const Labels>(Labels{{"domain", name}, {"node", node_name}}));
  if (!row || table.rows()[*row].subject == kNoId || table.rows()[*row].away) return std::nullopt;
  if (labels.labels().size() == 2 && !labels.get("node").empty()) {
    return Found{.subject = table.rows()[*row].subject, .node = node};
  }
  const std::string uuid = context_.subjects.at(table.rows()[*row].subject).uuid;
  const std::string key = subject_key(SubjectKind::kDomain, uuid, labels.labels());
  return Found{.subject = context_.subjects.id_of(SubjectKind::kDomain, uuid, key), .node = node};
}

void RulePass::take_held(std::vector<Found>& found) {
  constexpr std::size_t kAhead = 8;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i + kAhead < found.size()) state_.prepare(found[i + kAhead].subject);
    const Found& one = found[i];
    SubjectState& state = state_.of(one.subject);
    if (state.round == context_.number) {
      const auto& labels = one.labels != nullptr ? *one.labels : context_.subjects.at(one.subject).labels;
      context_.problems.push_back(rule_text() + "two values for one subject, " + LabelSet(nullptr, labels).describe() +
                                  "; the first one counts");
      continue;
    }
    state.round = context_.number;
    Look look = look_at(state, one.node, !state.is_known);
    look.holds = true;
    look.off = is_off(one.subject);
    state.value = one.value;
    if (one.labels != nullptr)
      state.labels = *one.labels;
    else if (state.labels != nullptr)
      state.labels.reset();
    state.node = one.node;
    if (context_.cluster != nullptr) state.measured = measured(context_.subjects.at(one.subject), one.node);
    note(state, state.take(look, rule_));
  }
}

// A sample is known by its node and the time when it was taken.
Look RulePass::look_at(const SubjectState& state, std::uint32_t node, bool is_new) const {
  Look look{.now = context_.now};
  if (context_.cluster == nullptr) {
    look.taken_at = context_.now;
    look.max_gap = kNoLimit;
    return look;
  }
  if (rule_.subject == SubjectKind::kCluster || node == kNoId) {
    look.fresh = round_.newest.has_value();
    look.taken_at = round_.newest.value_or(context_.now);
    look.max_gap = look.fresh ? round_.max_gap : kForgetAfter;
    look.is_new = is_new || (round_.oldest && *round_.oldest > state.last_sample);
    if (!look.is_new) look.taken_at = state.last_sample;
    return look;
  }
  const KnownNode& known = context_.nodes.at(node);
  look.taken_at = known.taken_at;
  look.max_gap = known.max_age;
  look.fresh = !known.stale;
  look.is_new = is_new || node != state.node || look.taken_at != state.last_sample;
  return look;
}

// One bit for each metric of the expression that was measured for this domain, node, or at all.
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

void RulePass::take_absent() {
  for (SubjectState& state : state_.all()) {
    if (state.round == context_.number) continue;
    std::uint32_t node = kNoId;
    if (!has_failed(state, node)) {
      suspend(state);
      continue;
    }
    Look look = look_at(state, node, /*is_new=*/false);
    look.off = is_off(state.subject);
    if (node != kNoId) state.node = node;
    note(state, state.take(look, rule_));
  }
}

// Not among the values: because it does not hold, or because nobody measured? `node` is where it is now.
bool RulePass::has_failed(const SubjectState& state, std::uint32_t& node) {
  if (context_.cluster == nullptr) return true;
  const KnownSubject& subject = context_.subjects.at(state.subject);
  if (subject.kind == SubjectKind::kCluster) {
    return round_.newest && (state.measured & ~measured(subject, kNoId)) == 0;
  }
  node = subject.kind == SubjectKind::kNode ? context_.nodes.find(subject.uuid) : state.node;
  if (subject.kind == SubjectKind::kDomain) {
    const model::DomainRef found = context_.cluster->find_domain(subject.uuid);
    if (found) node = context_.nodes.find(found.node->uuid());
    if (!found || !model::is_running(*found.domain)) return has_ended(state, node);
  }
  if (node == kNoId || !context_.nodes.at(node).in_cluster || context_.nodes.at(node).stale) return false;
  return (state.measured & ~measured(subject, node)) == 0;
}

// No node says that the domain runs. For a moment that is so in every migration; after it, the domain was shut off.
bool RulePass::has_ended(const SubjectState& state, std::uint32_t node) const {
  if (node == kNoId || !context_.nodes.at(node).in_cluster || context_.nodes.at(node).stale) return false;
  return context_.now - state.last_sample > context_.nodes.at(node).max_age;
}

// Neither holds nor fails.
void RulePass::suspend(SubjectState& state) {
  state.in_view = false;
  grow_old(state);
}

// What fires stays, marked as not fresh once the last sample is too old to act upon.
void RulePass::grow_old(SubjectState& state) {
  if (context_.cluster == nullptr) return;
  const bool known = state.node != kNoId && context_.nodes.at(state.node).in_cluster;
  const Milliseconds limit = known ? context_.nodes.at(state.node).max_age : round_.max_gap;
  if (context_.now - state.last_sample > limit || (known && context_.nodes.at(state.node).stale)) state.fresh = false;
  if (context_.now - state.last_look <= kForgetAfter) return;
  note(state, state.phase == Phase::kFiring ? Change::kResolved : Change::kGone);
}

void RulePass::note(SubjectState& state, Change change) {
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

void RulePass::promote() {
  std::vector<SubjectState*> ready;
  std::size_t firing = 0;
  for (SubjectState& state : state_.all()) {
    if (state.phase == Phase::kFiring) ++firing;
    // Only what was looked at just now can begin to fire.
    if (state.round == context_.number && state.ready(rule_, context_.now)) ready.push_back(&state);
  }
  const std::size_t wanted = firing + ready.size();
  if (!ready.empty() && rule_.limit && wanted > static_cast<std::size_t>(*rule_.limit)) {
    withheld_ = true;
    context_.problems.push_back(rule_text() + "would fire on " + std::to_string(wanted) +
                                " subjects at once, more than its limit of " + std::to_string(*rule_.limit) +
                                "; nothing new fires");
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

void RulePass::note_due() {
  if (withheld_ || !std::holds_alternative<HoldFor>(rule_.hold)) return;
  for (const SubjectState& state : state_.all()) {
    std::optional<WallTime> due = state.due(rule_);
    if (!due) continue;
    if (state_.last_evaluated) due = std::max(*due, *state_.last_evaluated + rule_.interval);
    if (*due <= context_.now) continue;
    context_.next_due = std::min(context_.next_due.value_or(*due), *due);
  }
}

void RulePass::record() {
  if (record_dense()) return;
  Result<Value> value = evaluate(*rule_.expression, context_.store, context_.now, options_);
  if (!value) {
    context_.problems.push_back(rule_text() + value.error().message);
    return append_record({});
  }
  Vector values = std::move(value->vector);
  if (value->type == ValueType::kScalar) values.push_back({{}, value->scalar});
  for (Element& element : values) {
    for (const auto& [name, text] : rule_.labels) {
      element.labels = element.labels.with(name, expand_template(text, element.value, element.labels.map()));
    }
  }
  if (rule_.limit && values.size() > static_cast<std::size_t>(*rule_.limit)) {
    context_.problems.push_back(rule_text() + "gives " + std::to_string(values.size()) +
                                " series, more than its limit of " + std::to_string(*rule_.limit) +
                                "; none is recorded");
    values.clear();
  }
  append_record(values);
}

// Two rules may record one series, with labels that tell them apart.
Table& RulePass::record_table() {
  std::string& key = context_.records[index_].table;
  if (key.empty()) {
    const auto& all = context_.rules.rules;
    const auto before =
        std::count_if(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(index_),
                      [&](const Rule& rule) { return rule.kind == rule_.kind && rule.name == rule_.name; });
    key = "record " + rule_.name + " " + std::to_string(before);
  }
  return context_.store.table(key);
}

// Straight from the arrays, as long as the rule adds no labels of its own.
bool RulePass::record_dense() {
  if (!rule_.labels.empty() || rule_.limit) return false;
  const DenseVector* values = context_.dense.evaluate(*rule_.expression, context_.now, options_);
  if (values == nullptr) return false;
  const std::vector<DenseRow>& rows = context_.dense.rows(values->space);
  Table& table = record_table();
  const std::uint32_t column = context_.store.column(table, rule_.name);
  RecordRows& record = context_.records[index_];
  if (record.dense_layout != context_.dense.layout() || record.record_layout != table.layout()) {
    record.rows.assign(rows.size(), kNoId);
    record.dense_layout = context_.dense.layout();
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (values->present[i] == 0 || record.rows[i] != kNoId) continue;
    record.rows[i] = table.row(rows[i].table->rows()[rows[i].row].labels);
  }
  const std::int64_t time = to_unix_ms(context_.now);
  table.drop_from(time);
  const auto frame = table.frame(time, stale_marker());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (values->present[i] != 0) table.set(frame->index, column, record.rows[i], values->values[i]);
  }
  table.trim();
  record.record_layout = table.layout();
  return true;
}

// A series that is not among the values ends: the frame is filled with the stale marker.
void RulePass::append_record(const Vector& values) {
  Table& table = record_table();
  const std::int64_t time = to_unix_ms(context_.now);
  table.drop_from(time);
  const auto frame = table.frame(time, stale_marker());
  const std::uint32_t column = context_.store.column(table, rule_.name);
  for (const Element& element : values) {
    const std::uint32_t row = table.row(element.labels.shared_labels());
    if (!table.set(frame->index, column, row, element.value)) {
      context_.problems.push_back(rule_text() + "two values for one series, " +
                                  element.labels.without_name().describe() + "; the first one counts");
    }
  }
  table.trim();
}

}  // namespace hotspot::rules
