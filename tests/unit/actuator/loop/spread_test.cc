// Many clusters spread over several hotspotd: who hands over what to whom, and that it ends.
#include "actuator/loop/spread.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace hotspot::loop {
namespace {

constexpr Milliseconds kSpreadLease{8000};
constexpr Milliseconds kRound{2666};  // between two renewals

// Daemons that all know all clusters, in rounds of renewals. What they hear of each other is of the round before.
class Daemons {
 public:
  Daemons(int count, int clusters) : owner_(static_cast<std::size_t>(clusters), -1) {
    for (int i = 0; i < count; ++i) join();
  }
  void join() {
    const std::string name = "d" + std::to_string(all_.size());
    all_.push_back({name, std::make_unique<Spread>(name, kSpreadLease), true, 0});
  }
  void die(std::size_t daemon) {
    all_[daemon].alive = false;
    for (int& owner : owner_) {
      if (owner == static_cast<int>(daemon)) owner = -1;
    }
  }
  void give_all_to(std::size_t daemon) {
    for (std::size_t c = 0; c < owner_.size(); ++c) take(daemon, c);
  }
  // Returns how many clusters changed hands.
  int round() {
    now_ += kRound;
    int handed = 0;
    const auto members = heard();
    for (std::size_t d = 0; d < all_.size(); ++d) {
      if (!all_[d].alive) continue;
      for (std::size_t c = 0; c < owner_.size(); ++c) {
        Spread& spread = *all_[d].spread;
        spread.saw(name(c), members, now_);
        if (owner_[c] == -1 && !spread.hesitates(name(c))) take(d, c);
        if (owner_[c] != static_cast<int>(d) || spread.heir(name(c), now_).empty()) continue;
        const std::string heir = spread.heir(name(c), now_);
        spread.handed_over(name(c), now_);
        const auto to = std::find_if(all_.begin(), all_.end(), [&](const One& one) { return one.name == heir; });
        take(static_cast<std::size_t>(to - all_.begin()), c);
        ++handed;
      }
    }
    for (One& one : all_) one.announced = one.spread->led();
    return handed;
  }
  std::vector<int> led() const {
    std::vector<int> counts;
    for (std::size_t d = 0; d < all_.size(); ++d) {
      if (all_[d].alive)
        counts.push_back(static_cast<int>(std::count(owner_.begin(), owner_.end(), static_cast<int>(d))));
    }
    std::sort(counts.begin(), counts.end());
    return counts;
  }

 private:
  struct One {
    std::string name;
    std::unique_ptr<Spread> spread;
    bool alive = true;
    int announced = 0;
  };
  static std::string name(std::size_t cluster) { return "c" + std::to_string(cluster); }
  void take(std::size_t daemon, std::size_t cluster) {
    owner_[cluster] = static_cast<int>(daemon);
    all_[daemon].spread->leads(name(cluster));
  }
  std::vector<ports::Member> heard() const {
    std::vector<ports::Member> members;
    for (const One& one : all_) {
      if (one.alive) members.push_back({one.name, one.announced});
    }
    return members;
  }
  std::vector<One> all_;
  std::vector<int> owner_;  // daemon of each cluster; -1: free
  Milliseconds now_{0};
};

TEST(Spread, SharesOutWhatOneHadTakenAlone) {
  Daemons daemons(3, 10);
  daemons.give_all_to(1);
  for (int i = 0; i < 60; ++i) daemons.round();
  EXPECT_EQ(daemons.led(), (std::vector{3, 3, 4}));
}

TEST(Spread, GivesANewcomerItsShareWithoutAStormAndThenRests) {
  Daemons daemons(4, 20);
  for (int i = 0; i < 200; ++i) daemons.round();
  ASSERT_EQ(daemons.led(), (std::vector{5, 5, 5, 5}));
  daemons.join();
  int handed = 0, most = 0;
  for (int i = 0; i < 60; ++i) {
    const int now = daemons.round();
    handed += now;
    most = std::max(most, now);
  }
  EXPECT_EQ(daemons.led(), (std::vector{4, 4, 4, 4, 4}));
  EXPECT_LE(most, 1) << "one at a time";
  EXPECT_EQ(handed, 4) << "no more than its share";
  for (int i = 0; i < 60; ++i) EXPECT_EQ(daemons.round(), 0);
}

TEST(Spread, SharesOutWhatADeadOneLed) {
  Daemons daemons(3, 12);
  for (int i = 0; i < 200; ++i) daemons.round();
  ASSERT_EQ(daemons.led(), (std::vector{4, 4, 4}));
  daemons.die(0);
  for (int i = 0; i < 3; ++i) daemons.round();
  EXPECT_EQ(daemons.led(), (std::vector{6, 6})) << "at once, and evenly";
}

TEST(Spread, LeavesASingleClusterWhereItIs) {
  Daemons daemons(3, 1);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(daemons.round(), 0);
  EXPECT_EQ(daemons.led(), (std::vector{0, 0, 1}));
}

}  // namespace
}  // namespace hotspot::loop
