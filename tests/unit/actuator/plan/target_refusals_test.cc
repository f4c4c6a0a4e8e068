// What targets refused, and what the planner makes of it.
#include "actuator/plan/target_refusals.h"

#include <gmock/gmock.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr Milliseconds kMin{std::chrono::minutes(1)}, kOneHour{std::chrono::hours(1)};

// h1 is hot and has the domain; of the others h2 is the emptiest, then h3.
struct Refused : Round {
  Refused() : Round(nodes()) {}
  static std::vector<telemetry::NodeSnapshot> nodes() {
    return {node("h1").cpu(0.9).with(domain("a").vcpus(2, 2).cpu(0.9).set(&telemetry::DomainSample::cpu_cores, 1.8)),
            node("h2").cpu(0.02), node("h3").cpu(0.2)};
  }
  void refused(const std::string& target, const std::string& name = "a", RefusalScope scope = RefusalScope::kTarget) {
    book.note({uuid_of(name), name, uuid_of(target), target, scope, "Cannot access storage file '/srv/iso/cd.iso'"},
              cluster, now, {base, kOneHour});
  }
  Decision decide() {
    firings.clear();
    node_fires("h1", {rules::Migrate{}});
    std::vector<Decision> decisions = plan::plan({.cluster = cluster,
                                                  .firings = firings,
                                                  .in_flight = in_flight,
                                                  .cooldowns = cooldowns,
                                                  .node_action_ended = node_action_ended,
                                                  .daemon_mode = daemon_mode,
                                                  .limits = limits,
                                                  .margins = margins,
                                                  .freshness = freshness,
                                                  .now = now,
                                                  .migration = migration,
                                                  .migrations = migrations,
                                                  .refusals = &book,
                                                  .restraints = restraints,
                                                  .id_prefix = "1-1"});
    return decisions.empty() ? Decision{} : decisions.front();
  }
  // The same nodes' next snapshots at a later time.
  void later(Milliseconds by, const std::vector<telemetry::NodeSnapshot>& next = nodes()) {
    now += by;
    for (telemetry::NodeSnapshot one : next) {
      one.taken_at = now;
      cluster.apply(one, now);
    }
    book.review(cluster, now, kOneHour);
  }
  TargetRefusals book;
  Milliseconds base = kMin;
};

TEST(TargetRefusals, Law13TheNextBestTargetIsTriedWhenTheBestRefused) {
  Refused round;
  EXPECT_EQ(step_of(round.decide()), "migrate to h2");
  round.refused("h2");
  const Decision next = round.decide();
  EXPECT_EQ(step_of(next), "migrate to h3") << explain(next);
  EXPECT_THAT(refusals_of(next), Contains(HasSubstr("a to h2: refused_before, h2 refused a 0 ms ago (Cannot access "
                                                    "storage file '/srv/iso/cd.iso'); it is not tried again for")));
}

TEST(TargetRefusals, Law13ATargetIsNotTriedAgainWhileItsReasonStandsEvenIfItIsTheOnlyOne) {
  Refused round;
  round.refused("h2");
  round.refused("h3");
  EXPECT_EQ(step_of(round.decide()), "nothing");
  round.later(9 * kMin);
  EXPECT_EQ(step_of(round.decide()), "nothing") << "the rule's cooldown of a minute is too short for a missing file";
  round.later(2 * kMin);
  EXPECT_EQ(step_of(round.decide()), "migrate to h2") << "its time is over";
}

TEST(TargetRefusals, TheTimeDoublesWithEachRefusalUpToALimit) {
  Refused round;
  for (const Milliseconds rest : {10 * kMin, 20 * kMin, 40 * kMin, 60 * kMin, 60 * kMin}) {
    round.refused("h2");
    EXPECT_TRUE(round.book.refusal(uuid_of("a"), uuid_of("h2"), round.now + rest - kMin));
    EXPECT_FALSE(round.book.refusal(uuid_of("a"), uuid_of("h2"), round.now + rest));
  }
}

TEST(TargetRefusals, AfterItsTimeTheTargetComesLastForADay) {
  Refused round;
  round.refused("h2");
  round.later(11 * kMin);
  const Decision decision = round.decide();
  EXPECT_EQ(step_of(decision), "migrate to h3") << "h2 is emptier, and comes last: " << explain(decision);
  EXPECT_THAT(refusals_of(decision), Contains(HasSubstr("h2 comes last: it refused a 11 min")));
  round.later(25 * kOneHour);
  EXPECT_EQ(step_of(round.decide()), "migrate to h2");
}

TEST(TargetRefusals, EndWhenWhatIsKnownOfTargetOrDomainHasChangedVisibly) {
  Refused round;
  round.refused("h2");
  round.later(kMin);
  EXPECT_EQ(step_of(round.decide()), "migrate to h3") << "other load is no change";
  auto nodes = Refused::nodes();
  nodes[1].node.filesystems.push_back({"/srv/iso", "nfs4", "nas:/iso", "/", std::nullopt});
  round.later(kMin, nodes);
  EXPECT_EQ(step_of(round.decide()), "migrate to h2") << "its file systems are others now";

  Refused other;
  other.refused("h2");
  nodes = Refused::nodes();
  nodes[0].domains[0].disk_sources.push_back({"sda", "file", "", "", "", "raw", true, false});
  other.later(kMin, nodes);
  EXPECT_EQ(step_of(other.decide()), "migrate to h2") << "the domain's disks are others now";
}

TEST(TargetRefusals, WhatIsAboutTheDomainHoldsForEveryTarget) {
  Refused round;
  round.refused("h2", "a", RefusalScope::kDomain);
  const Decision decision = round.decide();
  EXPECT_EQ(step_of(decision), "nothing");
  EXPECT_THAT(refusals_of(decision), Contains(HasSubstr("a to h3: refused_before, a migration to h2 was refused")));
}

TEST(TargetRefusals, WhatPassesIsTriedAgainSoon) {
  Refused round;
  round.refused("h2", "a", RefusalScope::kPassing);
  EXPECT_TRUE(round.book.refusal(uuid_of("a"), uuid_of("h2"), round.now + kMin - Milliseconds(1)));
  EXPECT_FALSE(round.book.refusal(uuid_of("a"), uuid_of("h2"), round.now + kMin));
}

TEST(TargetRefusals, WhatPassesIsNeverAMatterOfMoreThanAQuarterOfAnHourAndForgottenAfterAnHour) {
  Refused round;
  for (int i = 0; i < 8; ++i) round.refused("h2", "a", RefusalScope::kPassing);
  EXPECT_TRUE(round.book.refusal(uuid_of("a"), uuid_of("h2"), round.now + 14 * kMin));
  EXPECT_FALSE(round.book.refusal(uuid_of("a"), uuid_of("h2"), round.now + 15 * kMin));
  round.later(59 * kMin);
  EXPECT_EQ(step_of(round.decide()), "migrate to h3") << "it comes last for a while";
  round.later(2 * kMin);
  EXPECT_EQ(step_of(round.decide()), "migrate to h2");
}

TEST(TargetRefusals, ANodeThatRefusedSeveralDomainsComesLastForAll) {
  Refused round;
  round.refused("h2", "b");
  EXPECT_FALSE(round.book.distrust(uuid_of("h2"), round.now));
  EXPECT_EQ(step_of(round.decide()), "migrate to h2") << "one domain says nothing about others";
  round.refused("h2", "c");
  const Decision decision = round.decide();
  EXPECT_EQ(step_of(decision), "migrate to h3") << explain(decision);
  EXPECT_THAT(refusals_of(decision), Contains(HasSubstr("h2 comes last: it refused 2 domains of late")));
  round.later(31 * kMin);
  EXPECT_EQ(step_of(round.decide()), "migrate to h2") << "for a while only";
}

TEST(TargetRefusals, ADistrustedNodeIsStillTakenWhereThereIsNoOther) {
  Refused round;
  round.refused("h2", "b");
  round.refused("h2", "c");
  round.refused("h3");
  EXPECT_EQ(step_of(round.decide()), "migrate to h2");
}

TEST(TargetRefusals, ADomainThatGotThereHasNoRefusalLeft) {
  Refused round;
  round.refused("h2");
  round.book.forget(uuid_of("a"), uuid_of("h2"));
  EXPECT_EQ(step_of(round.decide()), "migrate to h2");
}

TEST(TargetRefusals, ATargetWithAnotherDomainOfTheNameIsNoTarget) {
  Refused round;
  auto nodes = Refused::nodes();
  nodes[1].domains.push_back(domain("a").set(&telemetry::DomainSample::uuid, "uuid-other"));
  round.later(kMin, nodes);
  const Decision decision = round.decide();
  EXPECT_EQ(step_of(decision), "migrate to h3") << explain(decision);
  EXPECT_THAT(refusals_of(decision),
              Contains(HasSubstr("a to h2: target_cannot, h2 has another domain of the name 'a' (uuid-other)")));
}

TEST(TargetRefusals, ADrainGoesElsewhereToo) {
  Refused round;
  round.refused("h2");
  round.node_fires("h1", {rules::Drain{}});
  const auto decisions = plan::plan({.cluster = round.cluster,
                                     .firings = round.firings,
                                     .in_flight = {},
                                     .cooldowns = round.cooldowns,
                                     .node_action_ended = {},
                                     .daemon_mode = Mode::kEnforce,
                                     .limits = {},
                                     .margins = {},
                                     .freshness = {},
                                     .now = round.now,
                                     .migration = {},
                                     .refusals = &round.book,
                                     .restraints = {},
                                     .id_prefix = "1-1"});
  ASSERT_EQ(decisions.size(), 1U);
  EXPECT_EQ(step_of(decisions[0]), "migrate to h3") << explain(decisions[0]);
}

TEST(TargetRefusals, AreBoundedAndTheirReasonsToo) {
  TargetRefusals book;
  const model::Cluster none;
  for (int i = 0; i < 1500; ++i)
    book.note({"d" + std::to_string(i), "d", "t", "t", RefusalScope::kTarget, std::string(2000, 'x')}, none,
              kNow + Milliseconds(i), {kMin, kOneHour});
  EXPECT_EQ(book.all().size(), 1000U);
  EXPECT_EQ(book.all().front().reason.size(), 500U);
  EXPECT_FALSE(book.refusal("d0", "t", kNow)) << "the oldest go first";
  EXPECT_TRUE(book.refusal("d1499", "t", kNow));
}

TEST(TargetRefusals, AClockThatWasSetBackMakesNoneLastLonger) {
  Refused round;
  round.now += 24 * kOneHour;
  round.refused("h2");
  round.now -= 24 * kOneHour;
  round.book.review(round.cluster, round.now, kOneHour);
  EXPECT_FALSE(round.book.refusal(uuid_of("a"), uuid_of("h2"), round.now + kOneHour));
}

}  // namespace
}  // namespace hotspot::plan
