// Requests that may be repeated without being carried out twice: the answer of each Idempotency-Key.
//
// Bounded: of each user and in all. PURE: times are arguments. Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "actuator/console/reply.h"
#include "telemetry/units.h"

namespace hotspot::console {

class Idempotency {
 public:
  struct Options {
    Milliseconds kept{std::chrono::hours(24)};
    std::size_t most_of_user = 1000;
    std::size_t most = 10'000;
  };
  Idempotency() : Idempotency(Options()) {}
  explicit Idempotency(Options options) : options_(options) {}

  struct Key {
    std::string user, key;
    auto operator<=>(const Key&) const = default;
  };
  // what: method, path and body. Empty: it is new and now under way, and finish() or forget() must follow. Otherwise
  // the answer: that of the first request, 409 while it is under way, 422 if it was for something else.
  std::optional<Reply> begin(const Key& key, const std::string& what, Milliseconds now);
  void finish(const Key& key, const Reply& reply);
  void forget(const Key& key);  // nothing was carried out: the key may be used again
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string what;  // its SHA-256
    std::optional<Reply> reply;
    Milliseconds at{0};
  };
  void make_room(const std::string& user, Milliseconds now);

  Options options_;
  std::map<Key, Entry> entries_;
};

}  // namespace hotspot::console
