#include "actuator/console/event_log.h"

#include <gtest/gtest.h>

#include "actuator/console/exchange.h"

namespace hotspot::console {
namespace {

TEST(EventLog, IsReadFromAnyPlaceThatIsKept) {
  EventLog log;
  const std::uint64_t begin = log.end();
  log.append("a");
  log.append("b");
  const auto first = log.at(begin);
  EXPECT_EQ(*first.text, "a");
  const auto second = log.at(first.next);
  EXPECT_EQ(*second.text, "b");
  EXPECT_EQ(log.at(second.next).text, nullptr);
  EXPECT_EQ(second.next, log.end());
}

TEST(EventLog, GoesOnAfterAnIdThatIsKept) {
  EventLog log({.most_events = 2, .most_bytes = 1000});
  for (const char* id : {"1", "2", "", "4"}) log.append("text", id);
  EXPECT_EQ(log.after_id("4"), log.end());
  EXPECT_FALSE(log.after_id("1")) << "it was let go";
  EXPECT_FALSE(log.after_id("")) << "the event without one";
  EXPECT_FALSE(log.after_id("9"));
}

TEST(EventLog, IsBoundedInNumberAndBytesAndSaysWhatWasLost) {
  EventLog log({.most_events = 10, .most_bytes = 100});
  const std::uint64_t begin = log.end();
  for (int i = 0; i < 11; ++i) log.append("x");
  EXPECT_TRUE(log.at(begin).lost);
  EXPECT_FALSE(log.at(begin + 1).lost);
  log.append(std::string(99, 'y'));
  EXPECT_EQ(log.at(begin).text->size(), 1u);
  EXPECT_EQ(log.at(begin).next, log.end() - 1);
}

TEST(EventText, IsOneMessageOfServerSentEvents) {
  EXPECT_EQ(event_text("action", "{}", "1-1/2-1"), "id: 1-1/2-1\nevent: action\ndata: {}\n\n");
  EXPECT_EQ(event_text("gap", "{}"), "event: gap\ndata: {}\n\n");
}

std::string all_of(OpenStream& stream, std::size_t most) {
  std::string all;
  std::string part(most, '\0');
  for (std::size_t n; (n = stream.take(part.data(), most)) > 0;) all.append(part, 0, n);
  return all;
}

TEST(OpenStream, SendsEveryEventWholeInPiecesOfAnySize) {
  EventLog log;
  for (int i = 0; i < 20; ++i) log.append("event " + std::to_string(i) + "\n");
  OpenStream small, large;
  small.events = large.events = &log;
  EXPECT_EQ(all_of(small, 3), all_of(large, 1000));
  EXPECT_FALSE(small.has_news());
  log.append("more");
  EXPECT_TRUE(small.has_news());
}

TEST(OpenStream, ThatFellBehindGetsAGapAndGoesOnWithWhatIsNew) {
  EventLog log({.most_events = 2, .most_bytes = 1000});
  OpenStream stream;
  stream.events = &log;
  for (int i = 0; i < 5; ++i) log.append("old");
  EXPECT_EQ(all_of(stream, 100), "event: gap\ndata: {}\n\n");
  log.append("new");
  EXPECT_EQ(all_of(stream, 100), "new");
}

}  // namespace
}  // namespace hotspot::console
