// Reads what the leader lets collectors know, after a snapshot was sent, over the same connection.
//
// Its head alone at each interval; the whole only where this node stores the leader's numbers and a minute has begun,
// or where there is news. What it reads is bounded in bytes, and in time as any command of the connection. News that
// were there before the first look are not told: somebody has seen them. Redis is not believed: what cannot be used is
// said once and otherwise ignored, and of what can be used nothing but numbers and sentences are taken
// (telemetry/published.h). Whatever it holds, and whoever changes it how often: numbers are stored at most once a
// minute, at most kMostNews are told a minute, and at most kMostRemarks made an hour. Thread rule: one thread, the
// publisher's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/redis/connection.h"
#include "telemetry/published.h"

namespace hotspot::collector {

// So many times a period, and no more.
class Allowance {
 public:
  Allowance(std::size_t most, Milliseconds period) : most_(most), period_(period) {}
  bool take(Milliseconds steady) {
    if (!since_ || steady - *since_ >= period_) since_ = steady, taken_ = 0;
    return taken_ < most_ && ++taken_ > 0;
  }

 private:
  std::size_t most_, taken_ = 0;
  Milliseconds period_;
  std::optional<Milliseconds> since_;
};

class PublishedReader {
 public:
  // Where the right to read it is missing it is asked for again after so long: someone may grant it.
  static constexpr Milliseconds kAfterRefusal{std::chrono::minutes(5)};
  static constexpr std::size_t kMostNews = 64, kMostRemarks = 8;

  PublishedReader(std::string key, std::string cluster) : key_(std::move(key)), cluster_(std::move(cluster)) {}

  struct Found {
    std::optional<telemetry::Published> to_store;  // this node is to store these numbers now
    bool leader_is_gone = false;                   // this node stored them last, and nobody has published since
    std::vector<telemetry::NewsItem> news;         // to be told here, oldest first
    std::string remark;                            // for the log; empty: none
    bool empty() const { return !to_store && !leader_is_gone && news.empty() && remark.empty(); }
  };
  struct Moment {
    std::string node;  // libvirt's host UUID of this one
    WallTime now;
    Milliseconds steady;
  };
  Found look(redis::Connection& connection, const Moment& moment);
  // On what of this node rules fire, by the newest record; empty: there is none. Whatever begins or ends is news, so
  // this costs no reading of its own but for the first, and one a minute while it is not 0.
  std::optional<std::uint64_t> hotspots() const { return hotspots_; }

 private:
  std::optional<std::string> read(redis::Connection& connection, std::size_t bytes, const Moment& moment, Found& found);
  void judge(const telemetry::Published& record, const Moment& moment, Found& found);
  void forget_hotspots();
  bool wants_all(const telemetry::PublishedHead& head, const Moment& moment) const;
  bool stores_now(const telemetry::PublishedHead& head, const Moment& moment) const;
  void remark(const std::string& sentence, const Moment& moment, Found& found);

  std::string key_, cluster_;
  Allowance news_{kMostNews, std::chrono::minutes(1)}, remarks_{kMostRemarks, std::chrono::hours(1)};
  std::optional<std::uint64_t> seen_;        // the greatest number of the news; empty: nothing was looked at yet
  bool is_writer_ = false;                   // it stored the leader's numbers, and no other node was named since
  std::optional<std::int64_t> stored_in_;    // the minute in which it did so last
  std::pair<WallTime, std::uint64_t> last_;  // when that record was made, and its sequence
  std::optional<std::uint64_t> hotspots_;    // of this node
  std::int64_t counted_in_ = 0;              // the minute in which the whole was read last
  std::string said_;                         // what is wrong, as it was said; empty: nothing
  std::optional<Milliseconds> refused_at_;   // steady
};

}  // namespace hotspot::collector
