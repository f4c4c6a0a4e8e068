// Who leads which of several clusters, when daemons come, go and share out; and how soon.
#include "actuator/loop/leadership.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_lease.h"

namespace hotspot::loop {
namespace {

constexpr Milliseconds kLease{8000};
constexpr Milliseconds kStep{50};

// Daemons with a lease each on every cluster, driven in small steps of time.
class LeadershipTest : public ::testing::Test {
 protected:
  struct Daemon {
    Daemon(const std::string& name, std::vector<fakes::FakeStore>& stores, const ports::Clock& clock)
        : spread(name, kLease) {
      for (std::size_t c = 0; c < stores.size(); ++c) {
        leases.push_back(std::make_unique<fakes::FakeLease>(stores[c], clock, name, kLease));
        leads.push_back(std::make_unique<Leadership>(*leases.back(), clock, &spread, "c" + std::to_string(c)));
      }
    }
    Spread spread;
    std::vector<std::unique_ptr<fakes::FakeLease>> leases;
    std::vector<std::unique_ptr<Leadership>> leads;
  };
  Daemon& join(const std::string& name) {
    daemons_.push_back(std::make_unique<Daemon>(name, stores_, clock_));
    return *daemons_.back();
  }
  void pass(Milliseconds time) {
    for (Milliseconds passed{0}; passed < time; passed += kStep) {
      clock_.advance(kStep);
      for (const auto& daemon : daemons_) {
        for (const auto& one : daemon->leads) {
          if (one->due_in() <= Milliseconds(1)) (void)one->update();
          if (!one->heir().empty()) one->hand_over();
        }
      }
    }
  }
  std::vector<int> led() const {
    std::vector<int> counts;
    for (const auto& daemon : daemons_) {
      int count = 0;
      for (const auto& one : daemon->leads) count += one->leads() ? 1 : 0;
      counts.push_back(count);
    }
    return counts;
  }
  int led_in_all() const {
    int all = 0;
    for (const int count : led()) all += count;
    return all;
  }

  fakes::FakeClock clock_{from_unix_ms(0)};
  std::vector<fakes::FakeStore> stores_{6};
  std::vector<std::unique_ptr<Daemon>> daemons_;
};

TEST_F(LeadershipTest, OneAloneLeadsAllOfThem) {
  join("a");
  pass(kStep);
  EXPECT_EQ(led(), (std::vector{6}));
}

TEST_F(LeadershipTest, ANewcomerGetsItsShareOneAfterTheOther) {
  join("a");
  pass(kLease);
  join("b");
  pass(2 * kLease);
  EXPECT_LE(led()[1], 2) << "no storm";
  pass(8 * kLease);
  EXPECT_EQ(led(), (std::vector{3, 3}));
  join("c");
  pass(8 * kLease);
  EXPECT_EQ(led(), (std::vector{2, 2, 2}));
}

TEST_F(LeadershipTest, AllThatADeadOneLedAreLedWithinTenSeconds) {
  for (const char* name : {"a", "b", "c"}) join(name);
  pass(20 * kLease);
  ASSERT_EQ(led(), (std::vector{2, 2, 2}));
  daemons_.erase(daemons_.begin());  // without a word
  pass(Milliseconds(9900));
  EXPECT_EQ(led_in_all(), 6);
  EXPECT_EQ(led(), (std::vector{3, 3})) << "and evenly";
}

TEST_F(LeadershipTest, AHandedOverClusterIsLedAgainSoonAlsoIfTheHeirDies) {
  join("a");
  pass(kLease);
  join("b");
  pass(4 * kLease);
  daemons_.pop_back();
  pass(Milliseconds(9900) + kLease);
  EXPECT_EQ(led(), (std::vector{6}));
}

TEST_F(LeadershipTest, AStoreThatIsAwayCostsItsOwnClusterAlone) {
  join("a");
  pass(kLease);
  stores_[2].reachable = false;
  pass(2 * kLease);
  EXPECT_EQ(led(), (std::vector{5}));
  stores_[2].reachable = true;
  pass(kLease);
  EXPECT_EQ(led(), (std::vector{6}));
}

TEST_F(LeadershipTest, AStoreThatIsAwayForLessThanTheLeaseCostsNoLead) {
  join("a");
  pass(kLease);
  join("b");
  pass(8 * kLease);
  const auto before = led();
  ASSERT_EQ(before, (std::vector{3, 3}));
  for (auto& store : stores_) store.reachable = false;
  pass(Milliseconds(5000));
  EXPECT_EQ(led(), before) << "by the leases that they still hold";
  for (auto& store : stores_) store.reachable = true;
  pass(Milliseconds(400));
  std::vector<std::int64_t> tokens;
  for (const auto& store : stores_) tokens.push_back(store.token);
  pass(2 * kLease);
  EXPECT_EQ(led(), before);
  for (std::size_t c = 0; c < stores_.size(); ++c) EXPECT_EQ(stores_[c].token, tokens[c]) << "no new term in " << c;
}

TEST_F(LeadershipTest, AStoreThatWasEmptiedCostsNoLeadAndGivesNoNewToken) {
  join("a");
  pass(kLease);
  join("b");
  pass(8 * kLease);
  const auto before = led();
  std::vector<std::int64_t> tokens;
  for (auto& store : stores_) {
    tokens.push_back(store.token);
    store.lose_everything();
  }
  pass(2 * kLease);
  EXPECT_EQ(led(), before);
  for (std::size_t c = 0; c < stores_.size(); ++c) EXPECT_EQ(stores_[c].token, tokens[c]) << "of store " << c;
}

TEST_F(LeadershipTest, WhoStoodByTakesAnEmptiedStoreOnceTheLeaseThatItKnewOfHasRunOut) {
  join("a");
  pass(kLease);
  join("b");
  pass(Milliseconds(2000));
  daemons_.erase(daemons_.begin());  // without a word
  for (auto& store : stores_) store.lose_everything();
  pass(Milliseconds(9900));
  EXPECT_EQ(led(), (std::vector{6}));
}

TEST_F(LeadershipTest, ALeaseThatWasGivenBackIsTakenAtOnce) {
  join("a");
  pass(kLease);
  join("b");
  pass(Milliseconds(1000));
  ASSERT_EQ(led(), (std::vector{6, 0}));
  for (const auto& one : daemons_.front()->leads) one->release();
  daemons_.erase(daemons_.begin());
  pass(Milliseconds(3000));
  EXPECT_EQ(led(), (std::vector{6}));
}

}  // namespace
}  // namespace hotspot::loop
