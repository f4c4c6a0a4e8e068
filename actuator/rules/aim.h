// What a rule is about: the resource that its remedies are to cure, and the mark at which it fires.
//
// PURE. A value; evaluate/aims_of.h finds it in the rule's expression.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace hotspot::rules {

enum class AimedAt { kCpu, kMemory, kNetwork, kDisk };
const char* to_string(AimedAt resource);  // "CPU", "memory", "network", "disks"

// The marks are of the node, where the expression compares the node's own series with a number; empty: it does not, and
// only the resource is known.
struct Aim {
  AimedAt resource = AimedAt::kCpu;
  int branch = 0;           // aims of one branch have to hold together (`and`), one branch is enough (`or`)
  bool of_domains = false;  // the marks are of what the node's domains use, not of all that runs there
  // Used share of the node's resource, 0 to 1: the rule holds above it. Of a rule about the cluster: its imbalance.
  std::optional<double> above;
  std::optional<std::int64_t> available_below;  // bytes of the node's memory: the rule holds below it
  std::optional<double> until_below;            // from `until`: firing ends below this used share
  std::optional<std::int64_t> until_available;  // from `until`: firing ends above this many available bytes
  // Is the comparison about this node, by the name in its selector? Null: about each.
  std::function<bool(const std::string& node)> is_about;
};

}  // namespace hotspot::rules
