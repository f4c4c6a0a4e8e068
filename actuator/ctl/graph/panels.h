// The panels of a node's or a domain's picture, from history, rules and journal.
//
// PURE. Text from strangers is made visible here.
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
  std::string name;  // as in the files
  std::string node;  // of a domain: where it runs now; empty: not known
};

// One action on the domain; for a node, on a domain of the node or one that moved to it.
struct GraphAction {
  WallTime at{};  // when it began
  std::string kind;
  std::string text;  // "web1: migrate to h2, done"
};

struct GraphMaterial {
  io::ChartTime time;
  std::vector<model::HistorySeries> series;     // of the subject; others are skipped
  std::shared_ptr<const rules::RuleSet> rules;  // null: no limits are drawn
  std::vector<GraphAction> actions;             // within the time range
  // Used if the rule files are not available: the limits of the running rules, without the subjects they apply to.
  std::vector<telemetry::PublishedLimit> running{};
};

// The names in history of all series that the panels use.
std::vector<std::string> drawn_series(const GraphSubject& subject);

// Of a domain: CPU, memory as the guest sees it, disks, network. Of a node: CPU, memory, links.
std::vector<io::ChartPanel> panels_of(const GraphSubject& subject, const GraphMaterial& material);

// Does any of the series have a value within the time range?
bool has_values(const GraphSubject& subject, const GraphMaterial& material);

// Actions of the subject that began within the time range, oldest first; each in its last recorded state.
std::vector<GraphAction> actions_of(const std::vector<ports::JournalEntry>& journal, const GraphSubject& subject,
                                    const io::ChartTime& time);

}  // namespace hotspot::ctl
