// However much fires at once: what one round does is bounded, and the lease is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/rules/files/check.h"
#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
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
    options_.mode = rules::Mode::kRecommend;
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
    auto loop = std::make_unique<Loop>(LoopPorts{.hypervisor = hypervisor_,
                                                 .make_actions = act::actions_in_threads(clock_, [] {}),
                                                 .journal = slow,
                                                 .lease = lease_,
                                                 .clock = clock_,
                                                 .load_rules = [this] { return load_rules(); }},
                                       options_, "hotspotd@one:1",
                                       [this](LogLevel, const std::string& line) { log_.push_back(line); });
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

// So many snapshots of a node, a second apart, that come all at once, as after an absence of Redis.
std::vector<ports::Arrival> backlog(const std::string& name, int count, WallTime from, std::uint64_t sequence,
                                    double cpu = 0.5) {
  std::vector<ports::Arrival> arrivals;
  for (int i = 1; i <= count; ++i)
    arrivals.push_back(
        {node(name).at(from + i * kSecond, sequence + static_cast<std::uint64_t>(i)).with(domain(name + "-a").cpu(cpu)),
         from + count * kSecond});
  return arrivals;
}

TEST_F(Load, OfOneNodesManySnapshotsARoundTakesInSomeAndAllInTheEndWhileOthersHaveTheirTurn) {
  loop_->tick();
  const auto samples = [&](const char* name) {
    const model::Node* found = loop_->intake().cluster().find_node(uuid_of(name));
    return found == nullptr ? 0 : found->samples;
  };
  const WallTime before = clock_.now();
  clock_.advance(100 * kSecond);
  store_.expires_at = clock_.steady() + 10 * kSecond;
  for (int i = 0; i < 2; ++i) loop_->tick();  // it leads again
  auto many = backlog("h1", 100, before, 10);
  for (ports::Arrival& arrival : backlog("h2", 2, clock_.now() - 2 * kSecond, 10)) many.push_back(std::move(arrival));
  loop_->take(std::move(many));
  EXPECT_LE(loop_->tick(), Milliseconds(1)) << "the rest is taken in at once";
  EXPECT_EQ(samples("h1"), 1 + IntakeBudget::kMostEvaluations);
  EXPECT_EQ(samples("h2"), 2U) << "it does not wait for h1";
  EXPECT_EQ(loop_->room().count, ArrivalQueue::kMostWaiting - 91);
  int rounds = 1;
  for (std::uint64_t seen = 0; samples("h1") < 100 && samples("h1") > seen; ++rounds) {
    seen = samples("h1");
    loop_->tick();
  }
  EXPECT_EQ(samples("h1"), 100U) << "nothing is lost";
  EXPECT_EQ(loop_->intake().counts().at("taken"), 102U);
  EXPECT_EQ(rounds, 12);
  EXPECT_GT(loop_->tick(), Milliseconds(1)) << "nothing waits any more";
}

TEST_F(Load, OneRoundTakesInSoManyDomains) {
  for (int i = 0; i < 70; ++i) admit("n" + std::to_string(i));
  loop_ = make_loop("hotspotd@one:1", lease_);
  loop_->tick();
  clock_.advance(kSecond);
  std::vector<ports::Arrival> arrivals;
  for (int i = 0; i < 70; ++i) {
    const std::string name = "n" + std::to_string(i);
    auto sent = node(name).at(clock_.now(), 1);
    for (int d = 0; d < 1000; ++d) sent.with(domain(name + "-" + std::to_string(d)).cpu(0.1));
    arrivals.push_back({sent, clock_.now()});
  }
  loop_->take(std::move(arrivals));
  EXPECT_EQ(loop_->intake().cluster().nodes().size(), IntakeBudget::kMostDomains / 1000);
  loop_->tick();
  loop_->tick();
  EXPECT_EQ(loop_->intake().cluster().nodes().size(), 70U);
}

TEST_F(Load, TheRulesSeeEachSnapshotOfANodeThoughTheyCameInMessagesOfTheirOwn) {
  rules_text_ = std::string(kManyHot);
  rules_text_.replace(rules_text_.find("1 of 1"), 6, "3 of 3");
  loop_ = make_loop("hotspotd@one:1", lease_);
  loop_->tick();
  clock_.advance(3 * kSecond);
  for (ports::Arrival& arrival : backlog("h1", 3, clock_.now() - 3 * kSecond, 10, 0.95)) {
    std::vector<ports::Arrival> one;
    one.push_back(std::move(arrival));
    loop_->take(std::move(one));
  }
  loop_->tick();
  EXPECT_EQ(status().at("firing_count"), 1) << status().at("firings");
}

TEST_F(Load, WhatANodeSentIsNotTakenInOnceTheNodeWasForgotten) {
  loop_->tick();
  hypervisor_.set_identity(uuid_of("h5"), {uuid_of("h5"), "h5", 4, 8 * kGibibyte});
  loop_->take(backlog("h5", 1, clock_.now() - kSecond, 1));
  const auto ask = [&](const std::string& verb, std::map<std::string, std::string> arguments) {
    const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-1";
    loop_->take(ports::Command{id, verb, std::move(arguments), clock_.now(), record::Channel::kAdmin});
    loop_->tick();
    admitting_.deliver(*loop_, clock_.now());
    return store_.answers.at("admin:" + id).verdict.message;
  };
  clock_.advance(50 * kSecond);
  store_.expires_at = clock_.steady() + 10 * kSecond;
  for (int i = 0; i < 2; ++i) loop_->tick();  // it leads again
  const std::string admitted = ask("admit", {{"node", "h5"}, {"uri", "qemu+tcp://h5/system"}, {"owner", "ada"}});
  loop_->take(backlog("h5", 49, clock_.now() - 49 * kSecond, 10));
  ASSERT_NE(loop_->intake().cluster().find_node(uuid_of("h5")), nullptr) << admitted;
  ASSERT_LT(loop_->room().count, ArrivalQueue::kMostWaiting) << "some wait";
  clock_.advance(kSecond);
  const std::string forgotten = ask("forget", {{"node", "h5"}, {"owner", "ada"}});
  for (int i = 0; i < 10; ++i) loop_->tick();
  EXPECT_EQ(loop_->room().count, ArrivalQueue::kMostWaiting);
  EXPECT_EQ(loop_->intake().cluster().find_node(uuid_of("h5")), nullptr) << forgotten;
}

TEST_F(Load, WithALeaseThatRanOutInTheMiddleOfARoundNothingMoreIsDecided) {
  SlowJournal slow(store_, clock_);
  const auto loop = loop_with(slow);
  slow.takes = lease_.duration() + kSecond;
  loop->tick();
  EXPECT_LE(store_.decisions.size(), 1U);
}

}  // namespace
}  // namespace hotspot::loop
