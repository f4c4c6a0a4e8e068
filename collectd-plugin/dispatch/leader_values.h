// The leader's own numbers, as collectd stores them.
//
// PURE; one thread at a time. Under the host `hotspot` (dispatch/places.h), each minute, by the one node that the
// leader names; all of types that collectd's own types.db has:
//   actuator-CLUSTER/TYPE-NAME            of telemetry/published_metrics.h; gauge-leader is 1, or 0 while nobody leads
//   actuator-CLUSTER/gauge-firing@RULE    subjects on which a rule fires
//   actions-CLUSTER/derive-KIND_WHAT@RULE begun, done, failed, aborted, skipped
//   actions-CLUSTER/derive-KIND_duration_ms_le_BOUND, -migrate_downtime_ms_le_BOUND,
//   -migrate_prediction_percent_le_BOUND
//                                         counts between two bounds, not cumulative: what a heat map wants
//   limit-CLUSTER/percent-METRIC@RULE     a rule's number, without _ratio and node_; gauge- where it is no ratio
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "collectd-plugin/dispatch.h"
#include "telemetry/published.h"

namespace hotspot::collector {

class LeaderValues {
 public:
  // Names that include a rule, since the start: each is a file, so their number must be limited.
  static constexpr std::size_t kMostNamed = 4096;

  LeaderValues(std::string cluster, double interval_seconds);

  std::vector<ValueList> of(const telemetry::Published& published, WallTime now);
  std::vector<ValueList> without_leader() const;
  // Number of values of rules that were left out since the start: because there were too many names, or because
  // collectd stores another rule under the same name ("a/b" and "a_b").
  std::size_t left_out() const { return left_out_; }

 private:
  class Lists;
  void add_health(const telemetry::Published& published, WallTime now, Lists& lists);
  void add_actions(const telemetry::Published& published, Lists& lists);
  void add_limit(const telemetry::PublishedLimit& limit, Lists& lists);

  std::string cluster_;
  double step_seconds_;
  std::set<std::string> named_;
  std::size_t left_out_ = 0;
};

}  // namespace hotspot::collector
