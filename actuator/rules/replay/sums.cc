#include "actuator/rules/replay/sums.h"

#include <algorithm>

namespace hotspot::rules {
namespace {

constexpr std::size_t kMostNodes = 4;

std::string sum_key(std::size_t rule, const Firing& firing) {
  return std::to_string(rule) + '\t' + firing.subject.key();
}

}  // namespace

// Null: for alerts, and for rules without that label.
Sums::Hot* Sums::hot_of(const Firing& firing, const char* label) {
  if (firing.rule->kind != RuleKind::kHotspot) return nullptr;
  const auto found = firing.labels.find(label);
  return found == firing.labels.end() ? nullptr : &hot_[label][found->second];
}

void Sums::began(std::size_t rule, const Firing& firing, WallTime from) {
  for (const char* label : {"node", "domain"}) {
    Hot* hot = hot_of(firing, label);
    if (hot != nullptr && hot->open++ == 0) hot->since = from;
  }
  RuleSum& sum = rules_[firing.rule->name];
  ++sum.firings;
  const std::string key = sum_key(rule, firing);
  auto found = subjects_.find(key);
  if (found == subjects_.end()) {
    if (subjects_.size() >= bounds_.most_subjects) {
      ++left_out_;
      return;
    }
    ++sum.subjects;
    found = subjects_
                .emplace(key, SubjectSum{.rule = rule,
                                         .rule_name = firing.rule->name,
                                         .key = firing.subject.key(),
                                         .labels = firing.subject.labels,
                                         .nodes = {}})
                .first;
  }
  ++found->second.firings;
  const auto node = firing.subject.labels.find("node");
  if (node != firing.subject.labels.end() && found->second.nodes.size() < kMostNodes)
    found->second.nodes.insert(node->second);
}

void Sums::ended(std::size_t rule, const Firing& firing, WallTime from, WallTime to) {
  for (const char* label : {"node", "domain"}) {
    Hot* hot = hot_of(firing, label);
    if (hot != nullptr && hot->open > 0 && --hot->open == 0) hot->total += to - hot->since;
  }
  const auto add = [&](auto& sum) {
    sum.total += to - from;
    sum.longest = std::max(sum.longest, to - from);
  };
  add(rules_[firing.rule->name]);
  const auto found = subjects_.find(sum_key(rule, firing));
  if (found != subjects_.end()) add(found->second);
}

std::vector<SubjectSum> Sums::subjects() const {
  std::vector<SubjectSum> all;
  for (const auto& [key, sum] : subjects_) all.push_back(sum);
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.total > b.total; });
  return all;
}

std::map<std::string, Milliseconds> Sums::hot(const char* label) const {
  std::map<std::string, Milliseconds> times;
  const auto found = hot_.find(label);
  if (found == hot_.end()) return times;
  for (const auto& [name, hot] : found->second) times[name] = hot.total;
  return times;
}

}  // namespace hotspot::rules
