// Values that may be absent, as JSON. PURE.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

namespace hotspot::ctl {

template <typename T>
nlohmann::json or_null(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

}  // namespace hotspot::ctl
