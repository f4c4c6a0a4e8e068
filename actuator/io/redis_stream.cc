#include "actuator/io/redis_stream.h"

#include <charconv>
#include <limits>

namespace hotspot::io {
namespace {

constexpr std::uint64_t kHighestNumber = std::numeric_limits<std::uint64_t>::max();

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
  return {id.ms + 1, 0};
}

StreamId predecessor(StreamId id) {
  if (id.number > 0) return {id.ms, id.number - 1};
  if (id.ms > 0) return {id.ms - 1, kHighestNumber};
  return {};
}

const std::string* StreamEntry::find(std::string_view name) const {
  for (const auto& [field, value] : fields)
    if (field == name) return &value;
  return nullptr;
}

std::vector<StreamEntry> entries_from(RedisReply&& reply) {
  std::vector<StreamEntry> entries;
  entries.reserve(reply.elements.size());
  for (RedisReply& element : reply.elements) {
    if (element.elements.size() != 2 || !element.elements[0].is_text()) continue;
    StreamEntry entry{std::move(element.elements[0].text), {}};
    auto& parts = element.elements[1].elements;
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2)
      entry.fields.emplace_back(std::move(parts[i].text), std::move(parts[i + 1].text));
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<StreamBatch> batches_from(RedisReply&& reply) {
  std::vector<StreamBatch> batches;
  for (RedisReply& element : reply.elements) {
    if (element.elements.size() != 2 || !element.elements[0].is_text()) continue;
    batches.push_back({std::move(element.elements[0].text), entries_from(std::move(element.elements[1]))});
  }
  return batches;
}

}  // namespace hotspot::io
