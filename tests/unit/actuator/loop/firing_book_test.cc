// What is recorded of firings that are over.
#include "actuator/loop/firing_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::kNow;
using hotspot::testing::uuid_of;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FiringBookTest : public ::testing::Test {
 protected:
  FiringBookTest() { rule_.name = "Hot"; }

  rules::Firing firing(const std::string& domain, WallTime since, const std::string& node = "h1") {
    rules::Firing made{.rule = &rule_, .phase = rules::Phase::kFiring};
    made.subject = {.kind = rules::SubjectKind::kDomain,
                    .node_uuid = uuid_of(node),
                    .domain_uuid = uuid_of(domain),
                    .labels = {{"domain", domain}, {"node", node}}};
    made.firing_since = since;
    return made;
  }
  ResolvedFiring resolved(const std::string& domain, WallTime since, WallTime at) {
    return {.rule = "Hot",
            .subject_key = firing(domain, since).subject.key(),
            .subject = "domain " + domain + " on h1",
            .node_uuid = uuid_of("h1"),
            .node = "h1",
            .domain_uuid = uuid_of(domain),
            .domain = domain,
            .since = since,
            .at = at};
  }
  std::vector<ResolvedFiring> all_due() {
    std::vector<ResolvedFiring> all;
    for (auto some = book_.due(); !some.empty(); some = book_.due())
      for (const ResolvedFiring& one : some) all.push_back(one), book_.recorded();
    return all;
  }

  rules::Rule rule_;
  model::Cluster cluster_;
  FiringBook book_;
};

TEST_F(FiringBookTest, RecordsAFiringOnceItIsOver) {
  book_.follow({firing("a", kNow)}, cluster_, kNow);
  book_.follow({firing("a", kNow)}, cluster_, kNow + minutes(1));
  EXPECT_THAT(book_.due(), IsEmpty());
  book_.follow({}, cluster_, kNow + minutes(5));
  EXPECT_THAT(all_due(), ElementsAre(resolved("a", kNow, kNow + minutes(5))));
  book_.follow({}, cluster_, kNow + minutes(6));
  EXPECT_THAT(book_.due(), IsEmpty());
}

TEST_F(FiringBookTest, AFiringGoesOnWhereItsDomainMoves) {
  book_.follow({firing("a", kNow)}, cluster_, kNow);
  book_.follow({firing("a", kNow, "h2")}, cluster_, kNow + minutes(1));
  EXPECT_THAT(book_.due(), IsEmpty());
  book_.follow({}, cluster_, kNow + minutes(2));
  EXPECT_THAT(all_due(), ElementsAre(resolved("a", kNow, kNow + minutes(2))));
}

TEST_F(FiringBookTest, WhatIsOverAndBackWithinARoundIsTwoFirings) {
  book_.follow({firing("a", kNow)}, cluster_, kNow);
  book_.follow({firing("a", kNow + minutes(3))}, cluster_, kNow + minutes(3));
  EXPECT_THAT(all_due(), ElementsAre(resolved("a", kNow, kNow + minutes(3))));
  book_.follow({}, cluster_, kNow + minutes(4));
  EXPECT_THAT(all_due(), ElementsAre(resolved("a", kNow + minutes(3), kNow + minutes(4))));
}

TEST_F(FiringBookTest, AClockThatIsSetBackMakesNoFiringOfNegativeLength) {
  book_.follow({firing("a", kNow)}, cluster_, kNow);
  book_.follow({firing("a", kNow - minutes(60))}, cluster_, kNow - minutes(60));
  EXPECT_THAT(book_.due(), IsEmpty());
  book_.follow({}, cluster_, kNow - minutes(61));
  EXPECT_THAT(all_due(), ElementsAre(resolved("a", kNow - minutes(60), kNow - minutes(60))));
}

TEST_F(FiringBookTest, TakesFromTheLeaderBeforeWhatWasOverWhenItLooked) {
  book_.take_lead();
  auto over = firing("a", kNow - minutes(9));
  over.phase = rules::Phase::kResolved;
  auto began = firing("b", kNow);
  book_.resolved_before({over, began}, kNow);
  EXPECT_THAT(all_due(), ElementsAre(resolved("a", kNow - minutes(9), kNow)));
}

TEST_F(FiringBookTest, WhatItFollowsItselfIsNotRecordedTwice) {
  book_.follow({firing("a", kNow)}, cluster_, kNow);
  auto over = firing("a", kNow);
  over.phase = rules::Phase::kResolved;
  book_.resolved_before({over}, kNow + minutes(1));
  book_.follow({}, cluster_, kNow + minutes(1));
  EXPECT_THAT(all_due(), SizeIs(1));
}

TEST_F(FiringBookTest, HasBoundsForWhatItFollowsAndForWhatWaits) {
  std::vector<rules::Firing> all;
  for (std::size_t i = 0; i < FiringBook::kMostRemembered + 50; ++i) all.push_back(firing(std::to_string(i), kNow));
  book_.follow(all, cluster_, kNow);
  EXPECT_EQ(book_.size(), FiringBook::kMostRemembered);
  book_.follow({}, cluster_, kNow + minutes(1));
  EXPECT_THAT(book_.due(), SizeIs(FiringBook::kMostARound));
  book_.follow({firing("last", kNow)}, cluster_, kNow + minutes(2));
  book_.follow({}, cluster_, kNow + minutes(3));
  const auto due = all_due();
  EXPECT_THAT(due, SizeIs(FiringBook::kMostDue));
  EXPECT_EQ(due.back().domain, "last");
}

TEST_F(FiringBookTest, TheRecordHasWhatAReportCounts) {
  const auto json = nlohmann::json::parse(to_json(resolved("a\n", kNow, kNow + minutes(5)), "17-n1"));
  EXPECT_EQ(json["outcome"], "resolved");
  EXPECT_EQ(json["firing_since"], to_unix_seconds(kNow));
  EXPECT_EQ(json["at"], to_unix_seconds(kNow + minutes(5)));
  EXPECT_EQ(json["subject_key"], "domain:" + uuid_of("a\n"));
  EXPECT_EQ(json["domain"], "a\n");
  EXPECT_EQ(json["sentence"], "rule Hot is resolved on domain a\\x0a on h1 after 5 min");
}

}  // namespace
}  // namespace hotspot::loop
