// What operators ask of the loop, and what they are answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class LoopCommands : public LoopStage {};

TEST_F(LoopCommands, ChangesItsModeOnCommandOnceAndKeepsItOverARestart) {
  second(0.2);
  const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-0";
  loop_->take(ports::Command{id, "mode", {{"mode", "observe"}}, clock_.now()});
  second(0.95);
  second(0.95);
  EXPECT_THAT(journal(), IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(store_.state.at("command_result")).at("message"), "mode enforce → observe");
  loop_->stop();
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.2);
  EXPECT_THAT(loop_->status_line(), HasSubstr("mode observe"));
}

TEST_F(LoopCommands, AnswersEveryCommandByItsOwnIdHoweverManyCameAtOnce) {
  second(0.2);
  const auto id = [&](int number) { return std::to_string(to_unix_ms(clock_.now())) + "-" + std::to_string(number); };
  loop_->take(ports::Command{id(1), "mode", {{"mode", "recommend"}}, clock_.now()});
  loop_->take(ports::Command{id(2), "drain", {{"node", "h9"}}, clock_.now()});
  loop_->take(ports::Command{id(3), "undrain", {{"node", "refused"}}, clock_.now()});
  loop_->take(ports::Command{id(3), "mode", {{"mode", "enforce"}}, clock_.now(), record::Channel::kAdmin});
  loop_->tick();
  EXPECT_EQ(store_.answers.at(id(1)).verdict, record::done("mode enforce → recommend"));
  EXPECT_EQ(store_.answers.at(id(2)).verdict.kind, record::AnswerKind::kRefused);
  EXPECT_EQ(store_.answers.at("admin:" + id(3)).verdict, record::done("mode recommend → enforce"));
  EXPECT_EQ(store_.answers.at(id(1)).holder, "hotspotd@one:1");
}

TEST_F(LoopCommands, ANodeNamedRefusedIsDrainedWithoutBeingRefused) {
  admit("refused");
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.2);
  clock_.advance(kSecond);
  std::vector<ports::Arrival> arrivals;
  arrivals.push_back({node("refused").at(clock_.now(), ++sequence_), clock_.now()});
  loop_->take(std::move(arrivals));
  const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-0";
  loop_->take(ports::Command{id, "drain", {{"node", "refused"}, {"owner", "ada"}}, clock_.now()});
  loop_->tick();
  EXPECT_EQ(store_.answers.at(id).verdict.kind, record::AnswerKind::kDone) << store_.answers.at(id).verdict.message;
  EXPECT_EQ(nlohmann::json::parse(store_.state.at("command_result")).at("ok"), true);
}

TEST_F(LoopCommands, ANodeThatWasAdmittedAndIsSilentIsDrainedFromItsFirstSnapshotOn) {
  admit("h9");
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.2);
  const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-0";
  loop_->take(ports::Command{id, "drain", {{"node", "h9"}, {"owner", "ada"}}, clock_.now()});
  loop_->tick();
  EXPECT_THAT(store_.answers.at(id).verdict.message, HasSubstr("No snapshot of it counts now"));
  clock_.advance(kSecond);
  std::vector<ports::Arrival> arrivals;
  arrivals.push_back({node("h9").at(clock_.now(), ++sequence_), clock_.now()});
  loop_->take(std::move(arrivals));
  loop_->tick();
  EXPECT_TRUE(loop_->intake().cluster().find_node(uuid_of("h9"))->drain_requested);
}

TEST_F(LoopCommands, AnAnswerThatRedisDidNotTakeIsWrittenOnceItIsBack) {
  second(0.2);
  const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-0";
  loop_->take(ports::Command{id, "mode", {{"mode", "observe"}}, clock_.now()});
  store_.reachable = false;
  loop_->tick();
  EXPECT_TRUE(store_.answers.empty());
  store_.reachable = true;
  loop_->tick();
  EXPECT_EQ(store_.answers.at(id).verdict.kind, record::AnswerKind::kDone);
  EXPECT_EQ(store_.state.at("mode"), "observe");
}

TEST_F(LoopCommands, APositionOfTheFutureInTheStateHidesNoPauseAlsoAfterARestart) {
  second(0.2);
  for (int restart = 0; restart < 2; ++restart) {
    loop_->stop();
    store_.state["last_command"] = "4000000000000-0";
    loop_ = make_loop("hotspotd@one:1", lease_);
    second(0.2);
    const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-0";
    loop_->take(ports::Command{id, "pause", {{"owner", "ada"}, {"reason", "x"}, {"yes", "true"}}, clock_.now()});
    loop_->tick();
    EXPECT_EQ(store_.answers.at(id).verdict.kind, record::AnswerKind::kDone);
    EXPECT_THAT(loop_->status_line(), HasSubstr("PAUSED by ada"));
    EXPECT_THAT(log_, Contains(HasSubstr("the position '4000000000000-0' in the stream commands is not believed")));
  }
}

TEST_F(LoopCommands, RefusesACommandThatIsTooOldAndOneThatItDoesNotKnow) {
  second(0.2);
  const auto id = [&](Milliseconds ago) { return std::to_string(to_unix_ms(clock_.now() - ago)) + "-0"; };
  loop_->take(ports::Command{id(std::chrono::hours(1)), "mode", {{"mode", "observe"}}, clock_.now()});
  loop_->take(ports::Command{id(Milliseconds(0)), "dance", {}, clock_.now()});
  second(0.2);
  EXPECT_THAT(loop_->status_line(), HasSubstr("mode enforce"));
  EXPECT_EQ(nlohmann::json::parse(store_.state.at("command_result")).at("ok"), false);
}

TEST_F(LoopCommands, ARefusedSetOfRulesIsAnsweredLineByLineSoThatTheCaretPointsAtTheError) {
  second(0.2);
  rules_text_ =
      "groups:\n- name: g\n  rules:\n  - hotspot: Hot\n    expr: domain_cpu_ratoi > 1\n    remedy: [migrate]\n";
  const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-0";
  loop_->take(ports::Command{id, "reload", {}, clock_.now()});
  second(0.2);
  const record::Verdict& verdict = store_.answers.at(id).verdict;
  EXPECT_EQ(verdict.kind, record::AnswerKind::kRefused);
  EXPECT_EQ(verdict.message, "the rules have errors, and those before go on:");
  ASSERT_GE(verdict.details.size(), 3u);
  EXPECT_THAT(verdict.details[0], HasSubstr("rules.yaml:5:11: error: "));
  EXPECT_EQ(verdict.details[1].find("domain_cpu_ratoi"), verdict.details[2].find('^'));
  EXPECT_THAT(verdict.details, Each(Not(HasSubstr("\n"))));
}

TEST_F(LoopCommands, EmptiesANodeThatAnOperatorWantsDrainedAlsoAfterARestart) {
  rules_text_ =
      "groups:\n- name: g\n  rules:\n  - hotspot: NodeDrain\n"
      "    expr: node_drain_requested > 0\n    remedy: [drain]\n";
  loop_->take(ReloadRules{"SIGHUP"});
  second(0.2);
  options_.mode = rules::Mode::kEnforce;
  const auto command = [&](const std::string& verb, const std::string& node_name) {
    const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-" + std::to_string(++sequence_);
    loop_->take(
        ports::Command{id, verb, {{"node", node_name}, {"owner", "ann@desk"}, {"reason", "fans"}}, clock_.now()});
    loop_->tick();
    return nlohmann::json::parse(store_.state.at("command_result")).at("message").get<std::string>();
  };
  EXPECT_EQ(command("drain", "h9"), "refused: no node 'h9' is in the snapshots; see hotspotctl node list");
  EXPECT_EQ(command("undrain", "h1"), "refused: 'h1' is not to be drained");
  EXPECT_EQ(command("drain", "h1"), "h1 is to be drained: nothing goes there any more");
  loop_->stop();
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.2);
  second(0.2);
  EXPECT_TRUE(journal_reaches("intent migrate to h2"));
  EXPECT_EQ(status().at("drains").at(0).at("owner"), "ann@desk");
  EXPECT_EQ(command("undrain", "h1"), "h1 is not to be drained any more");
  EXPECT_FALSE(store_.state.contains(kDrainsField));
}

}  // namespace
}  // namespace hotspot::loop
