// What an action was predicted to relieve, and the same figure as a snapshot has it.
//
// A move relieves the node that the domain leaves, in the resource that the move was judged by: the node's used share.
// A growth relieves its own domain: the share of its vCPUs that it wants, or of its memory that it uses. Of all else no
// relief is predicted. PURE.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "actuator/model/cluster.h"
#include "actuator/plan/decision.h"
#include "actuator/rules/aim.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::loop {

struct ReliefExpected {
  enum class Of { kNode, kDomain };
  Of of = Of::kNode;
  rules::AimedAt resource = rules::AimedAt::kCpu;
  std::string domain_uuid, domain_name, node_uuid, node_name;
  std::string target_uuid, target_name;  // of a move
  double predicted = 0;                  // share of the resource
  double capacity = 0;                   // of a domain: vCPUs, or bytes, after its growth
  double expected_rise = 0;              // of a domain: of `demand` below
};

struct ReliefReading {
  WallTime taken_at{};
  double used = 0;  // share of the resource, with what is waited for
  // What changes `used` besides the action: what the node's other domains want, or the domain itself takes (÷
  // capacity).
  double demand = 0;
  std::map<std::string, std::string> others;  // running domains of the node besides: UUID → name. Not for a domain.
};

// An error is a sentence why it cannot be measured.
Result<ReliefExpected> expected_relief(const plan::Decision& decision, const model::Cluster& cluster);
// Empty: not measured.
std::optional<ReliefReading> read_relief(const ReliefExpected& expected, const model::Cluster& cluster);

// "CPU of h1", "memory of domain web1".
std::string subject_text(const ReliefExpected& expected);

}  // namespace hotspot::loop
