#include "actuator/io/redis/stream.h"

namespace hotspot::io {

const std::string* StreamEntry::find(std::string_view name) const {
  for (const auto& [field, value] : fields)
    if (field == name) return &value;
  return nullptr;
}

std::vector<StreamEntry> entries_from(redis::Reply&& reply) {
  std::vector<StreamEntry> entries;
  entries.reserve(reply.elements.size());
  for (redis::Reply& element : reply.elements) {
    if (element.elements.size() != 2 || !element.elements[0].is_text()) continue;
    StreamEntry entry{std::move(element.elements[0].text), {}};
    auto& parts = element.elements[1].elements;
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2)
      entry.fields.emplace_back(std::move(parts[i].text), std::move(parts[i + 1].text));
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<StreamBatch> batches_from(redis::Reply&& reply) {
  std::vector<StreamBatch> batches;
  for (redis::Reply& element : reply.elements) {
    if (element.elements.size() != 2 || !element.elements[0].is_text()) continue;
    batches.push_back({std::move(element.elements[0].text), entries_from(std::move(element.elements[1]))});
  }
  return batches;
}

}  // namespace hotspot::io
