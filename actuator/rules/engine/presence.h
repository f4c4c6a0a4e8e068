// For which nodes and subjects a metric was measured at an evaluation: tells "does not hold" from "not measured".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/rules/engine/registry.h"
#include "actuator/rules/evaluate/evaluate.h"

namespace hotspot::rules {

struct MeasuredOf {
  bool any = false;
  std::vector<bool> nodes;     // by the number of the node
  std::vector<bool> subjects;  // by the number of the domain
  bool has_node(std::uint32_t node) const { return node < nodes.size() && nodes[node]; }
  bool has_subject(std::uint32_t subject) const { return subject < subjects.size() && subjects[subject]; }
};

class Presence {
 public:
  Presence(Store& store, const Nodes& nodes, const Subjects& subjects)
      : store_(store), nodes_(nodes), subjects_(subjects) {}

  // Read once and kept until clear().
  const MeasuredOf& of(const std::string& metric, WallTime now, const EvaluateOptions& options);
  void clear() { known_.clear(); }

 private:
  void read(const Store::Place& place, WallTime now, const EvaluateOptions& options, MeasuredOf& measured);
  std::uint32_t domain_of(const Labels& labels);

  Store& store_;
  const Nodes& nodes_;
  const Subjects& subjects_;
  std::map<std::string, MeasuredOf, std::less<>> known_;
};

}  // namespace hotspot::rules
