#include "actuator/loop/news_board.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "actuator/loop/log_names.h"
#include "actuator/model/asker.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

using telemetry::NewsItem;
using telemetry::NewsKind;
using telemetry::NewsSeverity;

std::string fitting(const std::string& text) { return text::visible(text, telemetry::kMostPublishedText); }
std::string fitting_name(const std::string& name) { return text::visible(name, telemetry::kMostPublishedName); }

std::string label_of(const std::map<std::string, std::string>& labels, const char* name) {
  const auto found = labels.find(name);
  return found == labels.end() ? "" : found->second;
}

NewsItem begin_of(const rules::Firing& firing, const model::Cluster* cluster) {
  const bool critical = label_of(firing.labels, "severity") == "critical";
  return {.severity = critical ? NewsSeverity::kFailure : NewsSeverity::kWarning,
          .kind = NewsKind::kFiring,
          .node = firing.subject.node_uuid,
          .domain = firing.subject.kind == rules::SubjectKind::kDomain
                        ? fitting_name(label_of(firing.subject.labels, "domain"))
                        : "",
          .name = fitting_name(firing.rule->name),
          .text = "rule " + firing.rule->name + " fires on " + subject_name(firing, cluster)};
}

ports::Event event_of(const rules::Firing& firing, const model::Cluster& cluster) {
  const model::Node* node = cluster.find_node(firing.subject.node_uuid);
  const bool of_domain = firing.subject.kind == rules::SubjectKind::kDomain;
  ports::Event event;
  event.kind = "firing";
  event.node = node != nullptr ? node->name() : label_of(firing.subject.labels, "node");
  event.domain = of_domain ? label_of(firing.subject.labels, "domain") : "";
  event.domain_uuid = of_domain ? firing.subject.domain_uuid : "";
  event.rule = firing.rule->name;
  return event;
}

ports::Event event_of(const ports::JournalEntry& entry) {
  const model::Action& action = entry.action;
  const auto* move = std::get_if<model::MigrateTo>(&action.step);
  ports::Event event;
  event.kind = entry.state == model::ActionState::kIntent ? "begun" : model::to_string(entry.state);
  event.node = action.node_name;
  event.target = move != nullptr ? move->target_name : "";
  event.domain = action.domain_name;
  event.domain_uuid = action.domain_uuid;
  event.rule = action.rule;
  event.action = model::step_name(action.step);
  return event;
}

NewsItem item_of(const ports::JournalEntry& entry) {
  using State = model::ActionState;
  const model::Action& action = entry.action;
  const std::string begin = "domain " + action.domain_name + " on " + action.node_name + ": " +
                            model::describe(action.step) + " begins, for " + model::asked_by(action);
  return {.at = entry.at,
          .severity = entry.state == State::kFailed    ? NewsSeverity::kFailure
                      : entry.state == State::kAborted ? NewsSeverity::kWarning
                                                       : NewsSeverity::kOkay,
          .kind = NewsKind::kAction,
          .node = action.node_uuid,
          .domain = fitting_name(action.domain_name),
          .name = model::step_name(action.step),
          .text = entry.state == State::kIntent ? begin : action_sentence(entry)};
}

}  // namespace

void NewsBoard::take_lead(std::uint64_t last_number, WallTime now) {
  items_.clear();
  known_.clear();
  last_number_ = last_number;
  leads_since_ = now;
}

void NewsBoard::put_up(NewsItem item, ports::Event event) {
  // By the clock, so that they rise from one leader to the next even where nobody knows the last one.
  last_number_ = std::max(last_number_ + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(to_unix_ms(item.at), 0)));
  item.number = last_number_;
  item.text = fitting(item.text);
  mark(item, std::move(event));
  items_.push_back(std::move(item));
  if (items_.size() > telemetry::kMostPublishedNews) items_.pop_front();
}

void NewsBoard::mark(const NewsItem& item, ports::Event event) {
  if (!on_news_) return;
  event.sentence = item.text;
  event.at = item.at;
  on_news_(std::move(event));
}

void NewsBoard::firings(const std::vector<rules::Firing>& firing, const model::Cluster& cluster, WallTime now) {
  room_ = kMostARound;
  for (auto& [key, known] : known_) known.still = false;
  for (const rules::Firing& one : firing) {
    if (one.rule == nullptr) continue;
    const std::string key = one.rule->name + " " + one.subject.key();
    const auto found = known_.find(key);
    if (found != known_.end())
      found->second.still = true;
    else if (known_.size() < kMostRemembered)
      known_.emplace(key, fires(one, cluster, now));
  }
  for (auto known = known_.begin(); known != known_.end();)
    known = known->second.still || !ends(known->second, now) ? std::next(known) : known_.erase(known);
}

NewsBoard::Known NewsBoard::fires(const rules::Firing& firing, const model::Cluster& cluster, WallTime now) {
  const bool of_before = firing.firing_since && *firing.firing_since < leads_since_;
  const bool tells = !of_before && room_ > 0;
  Known known{.begin = {}, .event = {}, .told = tells || of_before, .still = true};
  // To look for a name among all domains is for those that are told.
  if (known.told) known.begin = begin_of(firing, tells ? &cluster : nullptr);
  if (known.told && on_news_) known.event = event_of(firing, cluster);
  known.begin.at = of_before ? *firing.firing_since : now;
  if (!tells) return known;
  --room_;
  put_up(known.begin, known.event);
  return known;
}

// On the node where it began, though the domain may run elsewhere by now: that is where it was told. False: there is no
// room in this round.
bool NewsBoard::ends(const Known& known, WallTime now) {
  if (!known.told) return true;
  if (room_ == 0) return false;
  --room_;
  NewsItem end = known.begin;
  end.severity = NewsSeverity::kOkay;
  const std::string lasted = end.at < now ? " after " + text::duration_text(now - end.at) : "";
  end.text = "resolved" + lasted + ": " + end.text;
  end.at = now;
  ports::Event event = known.event;
  event.kind = "resolved";
  put_up(std::move(end), std::move(event));
  return true;
}

void NewsBoard::action(const ports::JournalEntry& entry) {
  using State = model::ActionState;
  if (entry.state != State::kIntent && !model::is_final(entry.state)) return;
  NewsItem item = item_of(entry);
  if (entry.state != State::kSkipped) return put_up(std::move(item), event_of(entry));
  // Nothing was touched, which is no news; but on graphs what began has its end.
  item.text = fitting(item.text);
  mark(item, event_of(entry));
}

}  // namespace hotspot::loop
