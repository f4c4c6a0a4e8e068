// What the leader's planner has before it, as far as Redis and this machine's configuration tell: for commands that ask
// the planner itself.
//
// Margins, limits and windows are those of the configuration that this hotspotctl reads; rules are of its rule files.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "actuator/ctl/session.h"
#include "actuator/loop/action_books.h"
#include "actuator/loop/recommendations.h"
#include "actuator/loop/two_nodes.h"
#include "actuator/plan/planner.h"
#include "actuator/record/status.h"

namespace hotspot::ctl {

// An admitted node that the leader does not count, or that has sent nothing for an hour.
struct NodeThatDoesNotCount {
  std::string name, uuid, standing, why;  // "frozen", "unproven", "keyless", "silent"
};

class PlannerView {
 public:
  // An error: what stands in Redis cannot be read, so that nobody knows what the planner would do.
  static Result<std::unique_ptr<PlannerView>> read(Session& session);

  // Refers to this object.
  plan::PlanInput input() const { return input(cluster_); }
  plan::PlanInput input(const model::Cluster& cluster) const;  // of another cluster than there is
  const model::Cluster& cluster() const { return cluster_; }
  const std::vector<NodeThatDoesNotCount>& not_counting() const { return not_counting_; }
  // What makes the answer less than certain: sentences.
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  explicit PlannerView(const daemon::Config& config) : config_(config), books_(config.limits) {}
  Result<void> read_nodes(Session& session);
  Result<void> read_state(Session& session);
  Result<void> read_actions(Session& session);
  Result<void> read_steering();
  void read_rules();
  void read_firings();

  daemon::Config config_;
  WallTime now_{};
  std::map<std::string, std::string> state_;  // the hash `state`
  record::Status status_;
  bool led_ = false;
  model::Cluster cluster_;
  std::vector<NodeThatDoesNotCount> not_counting_;
  std::vector<std::string> remarks_;
  std::vector<plan::InFlight> in_flight_;
  std::map<std::string, WallTime> node_action_ended_;
  loop::ActionBooks books_;
  loop::Recommendations recommendations_;
  plan::HoldBook holds_;
  plan::DomainRests rests_;
  loop::TwoNodes two_nodes_;
  std::shared_ptr<const rules::RuleSet> rules_;
  std::vector<rules::NodeMark> node_marks_;
  std::vector<rules::GrowMark> grow_marks_;
  std::vector<rules::Firing> firings_;
};

// The words and figures that answers of the planner have in common.
nlohmann::json refusal_json(const model::Refusal& refusal);
std::string change_text(const nlohmann::json& before, const nlohmann::json& after,
                        std::string (*cell)(const nlohmann::json&));  // "25 % → 50 %"
void say_remarks(const PlannerView& view);                            // to standard error

}  // namespace hotspot::ctl
