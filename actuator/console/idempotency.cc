#include "actuator/console/idempotency.h"

#include <algorithm>

#include "common/crypto/sha256.h"

namespace hotspot::console {

std::optional<Reply> Idempotency::begin(const Key& key, const std::string& what, Milliseconds now) {
  const std::string digest = crypto::sha256_hex(what);
  const auto known = entries_.find(key);
  if (known != entries_.end() && now - known->second.at < options_.kept) {
    if (known->second.what != digest)
      return problem(422, "this Idempotency-Key was used for another request; use a new one for each");
    if (!known->second.reply) return problem(409, "the first request with this Idempotency-Key is still under way");
    return known->second.reply;
  }
  make_room(key.user, now);
  entries_[key] = {digest, std::nullopt, now};
  return std::nullopt;
}

void Idempotency::finish(const Key& key, const Reply& reply) {
  if (const auto it = entries_.find(key); it != entries_.end()) it->second.reply = reply;
}

void Idempotency::forget(const Key& key) { entries_.erase(key); }

void Idempotency::make_room(const std::string& user, Milliseconds now) {
  std::erase_if(entries_, [&](const auto& entry) { return now - entry.second.at >= options_.kept; });
  std::size_t own = 0;
  for (auto it = entries_.lower_bound({user, ""}); it != entries_.end() && it->first.user == user; ++it) ++own;
  if (own < options_.most_of_user && entries_.size() < options_.most) return;
  const bool of_user = own >= options_.most_of_user;
  auto oldest = entries_.end();
  for (auto it = entries_.begin(); it != entries_.end(); ++it)
    if ((!of_user || it->first.user == user) && (oldest == entries_.end() || it->second.at < oldest->second.at))
      oldest = it;
  entries_.erase(oldest);
}

}  // namespace hotspot::console
