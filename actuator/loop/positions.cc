#include "actuator/loop/positions.h"

#include <charconv>
#include <limits>
#include <vector>

#include "actuator/record/node_position.h"

namespace hotspot::loop {
namespace {

constexpr std::uint64_t kLatest = std::numeric_limits<std::uint64_t>::max();

}  // namespace

Positions::StreamId Positions::stream_id_of(std::string_view text) {
  StreamId id{kLatest, kLatest};
  const char* end = text.data() + text.size();
  const auto ms = std::from_chars(text.data(), end, id.first);
  if (ms.ec != std::errc() || ms.ptr == end || std::from_chars(ms.ptr + 1, end, id.second).ec != std::errc())
    return {kLatest, kLatest};
  return id;
}

Positions::Step Positions::advance(const std::string& id, const std::string& fingerprint,
                                   const telemetry::Position& position, std::string_view stream_id) {
  const StreamId at = stream_id_of(stream_id);
  const auto [known, is_new] = highest_.try_emplace({id, fingerprint}, Highest{position, at});
  if (is_new) return Step::kForth;
  if (position > known->second.position) {
    known->second = {position, at};
    return Step::kForth;
  }
  return at <= known->second.at && at.first != kLatest ? Step::kReadAgain : Step::kReplayed;
}

std::string Positions::save() const {
  std::vector<record::NodePosition> all;
  for (const auto& [key, highest] : highest_)
    all.push_back({.id = key.first,
                   .fingerprint = key.second,
                   .position = highest.position,
                   .at = {highest.at.first, highest.at.second}});
  return record::to_json(all);
}

Result<void> Positions::restore(std::string_view saved) {
  const auto all = record::node_positions_from_json(saved);
  if (!all) return all.error();
  for (const record::NodePosition& one : *all) {
    const Highest read{one.position, {one.at.ms, one.at.number}};
    const auto [known, is_new] = highest_.try_emplace({one.id, one.fingerprint}, read);
    if (!is_new && read.position > known->second.position) known->second = read;
  }
  return {};
}

}  // namespace hotspot::loop
