#include "actuator/loop/publication.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "common/text/visible.h"
#include "telemetry/published_metrics.h"

namespace hotspot::loop {

namespace {

std::string shown_rule(const rules::Rule& rule) { return text::visible(rule.name, telemetry::kMostPublishedName); }

}  // namespace

std::string choose_writer(const WriterSearch& search) {
  const auto is_fresh = [&](const model::Node& node) { return !model::is_stale(node, search.now, search.freshness); };
  const model::Node* before = search.cluster.find_node(search.before);
  if (before != nullptr && is_fresh(*before)) return search.before;
  std::string first;
  for (const auto& [uuid, node] : search.cluster.nodes()) {
    if (!is_fresh(node)) continue;
    if (node.snapshot->collector.version == search.version) return uuid;
    if (first.empty()) first = uuid;
  }
  return first;
}

Result<void> Publication::take_lead(const std::string& field, WallTime now) {
  telemetry::Published before;
  Result<void> restored;
  if (!field.empty()) {
    auto read = telemetry::decode_published(field);
    if (read)
      before = std::move(*read);
    else
      restored = read.error();
  }
  tally_.restore(std::move(before.actions));
  decisions_ = no_decisions();
  for (const auto& [outcome, count] : before.decisions) {
    if (decisions_.contains(outcome)) decisions_[outcome] = count;
  }
  firing_.clear();
  firing_nodes_.clear();
  of_rules_.clear();
  of_all_.clear();
  writer_ = before.head.writer;
  stood_ = std::move(before.metrics);
  carried_.clear();
  metrics_.clear();
  news_.take_lead(before.head.news, now);
  return restored;
}

std::string Publication::durable() const {
  telemetry::Published kept;
  kept.head = {.cluster = "", .at = {}, .sequence = 0, .writer = writer_, .news = news_.last_number()};
  kept.metrics = metrics_;
  kept.decisions = decisions_;
  kept.actions = tally_.all();
  return telemetry::encode(kept);
}

void Publication::loaded(const rules::RuleSet& rules) {
  tally_.expect(rules);
  rules_.clear();
  for (const rules::Rule& one : rules.rules) {
    if (one.kind != rules::RuleKind::kRecord) rules_.push_back(shown_rule(one));
  }
}

void Publication::begun(const ports::JournalEntry& intent) {
  tally_.begun(intent.action);
  news_.action(intent);
}

void Publication::went_on(const ports::JournalEntry& entry) {
  if (!model::is_final(entry.state)) return;
  tally_.ended(entry);
  news_.action(entry);
}

void Publication::firings(const std::vector<rules::Firing>& firing, const model::Cluster& cluster, WallTime now) {
  firing_.clear();
  firing_nodes_.clear();
  for (const rules::Firing& one : firing) {
    if (one.rule == nullptr) continue;
    ++firing_[shown_rule(*one.rule)];
    if (!one.subject.node_uuid.empty()) ++firing_nodes_[one.subject.node_uuid];
  }
  of_rules_.saw(firing_, now);
  of_all_.saw({{"", firing.size()}}, now);
  news_.firings(firing, cluster, now);
}

std::map<std::string, double> Publication::carry_on(std::map<std::string, double> metrics) {
  for (auto& [name, value] : metrics) {
    const telemetry::PublishedMetric* known = telemetry::find_published_metric(name);
    if (known == nullptr || known->type != std::string_view("derive")) continue;
    const auto stood = stood_.find(name);
    value += carried_.try_emplace(name, stood == stood_.end() ? 0 : stood->second - value).first->second;
    metrics_[name] = value;
  }
  return metrics;
}

void Publication::add_firing(telemetry::Published& made) const {
  made.firing = of_rules_.at(made.head.at);
  made.firing_nodes = firing_nodes_;
  for (const std::string& rule : rules_) {
    if (made.firing.size() < telemetry::kMostPublishedItems) made.firing.try_emplace(rule, 0);
  }
  const auto now = made.metrics.find("firing");
  const auto recent = of_all_.at(made.head.at);
  if (now != made.metrics.end() && !recent.empty())
    now->second = std::max(now->second, static_cast<double>(recent.begin()->second));
}

telemetry::Published Publication::record(Moment moment) {
  moment.nodes.before = writer_;
  writer_ = choose_writer(moment.nodes);
  telemetry::Published made;
  made.head = {.cluster = std::move(moment.cluster),
               .at = moment.nodes.now,
               .sequence = ++sequence_,
               .writer = writer_,
               .news = news_.last_number()};
  made.metrics = std::move(moment.metrics);
  made.decisions = decisions_;
  add_firing(made);
  made.actions = tally_.all();
  made.limits = std::move(moment.limits);
  made.news.assign(news_.all().begin(), news_.all().end());
  return made;
}

}  // namespace hotspot::loop
