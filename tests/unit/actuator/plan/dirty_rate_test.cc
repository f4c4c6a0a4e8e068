#include "actuator/plan/dirty_rate.h"

#include <gtest/gtest.h>

#include "telemetry/units.h"

namespace hotspot::plan {
namespace {

constexpr double kMiB = kMebibyte;
constexpr double kLink = 20 * kMiB;

TEST(DirtyRate, IsThatOfBothSamplesWhereTheGuestGoesOnToOtherPages) {
  const DirtyRate rate = dirty_rate_of({6 * kMiB, 1, 4}, DirtySample{9 * kMiB, 5, 1});
  EXPECT_DOUBLE_EQ(rate.bytes_per_second, (6 * 4 + 9 * 5) * kMiB / 9) << "each second counts the same";
  EXPECT_EQ(rate.seconds, 9);
  EXPECT_EQ(rate.writable_bytes, std::nullopt);
}

TEST(DirtyRate, IsTheBriefSamplesWhereTheLongerFoundTheSamePagesAgain) {
  const DirtyRate rate = dirty_rate_of({40 * kMiB, 1, 4}, DirtySample{7.5 * kMiB, 8, 1});
  EXPECT_EQ(rate.bytes_per_second, 40 * kMiB);
  EXPECT_EQ(rate.writable_bytes, 60 * kMiB) << "it writes no others";
  EXPECT_EQ(rate.seconds, 4);
  EXPECT_EQ(dirty_rate_of({30 * kMiB, 1, 4}, DirtySample{3 * kMiB, 8, 1}).writable_bytes, 30 * kMiB)
      << "no fewer than a brief sample saw";
}

TEST(DirtyRate, IsThatOfBothSamplesWhereTheLongerFoundLessByChanceOnly) {
  // 25 MiB are due, which are 12 pages among the samples; 15 MiB are 7.
  EXPECT_EQ(dirty_rate_of({5 * kMiB, 1, 4}, DirtySample{3 * kMiB, 5, 1}).writable_bytes, std::nullopt);
}

TEST(DirtyRate, IsSampledFurtherWhereTheEndOfWhatIsWrittenWasSeenInFewPages) {
  // 44 MiB are 22 pages among the samples: 60 MiB may be behind them.
  const DirtySample brief{40 * kMiB, 1, 4}, longer{5.5 * kMiB, 8, 1};
  const DirtySampling further = *further_sampling(brief, longer, {kLink, 6, 12});
  EXPECT_EQ(further.seconds, 8) << "as long again, so that they may be joined";
  EXPECT_EQ(further.times, 2) << "30 s in all, at most";
  const DirtySample all = joined(longer, {8.5 * kMiB, 8, 2});
  EXPECT_DOUBLE_EQ(*dirty_rate_of(brief, all).writable_bytes, (44 + 2 * 68) / 3.0 * kMiB) << "the mean of all";
  EXPECT_FALSE(further_sampling(brief, all, {kLink, 6, 28})) << "it ends";
}

TEST(DirtyRate, HasNoEndWhereThatMayBeByChanceInEitherOfTheSamples) {
  // 60 MiB at 6 MiB/s, as measured: 12 MiB in 3 s where 23 were due, and 16 in eight of 3 s where 27 were due.
  EXPECT_FALSE(dirty_rate_of({7.75 * kMiB, 1, 4}, DirtySample{4 * kMiB, 3, 2}).writable_bytes);
  EXPECT_FALSE(dirty_rate_of({9 * kMiB, 1, 4}, DirtySample{5.2 * kMiB, 3, 8}).writable_bytes)
      << "the longer ones saw 62 pages, the brief ones 18";
  EXPECT_TRUE(dirty_rate_of({9 * kMiB, 1, 12}, DirtySample{5.2 * kMiB, 3, 8}).writable_bytes);
}

TEST(DirtyRate, ThatMayHaveAnEndIsSampledAgainWhereFewerPagesWereSeen) {
  const DirtySample brief{7.75 * kMiB, 1, 4};
  const DirtySampling longer = *further_sampling(brief, DirtySample{4 * kMiB, 3, 2}, {kLink, 6, 10});
  EXPECT_EQ(longer.seconds, 3) << "12 pages, of 16";
  EXPECT_EQ(longer.times, 2) << "as many again";
  const DirtySampling shorter = *further_sampling(brief, DirtySample{4.5 * kMiB, 3, 4}, {kLink, 6, 16});
  EXPECT_EQ(shorter.seconds, 1) << "16 pages, of 27";
  EXPECT_EQ(shorter.times, 4);
  EXPECT_EQ(further_sampling(brief, DirtySample{4.5 * kMiB, 3, 4}, {kLink, 6, 28})->times, 2) << "30 s in all, at most";
  EXPECT_FALSE(further_sampling(brief, DirtySample{4 * kMiB, 3, 2}, {kLink, 6, 28}));
}

TEST(DirtyRate, JoinsASampleWithThoseThatAreAsLong) {
  DirtySample brief{6 * kMiB, 1, 4};
  std::optional<DirtySample> longer;
  add_sample({4 * kMiB, 3, 2}, brief, longer);
  add_sample({12 * kMiB, 1, 2}, brief, longer);
  EXPECT_EQ(brief.times, 6);
  EXPECT_DOUBLE_EQ(brief.bytes_per_second, 8 * kMiB);
  add_sample({1 * kMiB, 3, 1}, brief, longer);
  EXPECT_EQ(longer->times, 3);
  EXPECT_DOUBLE_EQ(longer->bytes_per_second, 3 * kMiB);
  add_sample({2 * kMiB, 12, 1}, brief, longer);
  EXPECT_EQ(longer->seconds, 12) << "a longer one takes the place of these";
  EXPECT_EQ(longer->times, 1);
}

TEST(DirtyRate, FindsASmallEndWithinItsTime) {
  // 10 MiB at 6 MiB/s.
  DirtySample brief{6 * kMiB, 1, 4};
  std::optional<DirtySample> longer;
  double spent = 4;
  while (const auto sampling = further_sampling(brief, longer, {kLink, 6, spent})) {
    spent += sampling->seconds * sampling->times;
    const DirtySample next{std::min(6.0, 10.0 / sampling->seconds) * kMiB, static_cast<double>(sampling->seconds),
                           sampling->times};
    add_sample(next, brief, longer);
  }
  EXPECT_NEAR(dirty_rate_of(brief, longer).writable_bytes.value_or(0) / kMiB, 10, 0.1);
}

TEST(DirtyRate, IsSampledForLongerWhereTheEndMayStillComeAndTheRoundsShrinkSlowly) {
  // 60 MiB at 14 MiB/s: 42 of them within 3 s.
  const DirtySampling longest = *further_sampling({14 * kMiB, 1, 4}, DirtySample{14 * kMiB, 3, 2}, {kLink, 6, 12});
  EXPECT_EQ(longest.seconds, 12) << "twice the first round";
  EXPECT_EQ(further_sampling({14 * kMiB, 1, 4}, DirtySample{14 * kMiB, 3, 2}, {kLink, 1, 12})->seconds, 8);
  EXPECT_EQ(further_sampling({14 * kMiB, 1, 4}, DirtySample{14 * kMiB, 8, 1}, {kLink, 100, 12})->seconds, 16);
  EXPECT_EQ(*dirty_rate_of({14 * kMiB, 1, 4}, DirtySample{7.5 * kMiB, 8, 1}).writable_bytes, 60 * kMiB);
  EXPECT_FALSE(further_sampling({14 * kMiB, 1, 4}, DirtySample{13.5 * kMiB, 12, 1}, {kLink, 6, 12})) << "there is none";
  EXPECT_FALSE(further_sampling({6 * kMiB, 1, 4}, DirtySample{6 * kMiB, 3, 2}, {kLink, 6, 12}))
      << "the rounds shrink quickly";
}

TEST(DirtyRate, IsSampledNoFurtherWhereThatTellsNothingNew) {
  EXPECT_FALSE(further_sampling({400 * kMiB, 1, 1}, DirtySample{75 * kMiB, 8, 1}, {kLink, 6, 12})) << "300 pages";
  EXPECT_FALSE(further_sampling({40 * kMiB, 1, 4}, DirtySample{0, 8, 1}, {kLink, 6, 12}));
}

TEST(DirtyRate, IsALeastOneWhereTheBriefSampleSawAllThatIsWritten) {
  // y = a x + y over 8 MiB, as measured: 8 MiB in a second, and no more in three.
  const DirtyRate rate = dirty_rate_of({8 * kMiB, 1, 4}, DirtySample{2.5 * kMiB, 3, 2});
  EXPECT_TRUE(rate.least);
  EXPECT_EQ(rate.writable_bytes, 8 * kMiB);
  EXPECT_TRUE(dirty_rate_of({6.5 * kMiB, 1, 8}, DirtySample{2.7 * kMiB, 3, 4}).least) << "26 pages and 16 by chance";
  EXPECT_FALSE(dirty_rate_of({6.5 * kMiB, 1, 4}, DirtySample{3 * kMiB, 3, 2}).least) << "13 and 9 may be no end at all";
  EXPECT_TRUE(further_sampling({6.5 * kMiB, 1, 4}, DirtySample{3 * kMiB, 3, 2}, {kLink, 6, 10}))
      << "so it is asked again";
  EXPECT_FALSE(dirty_rate_of({40 * kMiB, 1, 4}, DirtySample{7.5 * kMiB, 8, 1}).least) << "60 MiB at 40 MiB/s";
  EXPECT_FALSE(dirty_rate_of({40 * kMiB, 1, 4}, std::nullopt).least);
}

TEST(DirtyRate, NeedsNoLongerSampleWhereWhatIsWrittenInASecondFitsIntoTheDowntime) {
  EXPECT_FALSE(further_sampling({3 * kMiB, 1, 4}, {}, {kLink, 6, 4}));
  EXPECT_TRUE(further_sampling({4 * kMiB, 1, 4}, {}, {kLink, 6, 4}));
  const DirtyRate rate = dirty_rate_of({3 * kMiB, 1, 4}, std::nullopt);
  EXPECT_EQ(rate.bytes_per_second, 3 * kMiB);
  EXPECT_EQ(rate.writable_bytes, std::nullopt);
}

TEST(DirtyRate, OfLittleIsNotCutToNothingByALongSample) {
  const DirtySampling little = *further_sampling({6 * kMiB, 1, 4}, {}, {kLink, 6, 4});
  EXPECT_GE(6.0 / little.seconds, 2.0) << "libvirt tells whole MiB/s";
  EXPECT_GT(further_sampling({40 * kMiB, 1, 4}, {}, {kLink, 6, 4})->seconds, little.seconds);
}

TEST(DirtyRate, IsTheBriefSamplesWhereTheGuestWroteNothingInTheLongerOne) {
  const DirtyRate rate = dirty_rate_of({12 * kMiB, 1, 4}, DirtySample{0, 8, 1});
  EXPECT_EQ(rate.bytes_per_second, 12 * kMiB);
  EXPECT_EQ(rate.seconds, 4) << "the longer one is not counted";
  EXPECT_EQ(rate.writable_bytes, std::nullopt);
}

TEST(DirtyRate, IsSampledMoreOftenOfASmallGuestOfWhichQemuTakesFewPages) {
  EXPECT_GT(brief_sampling(256 * kMiB).times, brief_sampling(4096 * kMiB).times);
}

TEST(DirtyRate, ThatIsALeastOneIsThoughtNoHigherThanTheShareThatWasSeenAllows) {
  // 15 of 20 MiB within a second, of 30 and 100 pages.
  const DirtyRate rate = dirty_rate_of({15 * kMiB, 1, 4}, DirtySample{20 * kMiB / 3, 3, 10});
  ASSERT_TRUE(rate.least);
  EXPECT_NEAR(believed_dirty_rate(rate, {}, 1) / kMiB, 47, 1);
  EXPECT_NEAR(believed_dirty_rate(rate, {}, 0.1) / kMiB, 20, 1) << "a guest that is hardly busy";
  EXPECT_EQ(believed_dirty_rate(dirty_rate_of({8 * kMiB, 1, 4}, DirtySample{2.5 * kMiB, 3, 7}), {}, 0.9), 180 * kMiB);
}

TEST(DirtyRate, IsSampledFor30SecondsAtMost) {
  for (double brief_mib = 1; brief_mib < 60; ++brief_mib)
    for (double all_mib = 1; all_mib < 200; all_mib *= 1.3) {
      DirtySample brief{brief_mib * kMiB, 1, 4};
      std::optional<DirtySample> longer;
      double spent = 4;
      while (const auto sampling = further_sampling(brief, longer, {kLink, 100, spent})) {
        spent += sampling->seconds * sampling->times;
        const double rate = std::min(brief_mib, all_mib / sampling->seconds) * kMiB;
        const DirtySample next{rate, static_cast<double>(sampling->seconds), sampling->times};
        add_sample(next, brief, longer);
      }
      EXPECT_LE(spent, 30) << brief_mib << " of " << all_mib;
    }
}

TEST(DirtyRate, OfTheLastMigrationCountsWhereASampleAgreesWithIt) {
  // 8 MiB/s for 3 s are 12 pages among the samples: uncertain by 2.3 MiB/s.
  EXPECT_EQ(believed_dirty_rate({8 * kMiB, 3, {}}, 5 * kMiB, 1), 5 * kMiB);
  EXPECT_EQ(believed_dirty_rate({8 * kMiB, 3, {}}, 30 * kMiB, 1), 8 * kMiB) << "the guest does something else by now";
  EXPECT_EQ(believed_dirty_rate({8 * kMiB, 3, {}}, std::nullopt, 1), 8 * kMiB);
  EXPECT_EQ(believed_dirty_rate({0, 3, {}}, 0.1 * kMiB, 1), 0.1 * kMiB) << "less than a sample can see";
  EXPECT_EQ(believed_dirty_rate({0, 3, {}}, 30 * kMiB, 1), 0);
}

TEST(DirtyRate, ThatIsALeastOneIsThoughtHigherOfAGuestThatIsBusy) {
  const DirtyRate least{8 * kMiB, 4, 8 * kMiB, true};
  EXPECT_GT(believed_dirty_rate(least, 14 * kMiB, 0.9), 100 * kMiB);
  EXPECT_EQ(believed_dirty_rate(least, 14 * kMiB, 0), 8 * kMiB);
}

}  // namespace
}  // namespace hotspot::plan
