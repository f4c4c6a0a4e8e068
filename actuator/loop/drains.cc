#include "actuator/loop/drains.h"

namespace hotspot::loop {

std::set<std::string> Drains::uuids() const {
  std::set<std::string> uuids;
  for (const auto& [uuid, drain] : all_) uuids.insert(uuid);
  return uuids;
}

std::string Drains::save() const { return record::to_json(all_); }

Result<void> Drains::restore(const std::string& text) {
  auto drains = record::drains_from_json(text);
  if (!drains) return drains.error();
  all_ = std::move(*drains);
  return {};
}

}  // namespace hotspot::loop
