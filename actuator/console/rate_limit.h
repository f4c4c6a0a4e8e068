// How often somebody may do something: a bucket of permits for each name, which fills up again as time goes by.
//
// PURE: times are arguments, of a clock that only rises. Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "telemetry/units.h"

namespace hotspot::console {

class RateLimit {
 public:
  struct Options {
    double burst = 10;          // permits of a full bucket
    Milliseconds refill{6000};  // for one permit
    std::size_t most_names =
        4096;  // beyond it, those that are full again go first, then the one that was used longest ago
  };
  explicit RateLimit(Options options) : options_(options) {}

  // How long to wait; 0: it is permitted, and taken.
  Milliseconds take(const std::string& name, Milliseconds now);
  // The same without taking.
  Milliseconds wait_of(const std::string& name, Milliseconds now) const;
  std::size_t size() const { return buckets_.size(); }

 private:
  struct Bucket {
    double permits = 0;
    Milliseconds at{0};
  };
  double permits_of(const Bucket& bucket, Milliseconds now) const;
  void make_room(Milliseconds now);

  Options options_;
  std::map<std::string, Bucket> buckets_;
};

// By which an address is limited: an IPv4 address, or the /64 network of an IPv6 address, of which one host may have
// all.
std::string limited_part(const std::string& address);

}  // namespace hotspot::console
