#include "actuator/console/rate_limit.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>

namespace hotspot::console {

double RateLimit::permits_of(const Bucket& bucket, Milliseconds now) const {
  const double refilled = to_seconds(std::max(now - bucket.at, Milliseconds(0))) / to_seconds(options_.refill);
  return std::min(options_.burst, bucket.permits + refilled);
}

Milliseconds RateLimit::wait_of(const std::string& name, Milliseconds now) const {
  const auto bucket = buckets_.find(name);
  if (bucket == buckets_.end()) return Milliseconds(0);
  const double missing = 1 - permits_of(bucket->second, now);
  if (missing <= 0) return Milliseconds(0);
  return Milliseconds(static_cast<std::int64_t>(std::ceil(missing * static_cast<double>(options_.refill.count()))));
}

Milliseconds RateLimit::take(const std::string& name, Milliseconds now) {
  if (const Milliseconds wait = wait_of(name, now); wait > Milliseconds(0)) return wait;
  if (!buckets_.contains(name) && buckets_.size() >= options_.most_names) make_room(now);
  const auto [bucket, is_new] = buckets_.try_emplace(name, Bucket{options_.burst, now});
  bucket->second = {permits_of(bucket->second, now) - 1, now};
  return Milliseconds(0);
}

void RateLimit::make_room(Milliseconds now) {
  std::erase_if(buckets_, [&](const auto& entry) { return permits_of(entry.second, now) >= options_.burst; });
  if (buckets_.size() < options_.most_names) return;
  buckets_.erase(std::min_element(buckets_.begin(), buckets_.end(),
                                  [](const auto& a, const auto& b) { return a.second.at < b.second.at; }));
}

std::string limited_part(const std::string& address) {
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) != 1) return address;
  std::fill(v6.s6_addr + 8, v6.s6_addr + 16, std::uint8_t{0});
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, &v6, text, sizeof text);
  return text;
}

}  // namespace hotspot::console
