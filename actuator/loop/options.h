// The options of a loop: the part of hotspotd.yaml (docs/man/hotspotd.8) that is not about connections.
//
// A value.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "actuator/act/shrink_guard.h"
#include "actuator/loop/admission_options.h"
#include "actuator/loop/memory_care.h"
#include "actuator/loop/recommendation_options.h"
#include "actuator/loop/relief_options.h"
#include "actuator/loop/window_rules.h"
#include "actuator/model/cluster.h"
#include "actuator/plan/guardrails.h"
#include "actuator/plan/migration_method.h"
#include "actuator/plan/windows.h"
#include "actuator/rules/evaluate/cost.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::loop {

struct Options {
  std::string cluster = "default";
  rules::Mode mode = rules::Mode::kRecommend;
  bool dry_run = false;
  model::Freshness freshness;
  model::Margins margins;
  plan::Limits limits;
  std::size_t most_nodes = 10'000;                            // of one cluster
  std::size_t rule_operations = rules::kUsualMostOperations;  // of one rule in one evaluation
  plan::MigrationSettings migration;
  Milliseconds migration_stall{std::chrono::seconds(150)};
  act::ShrinkOptions shrink;
  Milliseconds shrink_observed{std::chrono::hours(1)};  // since a guest booted and is known, before memory is taken
  loop::MemoryCareOptions memory_care;
  ReliefOptions relief;
  RecommendationOptions recommendations;
  plan::Windows windows;
  std::vector<WindowRule> window_rules;                 // all that the windows name
  Milliseconds foreign_rest{std::chrono::minutes(30)};  // of a domain that somebody else changed; 0: it does not rest
  model::TimeZone zone;                                 // in which times are told, and windows that name none
  Milliseconds verify_limit{std::chrono::seconds(30)};
  Milliseconds call_limit{std::chrono::seconds(10)};   // of a libvirt call that does not migrate
  Milliseconds lease{std::chrono::seconds(8)};         // another leads within 10 s
  std::map<std::string, std::string> external_labels;  // what templates see as $externalLabels
  std::string external_url;                            // what templates see as $externalURL, without slashes at its end
  loop::AdmissionOptions admission;                    // who is a node
  bool saves_state = true;                             // false: nobody leads after this one, as in a simulation
  Milliseconds history_limit{std::chrono::seconds(60)};  // of reading history, before it is said to be slow
};

}  // namespace hotspot::loop
