// Whole rounds of the daemon on fakes: from snapshots to the journal, and what happens when something fails.
#include "actuator/loop/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "actuator/record/rule_state.h"
#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LoopTest : public LoopStage {};

TEST_F(LoopTest, AddsAVcpuWhenADomainIsHotAndSaysDoneOnceTheSnapshotsShowIt) {
  second(0.2);
  second(0.95);
  EXPECT_THAT(journal(), IsEmpty()) << "one hot sample is not two of three";
  second(0.95);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  EXPECT_THAT(journal(), ElementsAre("intent vCPUs 1 → 2", "started vCPUs 1 → 2", "verifying vCPUs 1 → 2"));
  EXPECT_EQ(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->vcpus, 2);
  second(0.6, 2);
  EXPECT_TRUE(journal_reaches("done vCPUs 1 → 2"));
}

TEST_F(LoopTest, MigratesWhenTheNodeHasNoRoomForAnotherVcpu) {
  second(0.95, 1, 0.7);
  second(0.95, 1, 0.7);
  ASSERT_TRUE(journal_reaches("verifying migrate to h2"));
  EXPECT_THAT(hypervisor_.nodes_with(uuid_of("a")), ElementsAre(uuid_of("h2")));
}

TEST_F(LoopTest, WritesTheIntentBeforeItTouchesAnything) {
  second(0.95);
  store_.reachable = false;
  second(0.95);
  second(0.95);
  EXPECT_THAT(journal(), IsEmpty());
  EXPECT_THAT(hypervisor_.calls(), ::testing::Not(Contains(HasSubstr("set_vcpus"))));
}

TEST_F(LoopTest, DoesNotActOnStaleData) {
  second(0.95);
  second(0.2);
  clock_.advance(60 * kSecond);
  store_.expires_at = clock_.steady() + 10 * kSecond;
  for (int i = 0; i < 2; ++i) loop_->tick();  // the lease ran out meanwhile: it is given up first, and taken again
  EXPECT_THAT(journal(), IsEmpty());
  EXPECT_EQ(status().at("intake").at("stale_nodes"), 2);
}

TEST_F(LoopTest, OnlySaysWhatItWouldDoWhenTheModeIsRecommend) {
  options_.mode = rules::Mode::kRecommend;
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.95);
  second(0.95);
  EXPECT_THAT(journal(), IsEmpty());
  ASSERT_EQ(store_.decisions.size(), 1u);
  const auto decision = nlohmann::json::parse(store_.decisions[0]);
  EXPECT_EQ(decision.at("outcome"), "recommend");
  EXPECT_EQ(decision.at("action").at("step"), "vCPUs 1 → 2");
}

TEST_F(LoopTest, GivesTemplatesOfRulesTheLabelsAndTheUrlOfItsConfiguration) {
  options_.external_labels = {{"site", "north"}};
  options_.external_url = "https://h.example.net/vm";
  rules_text_ =
      std::string(kCpuRule) + "    labels: {site: '{{ $externalLabels.site }} {{ $externalURL }}{{ pathPrefix }}'}\n";
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.95);
  second(0.95);
  EXPECT_EQ(status().at("firings").at(0).at("labels").at("site"), "north https://h.example.net/vm/vm")
      << status().dump();
}

TEST_F(LoopTest, RecordsADecisionThatOnlyRepeatsOnce) {
  options_.mode = rules::Mode::kRecommend;
  loop_ = make_loop("hotspotd@one:1", lease_);
  for (int i = 0; i < 10; ++i) second(0.95);
  EXPECT_EQ(store_.decisions.size(), 1u);
}

TEST_F(LoopTest, LeavesADomainAloneWhileItCoolsDown) {
  second(0.95);
  second(0.95);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  for (int i = 0; i < 30; ++i) second(0.95, 2);
  EXPECT_THAT(journal(), ::testing::Not(Contains("intent vCPUs 2 → 3")));
  EXPECT_EQ(journal().size(), 4u);
}

TEST_F(LoopTest, StandsByWhileAnotherLeadsAndTakesOverWhenItFallsSilent) {
  fakes::FakeLease other(store_, clock_, "hotspotd@two:2");
  ASSERT_TRUE(other.acquire_or_renew()->held);
  second(0.95);
  second(0.95);
  EXPECT_THAT(journal(), IsEmpty());
  EXPECT_THAT(loop_->status_line(), HasSubstr("stands by behind hotspotd@two:2"));
  for (int i = 0; i < 12; ++i) second(0.2);
  EXPECT_THAT(loop_->status_line(), HasSubstr("leads"));
}

TEST_F(LoopTest, StopsWritingOnceAnotherLeads) {
  second(0.2);
  store_.holder = "hotspotd@two:2";
  store_.owner = nullptr;
  ++store_.token;
  second(0.95);
  second(0.95);
  second(0.95);
  EXPECT_THAT(journal(), IsEmpty());
  EXPECT_THAT(loop_->status_line(), HasSubstr("stands by"));
}

TEST_F(LoopTest, KeepsPendingRulesAndCooldownsOverARestart) {
  second(0.95);
  clock_.advance(kSecond);
  loop_->stop();
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.95);
  EXPECT_TRUE(journal_reaches("intent vCPUs 1 → 2")) << "the hot sample of before the restart counts";
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  second(0.95, 2);
  ASSERT_TRUE(journal_reaches("done vCPUs 1 → 2"));
  loop_->stop();
  loop_ = make_loop("hotspotd@one:1", lease_);
  for (int i = 0; i < 10; ++i) second(0.95, 2);
  EXPECT_EQ(journal().size(), 4u) << "still cooling down";
}

TEST_F(LoopTest, FindsOutWhatBecameOfAnActionThatWasUnderWayWhenItDied) {
  second(0.95);
  second(0.95);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2"));
  loop_.reset();  // without a word, as by kill -9
  clock_.advance(20 * kSecond);
  fakes::FakeLease next(store_, clock_, "hotspotd@two:2");
  loop_ = make_loop("hotspotd@two:2", next);
  const auto is_done = [&] {
    second(0.5, 2);
    return !journal().empty() && journal().back() == "done vCPUs 1 → 2";
  };
  ASSERT_TRUE(wait_for(is_done));
  const auto calls = hypervisor_.calls();
  EXPECT_EQ(std::count_if(calls.begin(), calls.end(), [](const std::string& c) { return c.starts_with("set_vcpus"); }),
            1)
      << "no step is taken twice";
}

TEST_F(LoopTest, KeepsTheOldRulesWhenTheNewOnesAreWrong) {
  second(0.2);
  rules_text_ = "groups:\n- name: cpu\n  rules:\n  - hotspot: X\n    expr: domain_cpu_ratoi > 90%\n";
  loop_->take(ReloadRules{"SIGHUP"});
  second(0.95);
  second(0.95);
  EXPECT_TRUE(journal_reaches("intent vCPUs 1 → 2"));
  second(0.5, 2);
  second(0.5, 2);
  EXPECT_EQ(status().at("rules").at("last_reload_ok"), false);
  EXPECT_THAT(status().at("rules").at("last_reload_message").get<std::string>(), HasSubstr("domain_cpu_ratio"));
}

TEST_F(LoopTest, StandsByWithWrongRulesUntilTheyAreRight) {
  const std::string right = std::exchange(rules_text_, "groups: [{name: cpu, rules: [{hotspto: A}]}]");
  loop_ = make_loop("hotspotd@one:1", lease_, false);
  EXPECT_THAT(log_, Contains(HasSubstr("rules.yaml:1:31: error: unknown key 'hotspto'")));
  for (int i = 0; i < 4; ++i) second(0.95);
  EXPECT_TRUE(store_.holder.empty()) << "another may lead, whose rules are right";
  EXPECT_THAT(loop_->status_line(),
              HasSubstr("stands by until its rules are right: rules.yaml:1:30: error: the rule has no"));
  ASSERT_EQ(store_.abstentions.size(), 1u) << "and hotspotctl status can tell";
  EXPECT_EQ(store_.abstentions[0].why, loop_->status_line());
  rules_text_ = right;
  loop_->take(ReloadRules{"SIGHUP"});
  second(0.95);
  second(0.95);
  EXPECT_TRUE(journal_reaches("intent vCPUs 1 → 2"));
  EXPECT_THAT(store_.abstentions, IsEmpty());
}

TEST_F(LoopTest, TellsNoLongerThatItStandsByOnceItHasEnded) {
  rules_text_ = "groups: [{name: cpu, rules: [{hotspto: A}]}]";
  loop_ = make_loop("hotspotd@one:1", lease_, false);
  second(0.95);
  ASSERT_EQ(store_.abstentions.size(), 1u);
  loop_->stop();
  EXPECT_THAT(store_.abstentions, IsEmpty());
}

TEST_F(LoopTest, SaysAtEachLoadWhichWindowsNameARuleThatTheSetDoesNotHave) {
  options_.window_rules = {{"DomainCpuHto", "hotspotd.yaml", {7, 13}}};
  loop_ = make_loop("hotspotd@one:1", lease_);
  const char* said =
      "hotspotd.yaml:7:13: warning: no rule is called 'DomainCpuHto': this window does not bind what it "
      "means to bind, did you mean 'DomainCpuHot'?";
  EXPECT_THAT(log_, Contains(HasSubstr(said)));
  log_.clear();
  rules_text_ += "    labels: {team: a}\n";
  loop_->take(ReloadRules{"SIGHUP"});
  EXPECT_THAT(log_, Contains(HasSubstr(said)));
}

TEST_F(LoopTest, LooksAfterTheStreamsWhileItLeadsAndSaysWhatItFound) {
  struct Care : ports::StreamCare {
    Result<std::vector<ports::StreamTrouble>, ports::WriteError> tend(std::int64_t) override {
      ++looks;
      return looks == 2 ? std::vector{ports::StreamTrouble{"hotspot:{test}:snapshots", "4000000000000-0", true, 0, 9}}
                        : std::vector<ports::StreamTrouble>();
    }
    int looks = 0;
  } care;
  streams_ = &care;
  loop_ = make_loop("hotspotd@one:1", lease_);
  for (int i = 0; i < 12; ++i) second(0.2);
  EXPECT_EQ(care.looks, 3) << "every five seconds";
  EXPECT_EQ(std::count_if(log_.begin(), log_.end(),
                          [](const std::string& line) { return line.find("id of the future") != std::string::npos; }),
            1);
  EXPECT_EQ(status().at("streams_ahead").at(0).at("lost"), 9);
  loop_->remark("the field fencing_token held 'junk'");
  second(0.2);
  second(0.2);
  EXPECT_EQ(status().at("store_remarks").at(0).at("sentence"), "the field fencing_token held 'junk'");
}

TEST_F(LoopTest, AStreamThatCannotBeMendedIsReportedUntilItCanNotUntilTheNextRound) {
  struct Care : ports::StreamCare {
    Result<std::vector<ports::StreamTrouble>, ports::WriteError> tend(std::int64_t) override {
      if (++looks <= 3) return ports::WriteError{ports::WriteFault::kUnreachable, "NOPERM"};
      return std::vector<ports::StreamTrouble>();
    }
    int looks = 0;
  } care;
  streams_ = &care;
  loop_ = make_loop("hotspotd@one:1", lease_);
  for (int i = 0; i < 13; ++i) second(0.2);
  ASSERT_EQ(care.looks, 3);
  EXPECT_EQ(said("what keeps the streams in order could not be written").size(), 1u);
  EXPECT_EQ(said("what keeps the streams in order can be written again").size(), 0u);
  for (int i = 0; i < 5; ++i) second(0.2);
  ASSERT_EQ(care.looks, 4);
  EXPECT_EQ(said("what keeps the streams in order can be written again").size(), 1u);
}

TEST_F(LoopTest, SaysOnceThatAllNodesWentSilentAndThatTheyAreHeardAgain) {
  second(0.2);
  for (int i = 0; i < 20; ++i) {
    clock_.advance(kSecond);
    loop_->tick();
  }
  second(0.2);
  const auto count = [&](const char* words) {
    return std::count_if(log_.begin(), log_.end(),
                         [&](const std::string& line) { return line.find(words) != std::string::npos; });
  };
  EXPECT_EQ(count("2 of 2 nodes are stale at once"), 1);
  EXPECT_EQ(count("nodes are heard again: 2 of 2"), 1);
}

TEST_F(LoopTest, CountsAndNamesSnapshotsThatItCannotUse) {
  second(0.2);
  loop_->take(ports::BadSnapshot{"17-0", {telemetry::DecodeFault::kNotJson, "not JSON, or cut off"}, clock_.now()});
  loop_->take(ports::BadSnapshot{"18-0", {telemetry::DecodeFault::kNotJson, "not JSON, or cut off"}, clock_.now()});
  second(0.2);
  second(0.2);
  EXPECT_EQ(status().at("intake").at("bad_snapshots").at("not_json").at("count"), 2);
  EXPECT_EQ(std::count_if(log_.begin(), log_.end(),
                          [](const std::string& l) { return l.find("skipped") != std::string::npos; }),
            1)
      << "said once, then counted";
}

TEST_F(LoopTest, EvaluatesEachSampleOfABatchThatCameLate) {
  second(0.2);
  std::vector<ports::Arrival> batch;
  for (int i = 0; i < 2; ++i) {
    clock_.advance(kSecond);
    batch.push_back({node("h1").cpu(0.3).at(clock_.now(), ++sequence_).with(domain("a").cpu(0.95)), clock_.now()});
  }
  loop_->take(std::move(batch));
  loop_->tick();
  EXPECT_TRUE(journal_reaches("intent vCPUs 1 → 2")) << "two hot samples in one batch are two of three";
}

TEST_F(LoopTest, KeepsWindowsWarmWhileAnotherLeads) {
  fakes::FakeLease other(store_, clock_, "hotspotd@two:2");
  ASSERT_TRUE(other.acquire_or_renew()->held);
  rules_text_ = "groups:\n- name: g\n  rules:\n  - alert: Seen\n    expr: count_over_time(domain_cpu_ratio[1m]) >= 9\n";
  loop_->take(ReloadRules{"SIGHUP"});
  for (int i = 0; i < 9; ++i) second(0.2);
  EXPECT_THAT(loop_->status_line(), HasSubstr("stands by"));
  while (loop_->status_line().find("leads") == std::string::npos && sequence_ < 60) second(0.2);
  second(0.2);
  ASSERT_TRUE(store_.state.contains("status"));
  EXPECT_EQ(status().at("firings").size(), 1u) << "it saw the samples of before";
}

TEST_F(LoopTest, WritesNothingAnewForASubjectThatMerelyGoesOnPending) {
  rules_text_ = "groups:\n- name: g\n  rules:\n  - hotspot: Hot\n    expr: domain_cpu_ratio > 90%\n    for: 10m\n";
  loop_->take(ReloadRules{"SIGHUP"});
  second(0.95);
  second(0.95);
  const auto rule_state = [&] {
    std::map<std::string, std::string> fields;
    for (const auto& [name, value] : store_.state) {
      if (name.starts_with(record::kRuleStatePrefix)) fields[name] = value;
    }
    return fields;
  };
  const auto before = rule_state();
  ASSERT_EQ(before.size(), 1u);
  for (int i = 0; i < 5; ++i) second(0.91 + i * 0.01);
  EXPECT_EQ(rule_state(), before);
  EXPECT_EQ(status().at("pending_count"), 1);
  second(0.2);
  second(0.2);
  EXPECT_THAT(rule_state(), IsEmpty()) << "what is over is removed";
}

TEST_F(LoopTest, TakesOverTheStateThatAnOlderVersionWrote) {
  second(0.95);
  loop_->stop();
  const std::string at = std::to_string(to_unix_ms(clock_.now()));
  std::erase_if(store_.state, [](const auto& field) { return field.first.starts_with("rule_"); });
  store_.state[record::kOldRuleStateField] =
      "hotspot rule state 1\nrule\tDomainCpuHot\tcpu\tdomain_cpu_ratio > "
      "90%\nsubject\tdomain\tpending\tuuid-h1\tuuid-a\t0.95\t" +
      at + "\t" + at + "\t-\t" + at + "\t-\t" + at + "\t" + at + "\t" + at + "/" + at + "+\t1\tdomain\ta\tnode\th1\n";
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.95);
  EXPECT_TRUE(journal_reaches("intent vCPUs 1 → 2")) << "the hot sample of before counts";
  second(0.5, 2);
  EXPECT_FALSE(store_.state.contains(record::kOldRuleStateField));
}

TEST_F(LoopTest, SaysByMetricsWhichRulesRunSinceWhen) {
  second(0.95);
  second(0.95);
  rules_text_ = "groups: 7\n";
  loop_->take(ReloadRules{"SIGHUP"});
  second(0.95);
  second(0.95);
  const std::string metrics = store_.state.at("metrics");
  const std::string hash = status().at("rules").at("fingerprint");
  EXPECT_THAT(metrics, HasSubstr("\nhotspot_rules_info{hash=\"" + hash + "\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("\n# TYPE hotspot_rules_loaded_timestamp_seconds gauge\n"
                                 "hotspot_rules_loaded_timestamp_seconds 1800000000\n"));
  EXPECT_THAT(metrics, HasSubstr("\nhotspot_rules_last_reload_successful 0\n"));
  EXPECT_THAT(metrics, HasSubstr("\nhotspot_rules 1\n"));
  EXPECT_THAT(metrics, HasSubstr("\nhotspot_rule_subjects{phase=\"firing\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("\nhotspot_nodes{state=\"fresh\"} 2\n"));
}

TEST_F(LoopTest, Law1DoesNotActWhileItsClockIsAnHourOffAndGoesOnWhenItIsRightAgain) {
  for (const Milliseconds jump : {3600 * kSecond, -3600 * kSecond}) {
    second(0.2);
    second(0.2);  // it leads again, and has written again what it knows
    store_.entries.clear();
    clock_.set_wall(clock_.now() + jump);
    for (int i = 0; i < 3; ++i) {
      // The nodes' clocks are right, and go on.
      clock_.advance(kSecond);
      loop_->tick();
    }
    EXPECT_THAT(journal(), IsEmpty());
    EXPECT_THAT(log_, Contains(HasSubstr("clock moved by 1 h")));
    clock_.set_wall(clock_.now() - jump);
    second(0.95);
    second(0.95);
    ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2")) << ::testing::PrintToString(log_);
    second(0.2, 2);
    ASSERT_TRUE(journal_reaches("done vCPUs 1 → 2"));
    hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts(1));
    clock_.advance(120 * kSecond);
  }
}

}  // namespace
}  // namespace hotspot::loop
