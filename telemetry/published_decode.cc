// Decodes the published record from JSON, with simdjson.
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "telemetry/published.h"
#include "telemetry/published_members.h"
#include "telemetry/published_metrics.h"
#include "telemetry/published_words.h"

namespace hotspot::telemetry {
namespace {

namespace dom = simdjson::dom;

Error not_published(const std::string& why) { return {"the leader's published record cannot be used: " + why}; }

bool is_comparison(std::string_view text) {
  return text == ">" || text == ">=" || text == "<" || text == "<=" || text == "==" || text == "!=";
}

// Reads the members of one object. A member of another type or out of bounds makes it invalid; a missing member leaves
// the field as it is.
class Members {
 public:
  explicit Members(const dom::object& object) : object_(object) {}
  bool right() const { return right_; }

  void text(const char* key, std::string& to, std::size_t most = kMostPublishedName) {
    std::string_view value;
    if (!find(key)) return;
    if (found_.get(value) != simdjson::SUCCESS || value.size() > most) return wrong();
    to = value;
  }
  void number(const char* key, std::uint64_t& to) {
    if (find(key) && found_.get(to) != simdjson::SUCCESS) wrong();
  }
  void number(const char* key, double& to) {
    if (find(key) && (found_.get(to) != simdjson::SUCCESS || !std::isfinite(to))) wrong();
  }
  void time(const char* key, WallTime& to) {
    std::int64_t ms = 0;
    if (!find(key)) return;
    // Until the year 2286: leaves room for additions without an overflow.
    if (found_.get(ms) != simdjson::SUCCESS || ms < 0 || ms > 10'000'000'000'000) return wrong();
    to = from_unix_ms(ms);
  }
  void histogram(const char* key, Histogram& to) {
    dom::array list;
    if (!find(key)) return;
    if (found_.get(list) != simdjson::SUCCESS || list.size() != to.counts().size() + 1) return wrong();
    double sum = 0;
    if (list.at(0).get(sum) != simdjson::SUCCESS) return wrong();
    std::vector<std::uint64_t> counts;
    for (std::size_t i = 1; i <= to.counts().size(); ++i) {
      if (list.at(i).get(counts.emplace_back()) != simdjson::SUCCESS) return wrong();
    }
    if (!to.set(std::move(counts), sum)) wrong();
  }
  void comparison(const char* key, std::string& to) {
    text(key, to);
    if (!is_comparison(to)) wrong();
  }
  void word(const char* key, NewsSeverity& to) {
    word(key, {NewsSeverity::kOkay, NewsSeverity::kWarning, NewsSeverity::kFailure}, to);
  }
  void word(const char* key, NewsKind& to) { word(key, {NewsKind::kFiring, NewsKind::kAction}, to); }

 private:
  bool find(const char* key) { return object_.at_key(key).get(found_) == simdjson::SUCCESS; }
  void wrong() { right_ = false; }
  template <typename Enum>
  void word(const char* key, std::initializer_list<Enum> all, Enum& to) {
    std::string given;
    text(key, given);
    const auto found = std::find_if(all.begin(), all.end(), [&](Enum one) { return given == published_word(one); });
    if (found == all.end()) return wrong();
    to = *found;
  }

  const dom::object& object_;
  dom::element found_;
  bool right_ = true;
};

void take_members(Members& from, ActionCounts& to) { counts_members(from, to); }
void take_members(Members& from, PublishedLimit& to) { limit_members(from, to); }
void take_members(Members& from, NewsItem& to) { news_members(from, to); }

// A missing list is empty.
template <typename Item>
bool take_list(const dom::object& body, const char* key, std::size_t most, std::vector<Item>& to) {
  dom::element found;
  dom::array list;
  if (body.at_key(key).get(found) != simdjson::SUCCESS) return true;
  if (found.get(list) != simdjson::SUCCESS || list.size() > most) return false;
  for (const dom::element one : list) {
    dom::object object;
    if (one.get(object) != simdjson::SUCCESS) return false;
    Members members(object);
    take_members(members, to.emplace_back());
    if (!members.right()) return false;
  }
  return true;
}

// [["name",7],…]
bool take_counts(const dom::object& body, const char* key, std::map<std::string, std::uint64_t>& to) {
  dom::element found;
  dom::array list;
  if (body.at_key(key).get(found) != simdjson::SUCCESS) return true;
  if (found.get(list) != simdjson::SUCCESS || list.size() > kMostPublishedItems) return false;
  for (const dom::element one : list) {
    std::string_view name;
    std::uint64_t count = 0;
    if (one.at(0).get(name) != simdjson::SUCCESS || one.at(1).get(count) != simdjson::SUCCESS) return false;
    if (name.size() > kMostPublishedName) return false;
    to[std::string(name)] = count;
  }
  return true;
}

bool take_metrics(const dom::object& body, std::map<std::string, double>& to) {
  dom::element found;
  dom::object metrics;
  if (body.at_key("metrics").get(found) != simdjson::SUCCESS) return true;
  if (found.get(metrics) != simdjson::SUCCESS) return false;
  for (const auto [name, value] : metrics) {
    double number = 0;
    if (find_published_metric(name) == nullptr) continue;
    if (value.is_null()) continue;
    if (value.get(number) != simdjson::SUCCESS || !std::isfinite(number)) return false;
    to[std::string(name)] = number;
  }
  return true;
}

Result<PublishedHead> head_of(std::string_view line, dom::parser& parser) {
  dom::object object;
  if (parser.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS)
    return not_published("its first line is no JSON object");
  std::uint64_t schema = 0;
  PublishedHead head;
  Members members(object);
  members.number("schema", schema);
  head_members(members, head);
  if (!members.right()) return not_published("a value of its first line is of another type, or too long");
  if (schema != kPublishedSchema)
    return not_published("it has schema " + std::to_string(schema) + ", and this version knows " +
                         std::to_string(kPublishedSchema) + ": hotspotd is of another version");
  return head;
}

}  // namespace

Result<PublishedHead> decode_published_head(std::string_view text) {
  const auto end = text.substr(0, kPublishedHeadBytes).find('\n');
  if (end == std::string_view::npos) return not_published("its first line does not end");
  dom::parser parser;
  return head_of(text.substr(0, end), parser);
}

Result<Published> decode_published(std::string_view text) {
  if (text.size() > kMostPublishedBytes) return not_published("it is longer than 64 KiB");
  const auto end = text.substr(0, kPublishedHeadBytes).find('\n');
  if (end == std::string_view::npos) return not_published("its first line does not end");
  dom::parser parser;
  auto head = head_of(text.substr(0, end), parser);
  if (!head) return head.error();
  Published published{.head = std::move(*head)};
  const std::string_view rest = text.substr(end + 1);
  dom::object body;
  if (parser.parse(rest.data(), rest.size()).get(body) != simdjson::SUCCESS)
    return not_published("its second line is no JSON object");
  Members members(body);
  members.number("left_out", published.left_out);
  const bool right = take_metrics(body, published.metrics) && take_counts(body, "decisions", published.decisions) &&
                     take_counts(body, "firing", published.firing) &&
                     take_counts(body, "firing_nodes", published.firing_nodes) &&
                     take_list(body, "actions", kMostPublishedItems, published.actions) &&
                     take_list(body, "limits", kMostPublishedItems, published.limits) &&
                     take_list(body, "news", kMostPublishedNews, published.news) && members.right();
  if (!right) return not_published("a value is of another type, too long, or there are too many");
  std::erase_if(published.actions, [](const ActionCounts& one) { return !is_published_action(one.kind); });
  return published;
}

}  // namespace hotspot::telemetry
