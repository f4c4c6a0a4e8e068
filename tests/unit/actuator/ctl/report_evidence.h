// Evidence made by hand, for the tests of reports: one rule, "Hot", a week of data, a leader that wrote a moment ago.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "actuator/ctl/report/report.h"
#include "tests/support/build_cluster.h"

namespace hotspot::ctl::report {

class ReportTest : public ::testing::Test {
 protected:
  ReportTest() {
    evidence_.reach.from = hotspot::testing::kNow - std::chrono::hours(24 * 7);
    evidence_.reach.until = hotspot::testing::kNow;
    evidence_.reach.oldest = hotspot::testing::kNow - std::chrono::hours(24 * 30);
    evidence_.reach.led_until = hotspot::testing::kNow;
  }

  SeenFiring& fires(const std::string& domain, WallTime since, Milliseconds lasts, const std::string& rule = "Hot") {
    evidence_.firings.push_back({.rule = rule,
                                 .subject_key = "domain:" + hotspot::testing::uuid_of(domain),
                                 .subject = "domain " + domain + " on h1",
                                 .node_uuid = hotspot::testing::uuid_of("h1"),
                                 .node = "h1",
                                 .domain_uuid = hotspot::testing::uuid_of(domain),
                                 .domain = domain,
                                 .since = since,
                                 .until = since + lasts});
    return evidence_.firings.back();
  }
  void node_fires(const std::string& node, WallTime since, Milliseconds lasts, const std::string& rule) {
    evidence_.firings.push_back({.rule = rule,
                                 .subject_key = "node:" + hotspot::testing::uuid_of(node),
                                 .subject = "node " + node,
                                 .node_uuid = hotspot::testing::uuid_of(node),
                                 .node = node,
                                 .since = since,
                                 .until = since + lasts});
  }
  SeenDecision& decides(const std::string& domain, WallTime at, const std::string& outcome) {
    evidence_.decisions.push_back({.id = "d" + std::to_string(evidence_.decisions.size()),
                                   .at = at,
                                   .rule = "Hot",
                                   .subject_key = "domain:" + hotspot::testing::uuid_of(domain),
                                   .subject = "domain " + domain + " on h1",
                                   .outcome = outcome});
    return evidence_.decisions.back();
  }
  SeenDecision& recommends(const std::string& domain, WallTime at, const std::string& target = "h2") {
    SeenDecision& made = decides(domain, at, "recommend");
    made.domain = domain;
    made.domain_uuid = hotspot::testing::uuid_of(domain);
    made.kind = "migrate";
    made.step = "migrate to " + target;
    made.target = target;
    made.target_uuid = hotspot::testing::uuid_of(target);
    made.seconds = 60;
    return made;
  }
  SeenAction& acts(const std::string& domain, WallTime at, model::Step step,
                   model::ActionState state = model::ActionState::kDone) {
    SeenAction made;
    made.action.id = "a" + std::to_string(evidence_.actions.size());
    made.action.domain_uuid = hotspot::testing::uuid_of(domain);
    made.action.domain_name = domain;
    made.action.node_uuid = hotspot::testing::uuid_of("h1");
    made.action.node_name = "h1";
    made.action.rule = "Hot";
    made.action.planned_at = at;
    made.action.step = std::move(step);
    made.state = state;
    made.at = at + std::chrono::minutes(1);
    evidence_.actions.push_back(made);
    return evidence_.actions.back();
  }
  static model::Step move_to(const std::string& node) {
    return model::MigrateTo{hotspot::testing::uuid_of(node), node, "", {}, false};
  }

  RuleReport report(const std::string& rule = "Hot") {
    const Report made = make_report(evidence_, "");
    for (const RuleReport& one : made.rules)
      if (one.rule == rule) return one;
    ADD_FAILURE() << "no rule " << rule;
    return {};
  }
  std::size_t recommended_for(Reason reason) { return report().recommended.of(reason); }
  std::size_t done_with(Reason reason) { return report().done.of(reason); }

  Evidence evidence_;
  const WallTime at_ = hotspot::testing::kNow - std::chrono::hours(24);
};

}  // namespace hotspot::ctl::report
