// Reads what the leader publishes, after a snapshot was sent, over the same connection.
//
// Only the head at each interval; the whole record only if this node stores the leader's values and a minute has begun,
// or if there is news. Reading is bounded in bytes, and in time like any command of the connection. News from before
// the first read are not reported: they have been seen. Redis is not trusted: an unusable record is reported once and
// then ignored, and only numbers and sentences are used (telemetry/published.h). Whatever the record contains and
// however often it changes, numbers are stored at most once a minute, at most kMostNews are reported per minute, and at
// most kMostRemarks are logged per hour. Thread rule: one thread, the publisher's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/redis/connection.h"
#include "telemetry/published.h"

namespace hotspot::collector {

// Allows something a limited number of times per period.
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
  // Without the permission to read it, the next attempt is made after this time: it may be granted meanwhile.
  static constexpr Milliseconds kAfterRefusal{std::chrono::minutes(5)};
  static constexpr std::size_t kMostNews = 64, kMostRemarks = 8;

  PublishedReader(std::string key, std::string cluster) : key_(std::move(key)), cluster_(std::move(cluster)) {}

  struct Found {
    std::optional<telemetry::Published> to_store;  // values that this node has to store now
    bool leader_is_gone = false;                   // this node stored them last, and nobody has published since
    std::vector<telemetry::NewsItem> news;         // to be reported here, oldest first
    std::string remark;                            // for the log; empty: none
    bool empty() const { return !to_store && !leader_is_gone && news.empty() && remark.empty(); }
  };
  struct Moment {
    std::string node;  // libvirt's host UUID of this node
    WallTime now;
    Milliseconds steady;
  };
  Found look(redis::Connection& connection, const Moment& moment);
  // How many subjects of this node fire, by the newest record; empty: there is none. Each beginning and end is news, so
  // this needs no extra reads except for the first, and one a minute while it is not 0.
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
  std::optional<std::uint64_t> seen_;        // the highest number of the news; empty: nothing was read yet
  bool is_writer_ = false;                   // it stored the leader's values, and no other node has been named since
  std::optional<std::int64_t> stored_in_;    // the minute in which it last did so
  std::pair<WallTime, std::uint64_t> last_;  // time and sequence of that record
  std::optional<std::uint64_t> hotspots_;    // of this node
  std::int64_t counted_in_ = 0;              // the minute in which the whole record was last read
  std::string said_;                         // what is wrong, as reported; empty: nothing
  std::optional<Milliseconds> refused_at_;   // steady
};

}  // namespace hotspot::collector
