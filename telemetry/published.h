// What the leader lets collectors know: how it fares, what fires, what it does, and what people should be told of it.
//
// The value of the key `published`: a line of JSON that says what is new, and a second line with all the rest, so that
// a collector reads the first kPublishedHeadBytes alone while nothing is new for it. Counters rise for as long as a
// cluster has leaders: they are handed from one to the next. There are no addresses in it, and what is in it is shown
// or stored, never acted upon: docs/security.md. PURE.
//
// Bounded when written and when read. What has no room is left out, the oldest news and the last rules first, and
// counted (`left_out`). Names of metrics and kinds of actions are those of published_metrics.h; others are skipped when
// reading.
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
inline constexpr std::size_t kMostPublishedItems = 256;  // of each list but the news
inline constexpr std::size_t kMostPublishedNews = 32;
inline constexpr std::size_t kMostPublishedName = 128;  // bytes, of a rule, a node, a domain, a metric
inline constexpr std::size_t kMostPublishedText = 240;  // bytes, of a sentence

struct PublishedHead {
  std::string cluster;
  WallTime at{};
  std::uint64_t sequence = 0;  // rises with each record of one leader
  std::string writer;          // UUID of the one node whose collector stores what is here; empty: none
  std::uint64_t news = 0;      // the greatest number of the news
  bool operator==(const PublishedHead&) const = default;
};

// Actions of one kind that one rule asked for.
struct ActionCounts {
  std::string kind;  // "migrate", "set_vcpus", …: model::step_name()
  std::string rule;
  std::uint64_t begun = 0, done = 0, failed = 0, aborted = 0, skipped = 0;
  Histogram duration{duration_bounds()};      // seconds from the intent to the end, of those that were done or failed
  Histogram downtime{downtime_bounds()};      // seconds; migrations alone, as the next one
  Histogram prediction{prediction_bounds()};  // measured ÷ predicted duration
  bool operator==(const ActionCounts&) const = default;
};

// A rule's number that people want to see beside the curve: "domain_cpu_ratio > 0.9".
struct PublishedLimit {
  std::string rule, metric, comparison;
  double number = 0;
  bool operator==(const PublishedLimit&) const = default;
};

enum class NewsSeverity { kOkay, kWarning, kFailure };
enum class NewsKind { kFiring, kAction };

struct NewsItem {
  std::uint64_t number = 0;  // rises; of Unix ms
  WallTime at{};
  NewsSeverity severity = NewsSeverity::kOkay;
  NewsKind kind = NewsKind::kFiring;
  std::string node;    // UUID of the node that it concerns; empty: the cluster
  std::string domain;  // name; empty: the node itself
  std::string name;    // the rule's, or the kind of the action
  std::string text;    // a sentence
  bool operator==(const NewsItem&) const = default;
};

struct Published {
  PublishedHead head;
  std::map<std::string, double> metrics;           // by the names of published_metrics.h
  std::map<std::string, std::uint64_t> decisions;  // recorded, by outcome: "act", "recommend", "nothing"
  std::map<std::string, std::uint64_t> firing;     // subjects in phase firing, by rule: the most of a minute or two
  // Subjects that fire now on a node, itself and its domains, by its UUID; what there is of it changes with news alone.
  std::map<std::string, std::uint64_t> firing_nodes;
  std::vector<ActionCounts> actions;
  std::vector<PublishedLimit> limits;
  std::vector<NewsItem> news;  // oldest first
  std::uint64_t left_out = 0;  // items that had no room
  bool operator==(const Published&) const = default;
};

// At most kMostPublishedBytes.
std::string encode(const Published& published);

// Of the first bytes of the value, or of all of it. An error says what is wrong; nothing of such a record is used.
Result<PublishedHead> decode_published_head(std::string_view text);
Result<Published> decode_published(std::string_view text);

}  // namespace hotspot::telemetry
