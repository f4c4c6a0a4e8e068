// However much fires at once: what one round does is bounded, and the lease is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/daemon/loop_stage.h"

namespace hotspot::daemon {
namespace {

constexpr const char* kManyHot = R"(groups:
- name: cpu
  rules:
  - hotspot: Hot
    expr: domain_cpu_ratio > 90%
    for: 1 of 1
    remedy: [scale_vcpus: {by: 1}]
)";

// A journal that takes its time for each decision.
class SlowJournal : public fakes::FakeJournal {
 public:
  SlowJournal(fakes::FakeStore& store, fakes::FakeClock& clock) : FakeJournal(store, clock), clock_(clock) {}
  Result<void, ports::WriteError> record_decision(std::int64_t token, const std::string& json) override {
    clock_.advance(takes);
    return FakeJournal::record_decision(token, json);
  }
  Milliseconds takes{0};

 private:
  fakes::FakeClock& clock_;
};

class Load : public LoopStage {
 protected:
  Load() {
    rules_text_ = kManyHot;
    config_.mode = rules::Mode::kRecommend;
    loop_ = make_loop("hotspotd@one:1", lease_);
  }

  void send_crowd(Loop& loop, int domains) {
    clock_.advance(kSecond);
    auto h1 = node("h1").at(clock_.now(), ++sequence_);
    for (int i = 0; i < domains; ++i) h1.with(domain("d" + std::to_string(i)).cpu(0.95));
    std::vector<ports::Arrival> arrivals;
    arrivals.push_back({h1, clock_.now()});
    loop.take(std::move(arrivals));
  }

  // It leads, and 300 hot domains wait to be decided upon; a hundred of these decisions are recorded in a round.
  std::unique_ptr<Loop> loop_with(SlowJournal& slow) {
    auto loop = std::make_unique<Loop>(
        LoopPorts{.hypervisor = hypervisor_, .journal = slow, .lease = lease_, .clock = clock_}, config_,
        "hotspotd@one:1",
        [this] {
          LoadedRules loaded;
          loaded.files = {{"rules.yaml", rules_text_}};
          loaded.checked = rules::check(loaded.files);
          return loaded;
        },
        [] {}, [this](LogLevel, const std::string& line) { log_.push_back(line); });
    admitting_.listen();
    EXPECT_TRUE(loop->start());
    admitting_.deliver(*loop, clock_.now());
    loop->tick();
    send_crowd(*loop, 300);
    return loop;
  }
};

TEST_F(Load, ThousandsOfHotDomainsAreDecidedUponSomeAtATimeAndAllInTheEnd) {
  loop_->tick();
  std::size_t before = 0;
  for (int round = 0; round < 22; ++round) {
    send_crowd(*loop_, 1000);
    loop_->tick();
    EXPECT_LE(store_.decisions.size(), before + 100) << "in round " << round;
    before = store_.decisions.size();
    if (round == 0) {
      EXPECT_EQ(status().at("postponed_decisions"), 412);
    }
  }
  EXPECT_EQ(store_.decisions.size(), 1000U) << "each once";
  clock_.advance(kSecond);
  loop_->tick();
  EXPECT_EQ(status().at("firing_count"), 1000);
  EXPECT_EQ(status().at("postponed_decisions"), 0);
  EXPECT_EQ(said("subjects of rules fire at once").size(), 1U) << ::testing::PrintToString(said("at once"));
}

TEST_F(Load, TheLeaseIsRenewedWhileARoundTakesLongerThanIt) {
  SlowJournal slow(store_, clock_);
  const auto loop = loop_with(slow);
  const std::int64_t token = store_.token;
  slow.takes = Milliseconds(250);
  const Milliseconds began = clock_.steady();
  loop->tick();
  EXPECT_GE(clock_.steady() - began, 2 * lease_.duration()) << "the round was long enough to lose it";
  EXPECT_EQ(store_.decisions.size(), 100U);
  slow.takes = Milliseconds(0);
  loop->tick();
  EXPECT_EQ(store_.token, token) << "one term";
  EXPECT_THAT(said("does not lead any more"), ::testing::IsEmpty());
}

TEST_F(Load, WithALeaseThatRanOutInTheMiddleOfARoundNothingMoreIsDecided) {
  SlowJournal slow(store_, clock_);
  const auto loop = loop_with(slow);
  slow.takes = lease_.duration() + kSecond;
  loop->tick();
  EXPECT_LE(store_.decisions.size(), 1U);
}

}  // namespace
}  // namespace hotspot::daemon
