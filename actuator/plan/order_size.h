// Sizes that an operator orders: what a domain may have, and whether one step reaches it.
//
// PURE. Private to the planner.
#pragma once

#include <cstdint>
#include <optional>

#include "actuator/model/cluster.h"
#include "actuator/plan/order.h"

namespace hotspot::plan {

// Less is not worth an action: as for rules.
inline constexpr std::int64_t kLeastOrderBytes = 1 * kMebibyte;

// The size is more or less than the domain or its policy allows, or what it has now is not known.
std::optional<model::Refusal> size_refusal(const model::DomainSample& domain, const VcpusOrder& size);
std::optional<model::Refusal> size_refusal(const model::DomainSample& domain, const MemoryOrder& size);

// The step does not bring the domain to the size; says which size it reaches. A device is plugged in whole blocks, so
// that more than was ordered may come of it.
std::optional<model::Refusal> other_size(const model::DomainSample& domain, const VcpusOrder& size,
                                         const model::Step& step);
std::optional<model::Refusal> other_size(const model::DomainSample& domain, const MemoryOrder& size,
                                         const model::Step& step);

}  // namespace hotspot::plan
