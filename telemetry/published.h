// What the leader publishes for collectors: its state, which rules fire, its actions, and news for people.
//
// The value of the key `published`: one line of JSON that says what is new, and a second line with everything else, so
// that a collector reads only the first kPublishedHeadBytes while there is nothing new for it. Counters rise for as
// long as the cluster has leaders: each leader hands them to the next. The record has no addresses, and what is in it
// is shown or stored, never acted upon: docs/security.md. PURE.
//
// Bounded when it is written and when it is read. What does not fit is left out, oldest news and last rules first, and
// counted (`left_out`). Metric names and kinds of actions are those of published_metrics.h; a reader skips others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/histogram.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::telemetry {

inline constexpr std::size_t kMostPublishedBytes = 64u << 10;
inline constexpr std::size_t kPublishedHeadBytes = 512;
inline constexpr std::size_t kMostPublishedItems = 256;  // of each list except the news
inline constexpr std::size_t kMostPublishedNews = 32;
inline constexpr std::size_t kMostPublishedName = 128;  // bytes, of a rule, a node, a domain, a metric
inline constexpr std::size_t kMostPublishedText = 240;  // bytes, of a sentence

struct PublishedHead {
  std::string cluster;
  WallTime at{};
  std::uint64_t sequence = 0;  // rises with each record of a leader
  std::string writer;          // UUID of the one node whose collector stores this record; empty: none
  std::uint64_t news = 0;      // the highest number among the news
  bool operator==(const PublishedHead&) const = default;
};

// Actions of one kind that one rule asked for.
struct ActionCounts {
  std::string kind;  // "migrate", "set_vcpus", …: model::step_name()
  std::string rule;
  std::uint64_t begun = 0, done = 0, failed = 0, aborted = 0, skipped = 0;
  Histogram duration{duration_bounds()};      // seconds from the intent to the end, of actions that were done or failed
  Histogram downtime{downtime_bounds()};      // seconds; migrations only, like the next
  Histogram prediction{prediction_bounds()};  // measured ÷ predicted duration
  bool operator==(const ActionCounts&) const = default;
};

// A rule's threshold, to be drawn beside the curve: "domain_cpu_ratio > 0.9".
struct PublishedLimit {
  std::string rule, metric, comparison;
  double number = 0;
  bool operator==(const PublishedLimit&) const = default;
};

enum class NewsSeverity { kOkay, kWarning, kFailure };
enum class NewsKind { kFiring, kAction };

struct NewsItem {
  std::uint64_t number = 0;  // rises; starts from Unix ms
  WallTime at{};
  NewsSeverity severity = NewsSeverity::kOkay;
  NewsKind kind = NewsKind::kFiring;
  std::string node;    // UUID of the node concerned; empty: the cluster
  std::string domain;  // name; empty: the node itself
  std::string name;    // of the rule, or the kind of action
  std::string text;    // a sentence
  bool operator==(const NewsItem&) const = default;
};

struct Published {
  PublishedHead head;
  std::map<std::string, double> metrics;           // by the names in published_metrics.h
  std::map<std::string, std::uint64_t> decisions;  // recorded, by outcome: "act", "recommend", "nothing"
  std::map<std::string, std::uint64_t> firing;     // firing subjects by rule: the maximum over a minute or two
  // Firing subjects on a node, the node itself and its domains, by the node's UUID. Changes only together with the
  // news.
  std::map<std::string, std::uint64_t> firing_nodes;
  std::vector<ActionCounts> actions;
  std::vector<PublishedLimit> limits;
  std::vector<NewsItem> news;  // oldest first
  std::uint64_t left_out = 0;  // items that did not fit
  bool operator==(const Published&) const = default;
};

// At most kMostPublishedBytes.
std::string encode(const Published& published);

// Decodes the first bytes of the value, or all of it. On an error, nothing of the record is used.
Result<PublishedHead> decode_published_head(std::string_view text);
Result<Published> decode_published(std::string_view text);

}  // namespace hotspot::telemetry
