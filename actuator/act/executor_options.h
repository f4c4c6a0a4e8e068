// Options for carrying out and following actions.
#pragma once

#include "actuator/act/shrink_guard.h"
#include "actuator/plan/planner.h"

namespace hotspot::act {

struct ExecutorOptions {
  Milliseconds verify_limit{std::chrono::seconds(30)};      // for the snapshots to show what libvirt says
  Milliseconds stall_limit{std::chrono::seconds(150)};      // a migration without progress for this long is cancelled
  Milliseconds progress_interval{std::chrono::seconds(1)};  // journal entries of a migration's progress, at most
  int most_workers = 256;                                   // threads; an action more waits for one that ends
  Milliseconds ask_again{std::chrono::seconds(1)};  // before a node or a guest that did not answer is asked again
  plan::MigrationSettings migration;
  ShrinkOptions shrink;
};

// After this many unanswered queries about the outcome of an action, the node is reported; an operator may then close
// the action without an answer.
constexpr int kAskedBeforeAWord = 10;

}  // namespace hotspot::act
