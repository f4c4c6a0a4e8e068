#include "actuator/loop/decision_record.h"

#include <gtest/gtest.h>

#include "actuator/loop/firing_book.h"
#include "actuator/loop/steering.h"
#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::kNow;

record::Decision read_again(const std::string& json) { return record::decision_from_json(json).value(); }

plan::Decision move_of_web() {
  plan::Decision decision;
  decision.id = "17-d1";
  decision.at = kNow;
  decision.rule = "Hot";
  decision.subject = "node h1";
  decision.subject_key = "node:n1";
  decision.value = 0.93;
  decision.measured_at = kNow - std::chrono::seconds(5);
  decision.outcome = plan::Outcome::kAct;
  decision.mode = rules::Mode::kEnforce;
  decision.action.emplace();
  decision.action->id = "17-a1";
  decision.action->domain_name = "web";
  decision.action->step = model::MigrateTo{"n2", "h2", "qemu+ssh://h2/system", {}, false};
  plan::SubjectFigures figures;
  figures.domain = "web";
  figures.seconds = 12.5;
  decision.figures = figures;
  decision.more = {{"no_room", 3}};
  decision.sentence = "Hot on h1:\nmigrate";
  return decision;
}

TEST(DecisionRecord, IsReadAgainAsItWasWritten) {
  const plan::Decision decision = move_of_web();
  const record::Decision read = read_again(to_json(decision));
  EXPECT_EQ(read, decision_record(decision));
  ASSERT_NE(read.conclusion(), nullptr);
  EXPECT_EQ(read.kind(), record::DecisionKind::kAct);
  EXPECT_EQ(read.conclusion()->mode, "enforce");
  EXPECT_EQ(read.conclusion()->action->target, "h2");
  EXPECT_EQ(read.conclusion()->figures->predicted_total_seconds, 12.5);
  EXPECT_EQ(read.conclusion()->more_refused.at("no_room"), 3);
}

TEST(DecisionRecord, TheSentenceIsOneLineAndTheExplanationSeveral) {
  const record::Decision record = decision_record(move_of_web());
  EXPECT_EQ(record.sentence, "Hot on h1:\\x0amigrate");
  EXPECT_EQ(record.explanation, plan::explain(move_of_web()));
}

TEST(DecisionRecord, TheWordsOfThePlannersOutcomesAreThoseOfTheRecord) {
  plan::Decision decision;
  for (const auto outcome : {plan::Outcome::kAct, plan::Outcome::kRecommend, plan::Outcome::kNothing}) {
    decision.outcome = outcome;
    EXPECT_NE(decision_record(decision).kind(), record::DecisionKind::kOther);
  }
}

TEST(DecisionRecord, AnEndedFiringAndANoticeAreReadToo) {
  ResolvedFiring resolved;
  resolved.rule = "Hot";
  resolved.subject_key = "domain:u1";
  resolved.since = kNow - std::chrono::minutes(5);
  resolved.at = kNow;
  const record::Decision ended = read_again(to_json(resolved, "17-n1"));
  ASSERT_NE(ended.ended(), nullptr);
  EXPECT_EQ(ended.ended()->firing_since, resolved.since);
  const record::Decision notice =
      read_again(to_json(Notice{"changed_by_others", "domain web on h1", "somebody changed it", kNow}, "17-n2"));
  EXPECT_EQ(notice.kind(), record::DecisionKind::kChangedByOthers);
  EXPECT_EQ(notice.sentence, "somebody changed it");
}

}  // namespace
}  // namespace hotspot::loop
