// The panels of a node's or a domain's picture, made of what history, the rules and the journal have.
//
// PURE. What strangers wrote is made visible here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actuator/ctl/graph/steps.h"
#include "actuator/ports/journal.h"
#include "actuator/rules/rule_set.h"
#include "telemetry/published.h"

namespace hotspot::ctl {

struct GraphSubject {
  bool is_node = false;
  std::string name;  // as the files have it
  std::string node;  // of a domain: where it runs now; empty: not known
};

// One thing done to the domain, or to a domain of the node, or by which one came to it.
struct GraphAction {
  WallTime at{};  // when it was begun
  std::string kind;
  std::string text;  // "web1: migrate to h2, done"
};

struct GraphMaterial {
  io::ChartTime time;
  std::vector<model::HistorySeries> series;     // of the subject, others are passed over
  std::shared_ptr<const rules::RuleSet> rules;  // null: no limits are drawn
  std::vector<GraphAction> actions;             // within the time
  // Where the rules' files are not at hand: the limits of the rules that run. Of whom they are limits is not in them.
  std::vector<telemetry::PublishedLimit> running{};
};

// The names in history of all that its panels are made of.
std::vector<std::string> drawn_series(const GraphSubject& subject);

// Of a domain: CPU, memory as the guest sees it, disks, network. Of a node: CPU, memory, links.
std::vector<io::ChartPanel> panels_of(const GraphSubject& subject, const GraphMaterial& material);

// Has any of the series a value within the time?
bool has_values(const GraphSubject& subject, const GraphMaterial& material);

// Those of the subject that were begun within the time, oldest first; each as the journal has it at last.
std::vector<GraphAction> actions_of(const std::vector<ports::JournalEntry>& journal, const GraphSubject& subject,
                                    const io::ChartTime& time);

}  // namespace hotspot::ctl
