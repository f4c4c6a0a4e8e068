#include "actuator/console/idempotency.h"

#include <gtest/gtest.h>

namespace hotspot::console {
namespace {

constexpr Milliseconds kStart{1'000'000};

TEST(Idempotency, TheSameKeyAnswersTheSame) {
  Idempotency repeated;
  EXPECT_FALSE(repeated.begin({"ada", "k"}, "POST pause", kStart));
  EXPECT_EQ(repeated.begin({"ada", "k"}, "POST pause", kStart)->status, 409) << "it is under way";
  repeated.finish({"ada", "k"}, json_reply(200, "{\"id\":\"1\"}"));
  const auto again = repeated.begin({"ada", "k"}, "POST pause", kStart);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status, 200);
  EXPECT_EQ(*again->body, "{\"id\":\"1\"}");
}

TEST(Idempotency, AKeyIsForOneRequestOfOneUser) {
  Idempotency repeated;
  EXPECT_FALSE(repeated.begin({"ada", "k"}, "POST pause", kStart));
  EXPECT_EQ(repeated.begin({"ada", "k"}, "POST resume", kStart)->status, 422);
  EXPECT_FALSE(repeated.begin({"bob", "k"}, "POST resume", kStart));
}

TEST(Idempotency, WhatWasNotSentMayBeTriedAgainAndADayLaterAnything) {
  Idempotency repeated;
  EXPECT_FALSE(repeated.begin({"ada", "k"}, "POST pause", kStart));
  repeated.forget({"ada", "k"});
  EXPECT_FALSE(repeated.begin({"ada", "k"}, "POST pause", kStart));
  EXPECT_FALSE(repeated.begin({"ada", "k"}, "POST resume", kStart + std::chrono::hours(24)));
}

TEST(Idempotency, IsBoundedForEachUserAndInAll) {
  Idempotency repeated({.most_of_user = 10, .most = 25});
  for (int i = 0; i < 1000; ++i) {
    const std::string key = std::to_string(i);
    for (const char* user : {"ada", "bob", "eve", "mallory"}) {
      repeated.begin({user, key}, "x", kStart + Milliseconds(i));
      repeated.finish({user, key}, json_reply(200, ""));
    }
    EXPECT_LE(repeated.size(), 25u);
  }
  repeated = Idempotency({.most_of_user = 10, .most = 25});
  repeated.begin({"bob", "first"}, "x", kStart);
  for (int i = 0; i < 100; ++i) repeated.begin({"ada", std::to_string(i)}, "x", kStart + Milliseconds(i));
  EXPECT_TRUE(repeated.begin({"bob", "first"}, "x", kStart)) << "one user takes nobody else's place";
}

}  // namespace
}  // namespace hotspot::console
