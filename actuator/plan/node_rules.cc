#include "actuator/plan/node_rules.h"

#include <algorithm>
#include <string>
#include <vector>

#include "actuator/model/text.h"

namespace hotspot::plan {
namespace {

using model::Refusal;
using model::RefusalKind;

bool is_about_resource(const rules::NodeMark& mark, Resource resource) {
  return mark.memory == (resource == Resource::kMemory);
}

const char* word_of(Resource resource) { return resource == Resource::kMemory ? "memory" : "CPU"; }

RefusalKind lack_of(Resource resource) {
  return resource == Resource::kMemory ? RefusalKind::kNoMemory : RefusalKind::kNoCpu;
}

const rules::NodeMark* lowest_mark(const Planning& planning, const model::Node& node, Resource resource) {
  const std::vector<rules::NodeMark>* marks = planning.input().node_marks;
  const rules::NodeMark* lowest = nullptr;
  if (marks == nullptr) return nullptr;
  for (const rules::NodeMark& mark : *marks) {
    if (!is_about_resource(mark, resource) || !mark.above || !mark.is_about(node.name())) continue;
    if (lowest == nullptr || *mark.above < *lowest->above) lowest = &mark;
  }
  return lowest;
}

}  // namespace

std::optional<double> node_mark(const Planning& planning, const model::Node& node, Resource resource) {
  const rules::NodeMark* mark = lowest_mark(planning, node, resource);
  return mark == nullptr ? std::nullopt : mark->above;
}

std::optional<Refusal> relieved_refusal(const Planning& planning, const model::Node& node, Resource resource) {
  const std::vector<rules::NodeMark>* marks = planning.input().node_marks;
  if (marks == nullptr || marks->empty()) return std::nullopt;
  for (const rules::Firing& firing : planning.input().firings) {
    if (firing.subject.kind != rules::SubjectKind::kNode || firing.rule == nullptr) continue;
    if (firing.phase != rules::Phase::kFiring || firing.subject.node_uuid != node.uuid()) continue;
    const bool relieves = std::any_of(marks->begin(), marks->end(), [&](const rules::NodeMark& mark) {
      return is_about_resource(mark, resource) && mark.rule == firing.rule->name;
    });
    if (relieves)
      return Refusal{lack_of(resource), firing.rule->name + " fires on " + node.name() + ", which is short of " +
                                            word_of(resource) + ": no more of it is given to a domain there"};
  }
  return std::nullopt;
}

std::optional<Refusal> mark_refusal(const Planning& planning, const model::Node& node, Resource resource,
                                    std::optional<double> after) {
  const rules::NodeMark* mark = lowest_mark(planning, node, resource);
  if (mark == nullptr || !after || *after <= *mark->above) return std::nullopt;
  return Refusal{lack_of(resource), node.name() + " would be at " + model::ratio_text(*after) + " of its " +
                                        word_of(resource) + ", and " + mark->rule + " relieves it above " +
                                        model::ratio_text(*mark->above)};
}

}  // namespace hotspot::plan
