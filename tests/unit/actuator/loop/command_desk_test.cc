#include "actuator/loop/command_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotspot::loop {
namespace {

using record::AnswerKind;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const WallTime kDeskNow = from_unix_ms(1'800'000'000'000);
using Arguments = std::map<std::string, std::string>;

class CommandDeskTest : public ::testing::Test {
 protected:
  static std::string id(Milliseconds from_now = Milliseconds(0), int number = 0) {
    return std::to_string(to_unix_ms(kDeskNow + from_now)) + "-" + std::to_string(number);
  }
  void give(const std::string& stream_id, const std::string& verb, Arguments arguments = {},
            record::Channel channel = record::Channel::kOperator) {
    desk_.take({stream_id, verb, std::move(arguments), kDeskNow, channel});
  }
  void give_pause(const std::string& stream_id) { give(stream_id, "pause", {{"owner", "ada"}, {"reason", "x"}}); }
  // Carries out what is ready; the verbs in order.
  std::vector<std::string> round() {
    std::vector<std::string> verbs;
    for (const CommandDesk::Ready& ready : desk_.round(kDeskNow)) {
      verbs.push_back(record::to_entry(ready.command).verb);
      desk_.answer(ready, record::done("ok"), kDeskNow);
    }
    return verbs;
  }
  const record::Answer* answer(const std::string& answer_id) const {
    for (const record::Answer& one : desk_.unwritten())
      if (one.id == answer_id) return &one;
    return nullptr;
  }

  CommandDesk desk_{"hotspotd@one:1"};
};

TEST_F(CommandDeskTest, AnswersEachOfSeveralOperatorsByTheIdOfTheirOwnCommand) {
  give(id(Milliseconds(0), 1), "reload");
  give(id(Milliseconds(0), 2), "dance");
  give(id(Milliseconds(0), 1), "reload", {}, record::Channel::kOperator);  // read again
  EXPECT_THAT(round(), ElementsAre("reload"));
  ASSERT_EQ(desk_.unwritten().size(), 2u);
  EXPECT_EQ(answer(id(Milliseconds(0), 1))->verdict.kind, AnswerKind::kDone);
  EXPECT_EQ(answer(id(Milliseconds(0), 2))->verdict, record::refused("unknown command 'dance'"));
  give(id(Milliseconds(0), 1), "reload");
  EXPECT_THAT(round(), IsEmpty()) << "what is settled is not carried out twice";
}

TEST_F(CommandDeskTest, AnIdOfTheFutureIsRefusedCountedSaidAndMovesNoPosition) {
  for (const char* future : {"4000000000000-0", "18446744073709551615-18446744073709551615"}) give(future, "reload");
  EXPECT_THAT(round(), IsEmpty());
  EXPECT_EQ(answer("4000000000000-0")->verdict.kind, AnswerKind::kOfTheFuture);
  EXPECT_EQ(desk_.counts().of_the_future, 2u);
  EXPECT_THAT(desk_.news(), ElementsAre(HasSubstr("'reload' of the stream commands is refused: its id 4000000000000-0 "
                                                  "is ahead of Redis' clock")));
  EXPECT_FALSE(desk_.durable().contains("last_command"));
  give_pause(id());
  EXPECT_THAT(round(), ElementsAre("pause"));
  EXPECT_EQ(desk_.durable().at("last_command"), id());
}

TEST_F(CommandDeskTest, APoisonedPositionOfBeforeIsNotBelieved) {
  for (const char* poison : {"4000000000000-0", "18446744073709551615-18446744073709551615", "junk"}) {
    CommandDesk desk("hotspotd@two:1");
    const record::Answer answered{id(Milliseconds(-5000)), "resume", record::done("ok"), kDeskNow, "hotspotd@one:1"};
    EXPECT_TRUE(desk.restore({{"last_command", poison}}, {answered}, kDeskNow));
    EXPECT_THAT(desk.news(), ElementsAre(HasSubstr("is not believed")));
    desk.take({id(Milliseconds(-5000)), "resume", {}, kDeskNow});
    desk.take({id(Milliseconds(-1000)), "pause", {{"owner", "ada"}, {"reason", "x"}}, kDeskNow});
    const auto ready = desk.round(kDeskNow);
    ASSERT_EQ(ready.size(), 1u) << poison << ": the answered one is not carried out again, the new one is";
    EXPECT_EQ(to_string(ready[0].stream_id), id(Milliseconds(-1000)));
  }
}

TEST_F(CommandDeskTest, APauseComesFirstBehindTwentyThousandOthers) {
  for (int i = 0; i < 20'000; ++i) give(id(Milliseconds(-1), i), "reload");
  give_pause(id());
  for (int i = 1; i < 20'000; ++i) give(id(Milliseconds(0), i), "cancel", {{"action", "a"}});
  const auto done = round();
  EXPECT_THAT(done, Contains("pause"));
  EXPECT_LE(done.size(), 300u) << "the work of a round is bounded";
  EXPECT_LE(desk_.unwritten().size(), record::kKeptAnswers) << "and so is what is remembered";
  EXPECT_EQ(answer(id())->verdict.kind, AnswerKind::kDone);
  const DeskCounts counts = desk_.counts();
  EXPECT_EQ(counts.carried_out + counts.too_many, 40'000u) << "nothing is forgotten";
  EXPECT_GT(counts.unanswered, 0u);
  EXPECT_THAT(desk_.news(), ElementsAre(HasSubstr("commands are refused: too many came at once")));
  EXPECT_THAT(round(), IsEmpty());
  give(id(Milliseconds(1)), "reload");
  EXPECT_THAT(round(), ElementsAre("reload")) << "a flood is over with its round";
}

TEST_F(CommandDeskTest, WhatIsRefusedForTheirNumberIsAnsweredSo) {
  for (int i = 0; i < 300; ++i) give(id(Milliseconds(0), i), "reload");
  EXPECT_EQ(round().size(), 100u);
  EXPECT_EQ(answer(id(Milliseconds(0), 299))->verdict.kind, AnswerKind::kTooMany);
}

TEST_F(CommandDeskTest, AnOlderResumeDoesNotLiftALaterPause) {
  give_pause(id(Milliseconds(0), 5));
  give(id(Milliseconds(0), 1), "resume", {{"owner", "bob"}});
  EXPECT_THAT(round(), ElementsAre("resume", "pause"));
}

TEST_F(CommandDeskTest, ManyBytesWaitOnlyAsIds) {
  for (int i = 0; i < 1000; ++i)
    give(id(Milliseconds(0), i), "drain", {{"node", std::string(15'000, 'n')}, {"owner", ""}});
  EXPECT_LE(round().size(), 100u);
  EXPECT_EQ(desk_.counts().refused + desk_.counts().too_many, 1000u);
}

TEST_F(CommandDeskTest, AModeThatActsIsTakenFromTheStreamOfAdminsAlone) {
  give(id(), "mode", {{"mode", "enforce"}});
  EXPECT_THAT(round(), IsEmpty());
  EXPECT_THAT(answer(id())->verdict.message, HasSubstr("needs the role admin"));
  give(id(Milliseconds(0), 1), "admit", {{"node", "h1"}, {"uri", "qemu+tls://h1/system"}});
  EXPECT_THAT(round(), IsEmpty());
  give(id(), "mode", {{"mode", "enforce"}}, record::Channel::kAdmin);
  give(id(Milliseconds(0), 1), "mode", {{"mode", "observe"}}, record::Channel::kAdmin);
  EXPECT_THAT(round(), ElementsAre("mode", "mode")) << "the positions of the two streams are two";
  EXPECT_EQ(answer("admin:" + id())->verdict.kind, AnswerKind::kDone);
  give(id(Milliseconds(0), 2), "drain", {{"node", "h1"}}, record::Channel::kAdmin);
  EXPECT_THAT(round(), IsEmpty());
}

TEST_F(CommandDeskTest, WhatNobodyLedToTakeInTimeIsRefusedAndSaysHowOldItIs) {
  give(id(-std::chrono::hours(1)), "reload");
  EXPECT_THAT(round(), IsEmpty());
  EXPECT_EQ(answer(id(-std::chrono::hours(1)))->verdict.kind, AnswerKind::kTooOld);
}

TEST_F(CommandDeskTest, TheClockThatIdsAreComparedWithIsRedisOwn) {
  // Ours is an hour behind: an operator's command is not of the future for that.
  ports::Command command{id(std::chrono::hours(1)), "reload", {}, kDeskNow};
  command.store_time = kDeskNow + std::chrono::hours(1);
  desk_.take(command);
  EXPECT_THAT(round(), ElementsAre("reload"));
}

TEST_F(CommandDeskTest, KeepsWhatItSettledItselfWhereTheStoreLostIt) {
  give_pause(id());
  ASSERT_THAT(round(), ElementsAre("pause"));
  EXPECT_FALSE(desk_.restore({}, {}, kDeskNow));
  EXPECT_EQ(desk_.durable().at("last_command"), id());
  EXPECT_TRUE(desk_.restore({{"last_command", id(Milliseconds(5))}}, {}, kDeskNow));
}

}  // namespace
}  // namespace hotspot::loop
