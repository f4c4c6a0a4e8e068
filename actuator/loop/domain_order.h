// Finds what an operator's order is about: the domain and the node that he names.
//
// PURE. A name may be of nobody, of several, or of a node that does not count.
#pragma once

#include <optional>

#include "actuator/loop/admission.h"
#include "actuator/model/cluster.h"
#include "actuator/plan/order.h"
#include "actuator/record/command.h"
#include "telemetry/result.h"

namespace hotspot::loop {

struct NamedOrder {
  plan::Order order;
  bool dry_run = false;
};

// Empty: the command is none of these. An error: a sentence with what would be right.
std::optional<Result<NamedOrder>> order_from(const record::Command& command, const model::Cluster& cluster,
                                             const Admission& admission);

}  // namespace hotspot::loop
