#include "actuator/record/decision_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace hotspot::record {
namespace {

using ::testing::HasSubstr;
using Kind = ChainBreakKind;

// Good enough a hash for what is checked here: 64 digits that differ with the text.
std::string hash_of(const std::string& text) {
  std::string hash;
  for (int part = 0; hash.size() < kHashDigits; ++part)
    for (std::size_t bits = std::hash<std::string>()(text + std::to_string(part)), i = 0; i < 16; ++i, bits >>= 4)
      hash += "0123456789abcdef"[bits & 15];
  return hash;
}

struct Entry {
  std::string id, decision;
  std::optional<std::string> previous;

  DecisionHead self() const {
    const auto before = decision_head_from_string(previous.value_or(""));
    return {before ? before->number + 1 : 0, hash_of(hashed_text(decision, previous.value_or("")))};
  }
};

class DecisionChainTest : public ::testing::Test {
 protected:
  static Entry after(const DecisionHead& before, const std::string& decision) {
    return {"1-" + decision, decision, to_string(before)};
  }
  void record(int count) {
    for (int i = 0; i < count; ++i) {
      all_.push_back(after(head_.value_or(DecisionHead{}), std::to_string(head_ ? head_->number + 1 : 1)));
      head_ = all_.back().self();
    }
  }
  // Of the decision with this number, in a chain that nothing was done to.
  std::vector<Entry>::iterator at(std::int64_t number) {
    return std::find_if(all_.begin(), all_.end(), [&](const Entry& one) { return one.self().number == number; });
  }
  void trim(std::int64_t count) {
    bounds_.anchor = at(count)->self();
    all_.erase(all_.begin(), at(count) + 1);
  }
  ChainReport check() const {
    DecisionChain chain(bounds_);
    for (const Entry& one : all_) {
      if (!chain.wants_more()) break;
      chain.add({one.id, one.previous, one.self().hash});
    }
    return chain.finish(head_);
  }
  void expect_whole() const {
    const auto report = check();
    EXPECT_FALSE(report.broken) << report.broken->sentence;
  }
  void expect_break(Kind kind, std::int64_t first, std::int64_t last, const std::string& part) const {
    const auto report = check();
    ASSERT_TRUE(report.broken) << "it holds";
    EXPECT_STREQ(to_string(report.broken->kind), to_string(kind)) << report.broken->sentence;
    EXPECT_EQ(report.broken->number, first) << report.broken->sentence;
    EXPECT_EQ(report.broken->last_number, last) << report.broken->sentence;
    EXPECT_THAT(report.broken->sentence, HasSubstr(part));
  }

  std::vector<Entry> all_;
  std::optional<DecisionHead> head_;
  ChainBounds bounds_;
};

TEST_F(DecisionChainTest, HoldsWhereNothingWasDoneToIt) {
  expect_whole();
  record(1);
  expect_whole();
  record(199);
  expect_whole();
  const auto report = check();
  EXPECT_EQ(report.checked, 200u);
  EXPECT_EQ(report.first, 1);
  EXPECT_EQ(report.head, head_);
}

TEST_F(DecisionChainTest, AChangedDecisionIsNamedWhereverItIs) {
  record(200);
  for (const std::int64_t number : {1, 2, 100, 199}) {
    const std::string before = std::exchange(at(number)->decision, "forged");
    expect_break(Kind::kChanged, number, number, "was changed: decision " + std::to_string(number + 1));
    at(number)->decision = before;
  }
  at(200)->decision = "forged";
  expect_break(Kind::kChanged, 200, 200, "the last one, was changed");
}

TEST_F(DecisionChainTest, OfTwoChangesTheFirstIsNamed) {
  record(200);
  at(50)->decision = at(150)->decision = "forged";
  expect_break(Kind::kChanged, 50, 50, "decision 50 (1-50) was changed");
}

TEST_F(DecisionChainTest, RemovedDecisionsAreNamedAtTheStartInTheMiddleAndAtTheEnd) {
  record(200);
  const auto whole = all_;
  all_.erase(at(1), at(4));
  expect_break(Kind::kRemoved, 1, 3, "decisions 1 to 3 are missing before decision 4");
  all_ = whole;
  all_.erase(at(7));
  expect_break(Kind::kRemoved, 7, 7, "decision 7 is missing before decision 8 (1-8), which comes after decision 6");
  all_ = whole;
  all_.erase(at(20), at(150));
  expect_break(Kind::kRemoved, 20, 149, "decisions 20 to 149 are missing");
  all_ = whole;
  all_.erase(at(199), all_.end());
  expect_break(Kind::kRemoved, 199, 200, "missing at the end, after decision 198");
  all_.clear();
  expect_break(Kind::kRemoved, 1, 200, "missing at the end");
}

TEST_F(DecisionChainTest, WhatIsInsertedIsNamed) {
  record(200);
  const auto whole = all_;
  all_.insert(at(101), after(at(100)->self(), "forged"));
  expect_break(Kind::kInserted, 101, 101, "(1-forged) was inserted");
  all_ = whole;
  all_.insert(at(102), after(at(100)->self(), "forged"));
  expect_break(Kind::kInserted, 101, 101, "(1-forged) after decision 101 (1-101) was inserted");
  all_ = whole;
  all_.insert(at(101), Entry(*at(20)));
  expect_break(Kind::kInserted, 20, 20, "decision 20 (1-20) after decision 100");
  all_ = whole;
  all_.insert(at(101), after({kMostDecisions, hash_of("x")}, "forged"));
  expect_break(Kind::kInserted, kMostDecisions + 1, kMostDecisions + 1, "was inserted");
  all_ = whole;
  all_.push_back(after(*head_, "forged"));
  expect_break(Kind::kInserted, 201, 201, "beyond the head");
  all_ = whole;
  all_.push_back(after({kMostDecisions, hash_of("x")}, "forged"));
  expect_break(Kind::kInserted, kMostDecisions + 1, kMostDecisions + 1, "the chain ends with decision 200");
  all_ = whole;
  all_.push_back(after(at(9)->self(), "forged"));
  expect_break(Kind::kInserted, 10, 10, "the chain has gone beyond that number");
}

TEST_F(DecisionChainTest, ReorderedDecisionsAreNamed) {
  record(200);
  std::iter_swap(at(100), at(101));
  expect_break(Kind::kReordered, 101, 100, "decision 101 (1-101) comes before decision 100 (1-100)");
  std::iter_swap(at(100), at(101));
  std::iter_swap(at(1), at(2));
  expect_break(Kind::kReordered, 2, 1, "reordered");
}

TEST_F(DecisionChainTest, AForgedLinkIsNamed) {
  record(200);
  at(100)->previous = "99:" + hash_of("forged");
  expect_break(Kind::kChanged, 100, 100, "decision 100 (1-100) was changed or inserted");
  all_[99].previous = to_string(DecisionHead{kMostDecisions, hash_of("forged")});
  expect_break(Kind::kChanged, 100, 100, "was changed or inserted");
  for (const char* nonsense : {"", "99", ":", "99:", "99:0", "-1:", "junk", "0:1"}) {
    all_[99].previous = nonsense;
    expect_break(Kind::kMalformed, 0, 0, "the entry 1-100 after decision 99");
  }
}

TEST_F(DecisionChainTest, ANewChainIsABreakAndSoIsAMissingHead) {
  record(20);
  const auto head = head_;
  head_.reset();
  expect_break(Kind::kNoHead, 0, 0, "has no head");
  record(20);
  expect_break(Kind::kNewChain, 1, 1, "a new chain begins with decision 1 (1-1) after decision 20");
  head_ = head;
  expect_break(Kind::kNewChain, 1, 1, "a new chain");
}

TEST_F(DecisionChainTest, AHeadThatWasSetBackIsAFork) {
  record(20);
  head_ = at(15)->self();
  expect_break(Kind::kInserted, 16, 20, "decisions 16 to 20 are beyond the head, which is decision 15");
  all_.push_back(after(*head_, "another 16"));
  head_ = all_.back().self();
  expect_break(Kind::kForked, 16, 16, "the chain goes on from decision 15 again");
}

TEST_F(DecisionChainTest, DecisionsOfVersionsBeforeMayPrecedeTheFirstOnly) {
  all_ = {{"0-1", "old", std::nullopt}, {"0-2", "old", std::nullopt}};
  expect_whole();
  EXPECT_EQ(check().older, 2u);
  record(10);
  expect_whole();
  EXPECT_EQ(check().checked, 10u);
  all_.insert(at(5), Entry{"0-9", "old", std::nullopt});
  expect_break(Kind::kUnlinked, 0, 0, "the entry 0-9 after decision 4 (1-4) has no hash of the one before");
  all_.erase(all_.begin() + 2, at(5));
  expect_break(Kind::kUnlinked, 0, 0, "the entry 0-1 has no hash of the one before, and decision 5");
}

TEST_F(DecisionChainTest, ATrimIsNoBreakAndWhatIsMissingBeyondItIs) {
  record(200);
  trim(50);
  expect_whole();
  EXPECT_EQ(check().first, 51);
  all_.erase(all_.begin());
  expect_break(Kind::kRemoved, 51, 51, "not by hotspotd to make room");
  bounds_.anchor->hash = hash_of("forged");
  all_.insert(all_.begin(), after({50, hash_of("x")}, "forged"));
  expect_break(Kind::kChanged, 50, 51, "does not follow decision 50 as it was");
  all_.clear();
  expect_break(Kind::kRemoved, 51, 200, "missing at the end");
  head_.reset();
  expect_break(Kind::kNoHead, 0, 0, "has no head");
}

TEST_F(DecisionChainTest, UpToTheAnchorSomeMayBeMissingButNoneMayBeChanged) {
  record(200);
  bounds_.anchor = at(100)->self();
  all_.erase(at(20), at(40));
  all_.erase(at(1), at(5));
  all_.erase(at(90), at(101));
  expect_whole();
  at(50)->decision = "forged";
  expect_break(Kind::kChanged, 50, 50, "decision 50 (1-50) was changed");
  all_.erase(all_.begin(), at(101));
  all_.front().previous = "100:" + hash_of("forged");
  expect_break(Kind::kChanged, 100, 101, "does not follow decision 100");
  all_.clear();
  head_ = bounds_.anchor;
  expect_whole();
}

TEST_F(DecisionChainTest, TheDecisionOfTheAnchorIsNotChangedEitherIfItIsThereStill) {
  record(200);
  bounds_.anchor = at(100)->self();
  expect_whole();
  at(100)->decision = "forged";
  expect_break(Kind::kChanged, 100, 100, "decision 100 (1-100) was changed: decision 101");
  all_.erase(at(101), all_.end());
  head_ = bounds_.anchor;
  expect_break(Kind::kChanged, 100, 100, "the last one, was changed");
}

TEST_F(DecisionChainTest, AHeadThatIsAskedAboutMustBeInTheChain) {
  record(200);
  for (const std::int64_t number : {1, 50, 200}) {
    bounds_.asked = at(number)->self();
    expect_whole();
    bounds_.asked->hash = hash_of("of another chain");
    expect_break(Kind::kOtherHead, number, number, "this is another chain");
  }
  bounds_.asked = DecisionHead{201, hash_of("x")};
  expect_break(Kind::kOtherHead, 201, 201, "is not there, the chain ends with 200");
  bounds_.asked = at(50)->self();
  const DecisionHead trimmed = at(49)->self();
  trim(50);
  expect_whole();
  EXPECT_FALSE(check().asked_is_trimmed) << "the anchor is compared";
  bounds_.asked = trimmed;
  expect_whole();
  EXPECT_TRUE(check().asked_is_trimmed);
  all_.clear(), head_.reset(), bounds_.anchor.reset();
  expect_break(Kind::kOtherHead, 49, 49, "the chain ends with 0");
}

TEST_F(DecisionChainTest, NothingThatIsDoneToOneEntryGoesUnnoticed) {
  record(70);
  const auto whole = all_;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const auto damaged = [&](const std::function<void()>& damage, const char* how) {
      all_ = whole;
      damage();
      const auto report = check();
      ASSERT_TRUE(report.broken) << how << " at " << i + 1;
      EXPECT_GE(report.checked + 2, i) << how << ": " << report.broken->sentence;
      EXPECT_LE(report.checked, i + 1) << how << ": " << report.broken->sentence;
    };
    const auto place = static_cast<std::ptrdiff_t>(i);
    damaged([&] { all_[i].decision += "x"; }, "changed");
    damaged([&] { all_[i].previous.reset(); }, "unlinked");
    damaged([&] { all_[i].previous = "nonsense"; }, "malformed");
    damaged([&] { all_.erase(all_.begin() + place); }, "removed");
    damaged([&] { all_.insert(all_.begin() + place, whole[i]); }, "twice");
    damaged([&] { all_.insert(all_.begin() + place, whole[69 - i == i ? 0 : 69 - i]); }, "copied");
    if (i > 0) damaged([&] { std::swap(all_[i], all_[i - 1]); }, "swapped");
  }
}

TEST(DecisionHead, IsReadStrictly) {
  const std::string hash(64, 'a');
  for (const DecisionHead& head : {DecisionHead{}, DecisionHead{1, hash}, DecisionHead{kMostDecisions, hash}})
    EXPECT_EQ(decision_head_from_string(to_string(head)), head);
  for (const std::string& wrong :
       {std::string(), std::string(":"), "1:" + std::string(63, 'a'), "1:" + std::string(65, 'a'),
        "1:" + std::string(64, 'A'), "01:" + hash, "-1:" + hash, "+1:" + hash, " 1:" + hash, "1: " + hash, "1" + hash,
        "1:" + hash + "\n", "1000000000000000:" + hash, "99999999999999999999999:" + hash, "0:" + hash, ":" + hash,
        std::string(1 << 20, '1')})
    EXPECT_FALSE(decision_head_from_string(wrong)) << wrong.substr(0, 100);
}

TEST(DecisionHead, TheHashedTextIsWhatRedisCliPrintsOfBothValues) {
  EXPECT_EQ(hashed_text("{}", "0:00"), "{}\n0:00\n");
}

}  // namespace
}  // namespace hotspot::record
