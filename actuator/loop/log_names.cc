#include "actuator/loop/log_names.h"

#include "common/text/duration.h"

namespace hotspot::loop {
namespace {

std::string label(const rules::Firing& firing, const char* name) {
  const auto found = firing.subject.labels.find(name);
  return found == firing.subject.labels.end() ? "" : found->second;
}

std::string domain_name(const rules::Firing& firing, const model::Cluster* cluster) {
  const std::string name = label(firing, "domain");
  const bool several = cluster != nullptr && cluster->find_domains_by_name(name).size() > 1;
  return "domain " + name + (several ? " (" + firing.subject.domain_uuid + ")" : "") + " on " + label(firing, "node");
}

}  // namespace

std::string subject_name(const rules::Firing& firing, const model::Cluster* cluster) {
  std::string name = firing.subject.kind == rules::SubjectKind::kDomain ? domain_name(firing, cluster)
                     : firing.subject.kind == rules::SubjectKind::kNode ? "node " + label(firing, "node")
                                                                        : "the cluster";
  std::string others;
  for (const auto& [key, value] : firing.subject.labels) {
    if (key == "node" || key == "domain") continue;
    others += (others.empty() ? "" : ", ") + key + "=" + value;
  }
  return others.empty() ? name : name + " (" + others + ")";
}

std::string action_sentence(const ports::JournalEntry& entry) {
  const model::Action& action = entry.action;
  std::string text = "domain " + action.domain_name + " on " + action.node_name + ": " + model::describe(action.step) +
                     " " + model::to_string(entry.state);
  if (model::is_final(entry.state) && entry.at > action.planned_at)
    text += " after " + text::duration_text(entry.at - action.planned_at);
  text += " (action " + action.id + (action.undoes.empty() ? "" : ", undoes " + action.undoes) + ")";
  return entry.message.empty() ? text : text + "; " + entry.message;
}

}  // namespace hotspot::loop
