#include "actuator/rules/files/recorded.h"

#include <map>
#include <optional>
#include <set>

#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/parser.h"

namespace hotspot::rules {
namespace {

struct Record {
  std::string name;
  const YamlNode* labels = nullptr;
  ExpressionPtr expression;
};

const YamlNode* entry(const YamlNode& map, std::string_view key) {
  for (const auto& [name, value] : map.entries) {
    if (name->text == key) return value.get();
  }
  return nullptr;
}

// The items of the list under a key, if there are any.
std::vector<const YamlNode*> items(const YamlNode& map, std::string_view key) {
  std::vector<const YamlNode*> all;
  const YamlNode* list = entry(map, key);
  if (list == nullptr) return all;
  for (const YamlNodePtr& item : list->items) all.push_back(item.get());
  return all;
}

// With YAML aliases a small file can have many rules; the limit is reported when the rules are read.
constexpr std::size_t kMostLookedAt = 20'000;
// Per recorded series; with more labels it counts as having any.
constexpr std::size_t kMostLabels = 200;

void collect(const YamlNode& root, std::vector<Record>& records, std::size_t& looked_at) {
  for (const YamlNode* group : items(root, "groups")) {
    for (const YamlNode* rule : items(*group, "rules")) {
      if (++looked_at > kMostLookedAt) return;
      const YamlNode* name = entry(*rule, "record");
      const YamlNode* text = entry(*rule, "expr");
      if (name == nullptr || text == nullptr) continue;
      ParsedExpression parsed = parse_expression(text->text);
      if (parsed.expression) records.push_back({name->text, entry(*rule, "labels"), std::move(parsed.expression)});
    }
  }
}

// Processes each rule once, after those that record what it uses: the time is linear in the size of the set.
class Settling {
 public:
  Settling(std::vector<Record>& records, KnownSeries& known) : records_(records), known_(known) {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      const auto [place, is_new] = of_name_.try_emplace(records_[i].name);
      place->second.push_back(i);
      // Until it is processed, and for a rule that uses itself.
      if (is_new) known_.recorded[records_[i].name].possible_labels = {{}, true};
    }
  }

  void run() {
    for (const auto& [name, rules] : of_name_) settle(name);
    for (const auto& [name, facts] : known_.recorded) {
      const LabelNames& labels = facts.possible_labels;
      known_.labels.names.insert(labels.names.begin(), labels.names.end());
      known_.labels.any = known_.labels.any || labels.any;
    }
  }

 private:
  struct Step {
    std::string name;
    std::vector<std::string> uses;  // recorded series that are not settled yet
  };

  // Not recursive: a chain of recorded series may be as long as the set.
  void settle(const std::string& first) {
    std::vector<Step> open;
    enter(first, open);
    while (!open.empty()) {
      if (open.back().uses.empty()) {
        known_.recorded[open.back().name] = facts_of(open.back().name);
        open.pop_back();
        continue;
      }
      const std::string next = std::move(open.back().uses.back());
      open.back().uses.pop_back();
      enter(next, open);
    }
  }

  void enter(const std::string& name, std::vector<Step>& open) {
    const auto rules = of_name_.find(name);
    if (rules == of_name_.end() || !entered_.insert(name).second) return;
    Step step{.name = name, .uses = {}};
    for (const std::size_t index : rules->second) {
      for (const Selector* selector : selectors_of(*records_[index].expression))
        step.uses.push_back(selector->name.text);
    }
    open.push_back(std::move(step));
  }

  // Over all rules that record the series.
  ExpressionFacts facts_of(const std::string& name) {
    std::optional<ExpressionFacts> all;
    for (const std::size_t index : of_name_.find(name)->second) {
      ExpressionFacts facts = facts_of(records_[index]);
      if (!all) {
        all = std::move(facts);
        continue;
      }
      all->labels = all->labels.only(facts.labels);
      all->possible_labels = all->possible_labels.with(facts.possible_labels);
    }
    // Otherwise a chain of rules that each add a label would use memory quadratic in its length.
    if (all->possible_labels.names.size() > kMostLabels) {
      all->possible_labels = {{}, true};
      all->labels = all->labels.only({{"node", "domain", "vcpu", "device"}, false});
    }
    return *std::move(all);
  }

  ExpressionFacts facts_of(Record& record) {
    ExpressionFacts facts = facts_of_expression(*record.expression, known_);
    if (record.labels == nullptr) return facts;
    for (const auto& [key, value] : record.labels->entries) {
      facts.labels.names.insert(key->text);
      facts.possible_labels.names.insert(key->text);
    }
    return facts;
  }

  std::vector<Record>& records_;
  KnownSeries& known_;
  std::map<std::string, std::vector<std::size_t>> of_name_;
  std::set<std::string> entered_;
};

}  // namespace

KnownSeries find_recorded(const std::vector<YamlNodePtr>& roots, KnownSeries known) {
  std::vector<Record> records;
  std::size_t looked_at = 0;
  for (const YamlNodePtr& root : roots) {
    if (root != nullptr) collect(*root, records, looked_at);
  }
  Settling(records, known).run();
  return known;
}

}  // namespace hotspot::rules
