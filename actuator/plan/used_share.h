// How much of a resource is in use: of a node, or by one domain of its node.
//
// PURE. Ratios are shares of the node's resource, from 0; CPU is demand (model/load.h) and can exceed 1. Empty: not
// measured.
#pragma once

#include <optional>

#include "actuator/model/projection.h"
#include "actuator/rules/aim.h"

namespace hotspot::plan {

using rules::AimedAt;

// Above this use a node is short of the resource now: what it does not get, its domains feel.
constexpr double kShortRatio = 0.95;

std::optional<double> used_ratio(const model::Projection& projection, const model::Node& node, AimedAt resource);
std::optional<double> used_ratio_with(const model::Projection& projection, const model::DomainRef& domain,
                                      const model::Node& target, AimedAt resource);
// The share of its own node's resource that the domain uses, which a move would free.
std::optional<double> share_of(const model::DomainRef& domain, AimedAt resource);

}  // namespace hotspot::plan
