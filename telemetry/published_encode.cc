// Encodes the published record as JSON, within its size limit.
#include <algorithm>
#include <utility>

#include "telemetry/json_text.h"
#include "telemetry/published.h"
#include "telemetry/published_members.h"
#include "telemetry/published_metrics.h"
#include "telemetry/published_words.h"
#include "telemetry/utf8.h"

namespace hotspot::telemetry {
namespace {

// Reserved for the ends of the lists and the count of what is left out.
constexpr std::size_t kReserve = 256;

// A text that fits; it is cut at the end of a character.
std::string_view cut(std::string_view text, std::size_t most) { return text.substr(0, whole_characters(text, most)); }

// One object or list without nested ones.
class Flat {
 public:
  explicit Flat(char open) : text_(1, open) {}
  Flat& text(const char* key, std::string_view value, std::size_t most = kMostPublishedName) {
    append_json_string(begin(key), cut(value, most));
    return *this;
  }
  template <typename Number>
  Flat& number(const char* key, Number value) {
    append_json_number(begin(key), value);
    return *this;
  }
  void time(const char* key, WallTime value) { number(key, to_unix_ms(value)); }
  void comparison(const char* key, std::string_view value) { text(key, value); }
  template <typename Enum>
  void word(const char* key, Enum value) {
    text(key, published_word(value));
  }
  void histogram(const char* key, const Histogram& value) {
    if (value.count() == 0) return;
    Flat list('[');
    list.number(nullptr, value.sum());
    for (const std::uint64_t count : value.counts()) list.number(nullptr, count);
    begin(key) += list.end(']');
  }
  std::string end(char close) { return std::move(text_ += close); }

 private:
  std::string& begin(const char* key) {
    if (text_.size() > 1) text_ += ',';
    if (key == nullptr) return text_;
    append_json_string(text_, key);
    return text_ += ':';
  }
  std::string text_;
};

std::string json_of(const ActionCounts& one) {
  Flat object('{');
  counts_members(object, one);
  return object.end('}');
}

std::string json_of(const PublishedLimit& one) {
  Flat object('{');
  limit_members(object, one);
  return object.end('}');
}

std::string json_of(const NewsItem& one) {
  Flat object('{');
  news_members(object, one);
  return object.end('}');
}

std::string json_of(const std::pair<const std::string, std::uint64_t>& one) {
  return Flat('[').text(nullptr, one.first).number(nullptr, one.second).end(']');
}

// Lists, each as long as there is room.
class Body {
 public:
  explicit Body(std::string head) : text_(std::move(head)) {}

  template <typename List>
  void list(const char* key, const List& items, std::size_t most_items) {
    text_ += std::string(",\"") + key + "\":[";
    std::size_t written = 0;
    for (const auto& item : items) {
      const std::string json = json_of(item);
      if (written == most_items || text_.size() + json.size() + kReserve > kMostPublishedBytes) break;
      text_ += (written++ == 0 ? "" : ",") + json;
    }
    left_out_ += items.size() - written;
    text_ += ']';
  }
  std::string end(std::uint64_t left_out) {
    return std::move(text_ += ",\"left_out\":" + std::to_string(left_out + left_out_) + "}\n");
  }

 private:
  std::string text_;
  std::uint64_t left_out_ = 0;
};

}  // namespace

std::string encode(const Published& published) {
  Flat first('{');
  first.number("schema", kPublishedSchema);
  head_members(first, published.head);
  Flat metrics('{');
  for (const PublishedMetric& one : published_metrics()) {
    const auto found = published.metrics.find(one.name);
    if (found != published.metrics.end()) metrics.number(one.name, found->second);
  }
  Body body(first.end('}') + "\n{\"metrics\":" + metrics.end('}'));
  // The newest if there is no room for all, in their order.
  std::vector<NewsItem> news(published.news.rbegin(), published.news.rend());
  if (news.size() > kMostPublishedNews) news.resize(kMostPublishedNews);
  std::reverse(news.begin(), news.end());
  body.list("news", news, kMostPublishedNews);
  body.list("decisions", published.decisions, kMostPublishedItems);
  body.list("actions", published.actions, kMostPublishedItems);
  body.list("firing", published.firing, kMostPublishedItems);
  body.list("firing_nodes", published.firing_nodes, kMostPublishedItems);
  body.list("limits", published.limits, kMostPublishedItems);
  return body.end(published.left_out);
}

}  // namespace hotspot::telemetry
