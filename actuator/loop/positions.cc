#include "actuator/loop/positions.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "actuator/record/json_text.h"
#include "actuator/record/registry.h"

namespace hotspot::loop {
namespace {

constexpr std::size_t kMostSaved = 4 * record::kMostRegisteredNodes;
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
  nlohmann::json all = nlohmann::json::array();
  for (const auto& [key, highest] : highest_)
    all.push_back(
        {key.first, key.second, highest.position.boot, highest.position.sequence, highest.at.first, highest.at.second});
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<void> Positions::restore(std::string_view saved) {
  if (saved.empty()) return {};
  const auto all = record::parse_json(saved);
  if (!all.is_array() || all.size() > kMostSaved)
    return Error{"the positions of nodes are not a list of at most " + std::to_string(kMostSaved)};
  for (const auto& one : all) {
    if (!one.is_array() || one.size() != 6 || !one[0].is_string() || !one[1].is_string() ||
        !std::all_of(one.begin() + 2, one.end(), [](const auto& number) { return number.is_number_unsigned(); }))
      return Error{"a position of a node is not [id, fingerprint, boot, sequence, and two numbers of a stream id]"};
    const Highest read{{one[2].get<std::uint64_t>(), one[3].get<std::uint64_t>()},
                       {one[4].get<std::uint64_t>(), one[5].get<std::uint64_t>()}};
    const auto [known, is_new] = highest_.try_emplace({one[0].get<std::string>(), one[1].get<std::string>()}, read);
    if (!is_new && read.position > known->second.position) known->second = read;
  }
  return {};
}

}  // namespace hotspot::loop
