// Whether a domain that runs at the source after a failed migration may run at the target as well.
#include "actuator/ports/migration_fate.h"

#include <gtest/gtest.h>

namespace hotspot::ports {
namespace {

using telemetry::DomainState;
using Target = Result<DomainFacts, CallError>;

DomainFacts in_state(DomainState state) {
  DomainFacts facts;
  facts.state = state;
  return facts;
}
DomainFacts resumed() {
  DomainFacts facts = in_state(DomainState::kRunning);
  facts.was_suspended = true;
  return facts;
}
Target fault(CallFault which) { return CallError{which, "h2: so it is"}; }

TEST(MigrationFate, IsNotKnownWhereTheTargetHasTheDomainInAnyStateButShutOff) {
  for (const DomainState state : {DomainState::kRunning, DomainState::kBlocked, DomainState::kPaused,
                                  DomainState::kUnknown, DomainState::kShutdown, DomainState::kCrashed}) {
    EXPECT_EQ(stay_of(resumed(), in_state(state)), Stay::kNotKnown) << telemetry::to_string(state);
    EXPECT_EQ(stay_of(in_state(DomainState::kRunning), in_state(state)), Stay::kNotKnown)
        << telemetry::to_string(state);
  }
}

TEST(MigrationFate, IsToHaveStayedWhereTheTargetSaysThatItHasNothing) {
  EXPECT_EQ(stay_of(resumed(), fault(CallFault::kNotFound)), Stay::kStayedNotThere);
  EXPECT_EQ(stay_of(in_state(DomainState::kRunning), fault(CallFault::kNotFound)), Stay::kStayedNotThere);
}

TEST(MigrationFate, LeavesFilesAloneWhereTheTargetHasADefinitionOfIt) {
  EXPECT_EQ(stay_of(resumed(), in_state(DomainState::kShutoff)), Stay::kStayed);
}

TEST(MigrationFate, OfAGuestThatWasStoppedIsNotKnownWhileTheTargetDoesNotAnswer) {
  EXPECT_EQ(stay_of(resumed(), fault(CallFault::kUnreachable)), Stay::kNotKnown);
  EXPECT_EQ(stay_of(resumed(), fault(CallFault::kRefused)), Stay::kNotKnown);
}

TEST(MigrationFate, OfAGuestThatWasNeverStoppedIsKnownWhateverTheTargetSays) {
  EXPECT_EQ(stay_of(in_state(DomainState::kRunning), fault(CallFault::kUnreachable)), Stay::kStayed);
}

}  // namespace
}  // namespace hotspot::ports
