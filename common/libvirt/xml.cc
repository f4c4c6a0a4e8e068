#include "common/libvirt/xml.h"

#include <algorithm>
#include <limits>
#include <sstream>
#include <string_view>

#include "telemetry/units.h"

namespace hotspot::virt {

std::string text_of(const pugi::xml_node& node) {
  std::ostringstream text;
  node.print(text, "", pugi::format_raw);
  return text.str();
}

std::int64_t bytes_in(const pugi::xml_node& size) {
  constexpr long long kMost = std::numeric_limits<std::int64_t>::max() / kKibibyte;
  return std::clamp(size.text().as_llong(), 0ll, kMost) * kKibibyte;
}

telemetry::MemoryDevice memory_device_from(const pugi::xml_node& memory) {
  telemetry::MemoryDevice device;
  device.device = memory.child("alias").attribute("name").value();
  device.model = memory.attribute("model").value();
  const pugi::xml_node target = memory.child("target");
  device.size_bytes = bytes_in(target.child("size"));
  if (const auto requested = target.child("requested")) device.requested_bytes = bytes_in(requested);
  if (const auto current = target.child("current")) device.current_bytes = bytes_in(current);
  if (const auto block = target.child("block")) device.block_bytes = bytes_in(block);
  return device;
}

bool may_be_missing(const pugi::xml_node& source) {
  const std::string_view policy = source.attribute("startupPolicy").value();
  return policy == "optional" || policy == "requisite";
}

}  // namespace hotspot::virt
