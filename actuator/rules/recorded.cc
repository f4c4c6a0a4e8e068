#include "actuator/rules/recorded.h"

#include <algorithm>

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

// The items of a list below a key, where there are any.
std::vector<const YamlNode*> items(const YamlNode& map, std::string_view key) {
  std::vector<const YamlNode*> all;
  const YamlNode* list = entry(map, key);
  if (list == nullptr) return all;
  for (const YamlNodePtr& item : list->items) all.push_back(item.get());
  return all;
}

// Aliases of YAML make many rules of few; what is too many is said when the rules are read.
constexpr std::size_t kMostLookedAt = 20'000;

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

ExpressionFacts facts_of(Record& record, const KnownSeries& known) {
  std::vector<TextProblem> ignored;
  ExpressionFacts facts = check_expression(*record.expression, ignored, known);
  if (record.labels != nullptr) {
    for (const auto& [key, value] : record.labels->entries) {
      facts.labels.names.insert(key->text);
      facts.possible_labels.names.insert(key->text);
    }
  }
  return facts;
}

}  // namespace

KnownSeries find_recorded(const std::vector<YamlNodePtr>& roots, KnownSeries known) {
  std::vector<Record> records;
  std::size_t looked_at = 0;
  for (const YamlNodePtr& root : roots) {
    if (root != nullptr) collect(*root, records, looked_at);
  }
  const LabelNames any{{}, true};
  for (const Record& record : records) known.recorded[record.name].possible_labels = any;
  // One may be made of another: each round settles at least one more.
  for (std::size_t round = 0; round < std::min<std::size_t>(records.size(), 20); ++round) {
    std::map<std::string, ExpressionFacts, std::less<>> settled;
    for (Record& record : records) {
      ExpressionFacts facts = facts_of(record, known);
      const auto [place, is_new] = settled.try_emplace(record.name, facts);
      if (is_new) continue;
      place->second.labels = place->second.labels.only(facts.labels);
      place->second.possible_labels = place->second.possible_labels.with(facts.possible_labels);
    }
    known.recorded = std::move(settled);
  }
  return known;
}

}  // namespace hotspot::rules
