#include "actuator/record/stream_id.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace hotspot::record {
namespace {

constexpr std::uint64_t kHighestNumber = std::numeric_limits<std::uint64_t>::max();
// The year 9999: later ones would overflow where times are added.
constexpr std::uint64_t kLatestCountedMs = 253'402'300'799'999;

std::optional<std::uint64_t> number_from(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<StreamId> stream_id_from_string(std::string_view text) {
  const auto dash = text.find('-');
  const auto ms = number_from(text.substr(0, dash));
  if (!ms) return std::nullopt;
  if (dash == std::string_view::npos) return StreamId{*ms, 0};
  const auto number = number_from(text.substr(dash + 1));
  if (!number) return std::nullopt;
  return StreamId{*ms, *number};
}

std::string to_string(const StreamId& id) { return std::to_string(id.ms) + "-" + std::to_string(id.number); }

StreamId successor(StreamId id) {
  if (id.number < kHighestNumber) return {id.ms, id.number + 1};
  if (id.ms == kHighestNumber) return id;
  return {id.ms + 1, 0};
}

StreamId predecessor(StreamId id) {
  if (id.number > 0) return {id.ms, id.number - 1};
  if (id.ms > 0) return {id.ms - 1, kHighestNumber};
  return {};
}

WallTime time_of(const StreamId& id) {
  return from_unix_ms(static_cast<std::int64_t>(std::min(id.ms, kLatestCountedMs)));
}

}  // namespace hotspot::record
