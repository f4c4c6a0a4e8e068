// What the leader tells collectors: counts that go on, news that come once, one writer.
#include "actuator/loop/publication.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/rules/files/check.h"
#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::kNow;
using hotspot::testing::node;
using hotspot::testing::uuid_of;
using model::ActionState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kHotRules = R"(groups:
- name: cpu
  rules:
  - {hotspot: DomainCpuHot, expr: domain_cpu_ratio > 90%, remedy: [scale_vcpus: {by: 1}, migrate]}
  - {alert: Told, expr: node_cpu_ratio > 90%, labels: {severity: critical}}
)";

std::shared_ptr<const rules::RuleSet> hot_rules() { return rules::check({{"rules.yaml", kHotRules}}).rules; }

ports::JournalEntry entry(ActionState state, model::Step step = model::MigrateTo{"uuid-h2", "h2", "", {}, false}) {
  ports::JournalEntry made;
  made.action.id = "17-1";
  made.action.domain_name = "web1";
  made.action.domain_uuid = uuid_of("web1");
  made.action.node_uuid = uuid_of("h1");
  made.action.node_name = "h1";
  made.action.step = std::move(step);
  made.action.rule = "DomainCpuHot";
  made.action.planned_at = kNow;
  made.state = state;
  made.at = kNow + Milliseconds(12'000);
  return made;
}

class PublicationTest : public ::testing::Test {
 protected:
  PublicationTest() { take_lead(""); }
  void take_lead(const std::string& field) {
    EXPECT_TRUE(publication_.take_lead(field, now_));
    publication_.loaded(*rules_);
  }
  telemetry::Published record(std::map<std::string, double> metrics = {}) {
    return publication_.record({.cluster = "test",
                                .nodes = {.cluster = cluster_, .freshness = {}, .now = now_, .version = "2.0"},
                                .metrics = publication_.carry_on(std::move(metrics)),
                                .limits = {}});
  }
  // The rule's subjects that fire from `since` on.
  std::vector<rules::Firing> firing(std::vector<std::string> domains, WallTime since) {
    std::vector<rules::Firing> all;
    for (const std::string& name : domains) {
      rules::Firing one{.rules = rules_, .rule = rules_->find("DomainCpuHot"), .phase = rules::Phase::kFiring};
      one.subject = {.kind = rules::SubjectKind::kDomain,
                     .node_uuid = uuid_of("h1"),
                     .domain_uuid = uuid_of(name),
                     .labels = {{"domain", name}, {"node", "h1"}}};
      one.firing_since = since;
      all.push_back(one);
    }
    return all;
  }
  std::vector<std::string> news() {
    std::vector<std::string> texts;
    for (const telemetry::NewsItem& item : record().news) texts.push_back(item.text);
    return texts;
  }
  void snapshot(const std::string& name, const std::string& version) {
    telemetry::NodeSnapshot made = node(name).at(now_, static_cast<std::uint64_t>(to_unix_ms(now_)));
    made.collector.version = version;
    cluster_.apply(made, now_);
  }

  WallTime now_ = kNow;
  std::shared_ptr<const rules::RuleSet> rules_ = hot_rules();
  model::Cluster cluster_;
  Publication publication_;
};

TEST_F(PublicationTest, CountsFromZeroWhateverTheRulesMayAskFor) {
  const auto made = record();
  ASSERT_EQ(made.actions.size(), 2u);
  EXPECT_EQ(made.actions[0].kind, "set_vcpus");
  EXPECT_EQ(made.actions[1].kind, "migrate");
  EXPECT_EQ(made.actions[1].rule, "DomainCpuHot");
  EXPECT_EQ(made.actions[1].begun, 0u);
  EXPECT_EQ(made.decisions, (std::map<std::string, std::uint64_t>{{"act", 0}, {"nothing", 0}, {"recommend", 0}}));
}

TEST_F(PublicationTest, CountsAMigrationWithItsDurationItsDowntimeAndHowRightThePredictionWas) {
  publication_.begun(entry(ActionState::kIntent));
  publication_.went_on(entry(ActionState::kProgress));
  auto done = entry(ActionState::kDone);
  done.figures = {{"downtime_ms", 61}, {"total_ms", 11'000}, {"predicted_total_ms", 10'000}};
  publication_.went_on(done);
  const telemetry::ActionCounts moves = record().actions[1];
  EXPECT_EQ(moves.begun, 1u);
  EXPECT_EQ(moves.done, 1u);
  EXPECT_DOUBLE_EQ(moves.duration.sum(), 12);
  EXPECT_DOUBLE_EQ(moves.downtime.sum(), 0.061);
  EXPECT_DOUBLE_EQ(moves.prediction.sum(), 1.1);
}

TEST_F(PublicationTest, CountsWhatFailedWasAbortedOrSkippedApart) {
  for (const auto state : {ActionState::kFailed, ActionState::kAborted, ActionState::kSkipped, ActionState::kSkipped})
    publication_.went_on(entry(state));
  const telemetry::ActionCounts moves = record().actions[1];
  EXPECT_EQ(moves.failed, 1u);
  EXPECT_EQ(moves.aborted, 1u);
  EXPECT_EQ(moves.skipped, 2u);
  EXPECT_EQ(moves.duration.count(), 1u) << "of what was done or failed alone";
}

TEST_F(PublicationTest, ManyRulesAreCountedTogetherInTheEnd) {
  for (int i = 0; i < 1000; ++i) {
    auto of_one = entry(ActionState::kDone);
    of_one.action.rule = "Rule" + std::to_string(i);
    publication_.went_on(of_one);
  }
  const auto& actions = publication_.actions();
  EXPECT_LE(actions.size(), telemetry::kMostPublishedItems);
  std::uint64_t done = 0;
  for (const auto& one : actions) done += one.done;
  EXPECT_EQ(done, 1000u);
  EXPECT_EQ(actions.back().rule, kOtherRules);
}

TEST_F(PublicationTest, ANextLeaderCountsOnWhereTheOneBeforeStood) {
  publication_.begun(entry(ActionState::kIntent));
  publication_.decided(plan::Outcome::kAct);
  record({{"ticks", 1000}, {"firing", 4}});
  Publication next;
  ASSERT_TRUE(next.take_lead(publication_.durable(), now_));
  publication_ = std::move(next);
  const auto made = record({{"ticks", 50'000}, {"firing", 1}});
  EXPECT_EQ(made.actions[1].begun, 1u);
  EXPECT_EQ(made.decisions.at("act"), 1u);
  EXPECT_EQ(made.metrics.at("ticks"), 1000) << "what it did before it led is no leap";
  EXPECT_EQ(record({{"ticks", 50'003}, {"firing", 1}}).metrics.at("ticks"), 1003);
  EXPECT_EQ(made.metrics.at("firing"), 1) << "a gauge is what it is";
}

TEST_F(PublicationTest, WhatCannotBeReadOfTheLeaderBeforeIsSaidAndCountsFromZero) {
  publication_.begun(entry(ActionState::kIntent));
  const auto restored = publication_.take_lead("{\"schema\":1}", now_);
  ASSERT_FALSE(restored);
  EXPECT_THAT(restored.error().message, HasSubstr("cannot be used"));
  EXPECT_THAT(record().actions, IsEmpty());
}

TEST_F(PublicationTest, TellsOnceThatARuleFiresAndOnceThatItIsOver) {
  publication_.firings(firing({"web1"}, now_), cluster_, now_);
  now_ += Milliseconds(90'000);
  publication_.firings(firing({"web1"}, kNow), cluster_, now_);
  publication_.firings({}, cluster_, now_);
  publication_.firings({}, cluster_, now_);
  EXPECT_THAT(news(), ElementsAre("rule DomainCpuHot fires on domain web1 on h1",
                                  "resolved after 1 min 30 s: rule DomainCpuHot fires on domain web1 on h1"));
  const auto made = record();
  EXPECT_EQ(made.news[0].severity, telemetry::NewsSeverity::kWarning);
  EXPECT_EQ(made.news[1].severity, telemetry::NewsSeverity::kOkay);
  EXPECT_EQ(made.news[0].node, uuid_of("h1"));
  EXPECT_EQ(made.news[0].domain, "web1");
  EXPECT_LT(made.news[0].number, made.news[1].number);
  EXPECT_EQ(made.head.news, made.news[1].number);
}

TEST_F(PublicationTest, WhatFiredUnderTheLeaderBeforeIsToldOnlyWhenItIsOver) {
  now_ += Milliseconds(60'000);
  take_lead("");
  publication_.firings(firing({"web1"}, kNow), cluster_, now_);
  EXPECT_THAT(news(), IsEmpty());
  publication_.firings({}, cluster_, now_);
  EXPECT_THAT(news(), ElementsAre(HasSubstr("resolved after 1 min")));
}

TEST_F(PublicationTest, ThousandsThatFireAtOnceLeaveRoomForOtherNews) {
  std::vector<std::string> many;
  for (int i = 0; i < 3000; ++i) many.push_back("d" + std::to_string(i));
  publication_.firings(firing(many, now_), cluster_, now_);
  publication_.firings(firing(many, now_), cluster_, now_);
  EXPECT_EQ(news().size(), NewsBoard::kMostARound);
  EXPECT_EQ(record().firing.at("DomainCpuHot"), 3000u);
  publication_.firings({}, cluster_, now_);
  EXPECT_EQ(news().size(), 2 * NewsBoard::kMostARound) << "the end of what was told, and of no other";
}

TEST_F(PublicationTest, NumbersOfTheNewsRiseFromOneLeaderToTheNextThoughItsClockIsBehind) {
  publication_.went_on(entry(ActionState::kFailed));
  const auto before = record().head.news;
  Publication next;
  ASSERT_TRUE(next.take_lead(publication_.durable(), now_));
  auto earlier = entry(ActionState::kDone);
  earlier.at = kNow - Milliseconds(3'600'000);
  next.went_on(earlier);
  publication_ = std::move(next);
  EXPECT_GT(record().head.news, before);
}

TEST_F(PublicationTest, AnActionIsToldWhenItBeginsAndHowItEnded) {
  publication_.begun(entry(ActionState::kIntent));
  publication_.went_on(entry(ActionState::kSkipped));
  publication_.went_on(entry(ActionState::kFailed));
  const auto made = record();
  ASSERT_EQ(made.news.size(), 2u) << "what was skipped touched nothing";
  EXPECT_THAT(made.news[0].text, HasSubstr("migrate to h2 begins, for rule DomainCpuHot"));
  EXPECT_EQ(made.news[0].severity, telemetry::NewsSeverity::kOkay);
  EXPECT_THAT(made.news[1].text, HasSubstr("failed after 12 s"));
  EXPECT_EQ(made.news[1].severity, telemetry::NewsSeverity::kFailure);
  EXPECT_EQ(made.news[1].name, "migrate");
}

TEST_F(PublicationTest, WhoMarksGraphsIsToldEachOfTheNewsOnceWithTheNamesThatItConcerns) {
  std::vector<ports::Event> events;
  publication_.on_news([&](ports::Event event) { events.push_back(std::move(event)); });
  publication_.firings(firing({"web1"}, now_), cluster_, now_);
  publication_.firings(firing({"web1"}, now_), cluster_, now_);
  publication_.begun(entry(ActionState::kIntent));
  publication_.went_on(entry(ActionState::kProgress));
  publication_.went_on(entry(ActionState::kDone));
  publication_.firings({}, cluster_, now_);
  ASSERT_EQ(events.size(), 4u);
  const ports::Event of_rule{.kind = "firing",
                             .sentence = "rule DomainCpuHot fires on domain web1 on h1",
                             .at = kNow,
                             .cluster = "",
                             .node = "h1",
                             .target = "",
                             .domain = "web1",
                             .domain_uuid = uuid_of("web1"),
                             .rule = "DomainCpuHot",
                             .action = ""};
  EXPECT_EQ(events[0], of_rule);
  EXPECT_EQ(events[1].kind, "begun");
  EXPECT_EQ(events[1].target, "h2");
  EXPECT_EQ(events[1].action, "migrate");
  EXPECT_EQ(events[2].kind, "done");
  EXPECT_EQ(events[2].domain_uuid, uuid_of("web1"));
  EXPECT_EQ(events[3].kind, "resolved");
  EXPECT_EQ(events[3].domain, "web1");
  std::vector<std::string> sentences;
  for (const ports::Event& event : events) sentences.push_back(event.sentence);
  EXPECT_EQ(sentences, news());
}

TEST_F(PublicationTest, OnGraphsWhatBeganHasItsEndAlsoWhereNothingWasTouched) {
  std::vector<ports::Event> events;
  publication_.on_news([&](ports::Event event) { events.push_back(std::move(event)); });
  publication_.begun(entry(ActionState::kIntent));
  publication_.went_on(entry(ActionState::kSkipped));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].kind, "skipped");
  EXPECT_THAT(events[1].sentence, HasSubstr("skipped after 12 s"));
  EXPECT_EQ(news().size(), 1u);
}

TEST_F(PublicationTest, OfWhatFiredUnderTheLeaderBeforeGraphsGetTheEndAlone) {
  std::vector<ports::Event> events;
  publication_.on_news([&](ports::Event event) { events.push_back(std::move(event)); });
  now_ += Milliseconds(60'000);
  take_lead("");
  publication_.firings(firing({"web1"}, kNow), cluster_, now_);
  EXPECT_THAT(events, IsEmpty());
  publication_.firings({}, cluster_, now_);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, "resolved");
  EXPECT_EQ(events[0].node, "h1");
  EXPECT_EQ(events[0].at, now_);
}

TEST_F(PublicationTest, AGuestsNameIsMadeVisibleInTheNews) {
  auto odd = entry(ActionState::kFailed);
  odd.action.domain_name = "web\n\x1b[31m";
  publication_.went_on(odd);
  EXPECT_EQ(record().news[0].domain, "web\\x0a\\x1b[31m");
  EXPECT_THAT(record().news[0].text, HasSubstr("web\\x0a\\x1b[31m"));
}

TEST_F(PublicationTest, TheWriterStaysWhileItIsFresh) {
  snapshot("h2", "2.0");
  EXPECT_EQ(record().head.writer, uuid_of("h2"));
  snapshot("h1", "2.0");
  EXPECT_EQ(record().head.writer, uuid_of("h2")) << "though another comes first";
  now_ += Milliseconds(60'000);
  snapshot("h1", "2.0");
  EXPECT_EQ(record().head.writer, uuid_of("h1"));
  now_ += Milliseconds(60'000);
  EXPECT_EQ(record().head.writer, "") << "nobody is fresh";
}

TEST_F(PublicationTest, APluginOfThisVersionIsPreferredAsTheWriter) {
  snapshot("h1", "1.0");
  snapshot("h2", "2.0");
  EXPECT_EQ(record().head.writer, uuid_of("h2"));
}

TEST_F(PublicationTest, TheNextLeaderKeepsTheWriter) {
  snapshot("h2", "2.0");
  record();
  snapshot("h1", "2.0");
  Publication next;
  ASSERT_TRUE(next.take_lead(publication_.durable(), now_));
  publication_ = std::move(next);
  EXPECT_EQ(record().head.writer, uuid_of("h2"));
}

TEST_F(PublicationTest, WhatFiredForSecondsIsThereUntilTheNextMinuteEnds) {
  now_ = kNow - kNow.time_since_epoch() % std::chrono::minutes(1) + Milliseconds(10'000);
  publication_.firings(firing({"web1", "web2"}, now_), cluster_, now_);
  now_ += Milliseconds(5'000);
  publication_.firings({}, cluster_, now_);
  EXPECT_TRUE(publication_.firing().empty()) << "at this moment nothing fires";
  // Stored with the first read of the next minute.
  now_ += Milliseconds(45'500);
  auto made = record({{"firing", 0}});
  EXPECT_EQ(made.firing.at("DomainCpuHot"), 2u);
  EXPECT_EQ(made.metrics.at("firing"), 2);
  now_ += Milliseconds(60'000);
  made = record({{"firing", 0}});
  EXPECT_EQ(made.firing.at("DomainCpuHot"), 0u) << "and not for longer";
  EXPECT_EQ(made.metrics.at("firing"), 0);
}

TEST_F(PublicationTest, SaysHowMuchFiresOnEachNodeNow) {
  publication_.firings(firing({"web1", "web2"}, now_), cluster_, now_);
  EXPECT_EQ(record().firing_nodes, (std::map<std::string, std::uint64_t>{{uuid_of("h1"), 2}}));
  publication_.firings({}, cluster_, now_);
  EXPECT_TRUE(record().firing_nodes.empty());
}

TEST_F(PublicationTest, ARuleThatDoesNotFireIsThereWithZero) {
  EXPECT_EQ(record().firing, (std::map<std::string, std::uint64_t>{{"DomainCpuHot", 0}, {"Told", 0}}));
}

}  // namespace
}  // namespace hotspot::loop
