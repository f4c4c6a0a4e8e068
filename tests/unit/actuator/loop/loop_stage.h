// A daemon with everything around it faked, for tests of whole rounds.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "actuator/act/action_threads.h"
#include "actuator/loop/loop.h"
#include "actuator/rules/files/check.h"
#include "tests/support/build_cluster.h"
#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_hypervisor.h"
#include "tests/support/fakes/fake_journal.h"
#include "tests/support/fakes/fake_lease.h"
#include "tests/support/fakes/fake_registry.h"
#include "tests/support/wait.h"
#include "tests/unit/actuator/loop/admitting.h"

namespace hotspot::loop {

using hotspot::testing::domain;
using hotspot::testing::kNow;
using hotspot::testing::node;
using hotspot::testing::uuid_of;
using hotspot::testing::wait_for;

inline constexpr Milliseconds kSecond{1000};

inline constexpr const char* kCpuRule = R"(groups:
- name: cpu
  rules:
  - hotspot: DomainCpuHot
    expr: domain_cpu_ratio > 90%
    for: 2 of 3
    remedy:
    - scale_vcpus: {by: 1}
    - migrate
    cooldown: 1m
)";

// A daemon with everything around it faked, and a world of two nodes with one domain.
class LoopStage : public ::testing::Test {
 protected:
  LoopStage() {
    options_.cluster = "test";
    options_.mode = rules::Mode::kEnforce;
    options_.limits.settle_samples = 1;
    hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts(1));
    for (const char* name : {"h1", "h2"}) admit(name);
    loop_ = make_loop("hotspotd@one:1", lease_);
  }

  static ports::DomainFacts facts(int vcpus) {
    return {.state = telemetry::DomainState::kRunning,
            .vcpus = vcpus,
            .vcpus_max = 4,
            .balloon_bytes = 512 * kMebibyte,
            .balloon_max_bytes = kGibibyte};
  }

  void admit(const std::string& name) { admitting_.admit(name, options_); }

  LoadedRules load_rules() const {
    LoadedRules loaded;
    loaded.files = {{"rules.yaml", rules_text_}};
    loaded.checked = rules::check(loaded.files);
    return loaded;
  }

  std::unique_ptr<Loop> make_loop(const std::string& holder, ports::Lease& lease, bool rules_are_right = true) {
    auto loop = std::make_unique<Loop>(LoopPorts{.hypervisor = hypervisor_,
                                                 .make_actions = make_actions_,
                                                 .journal = journal_,
                                                 .lease = lease,
                                                 .clock = clock_,
                                                 .load_rules = [this] { return load_rules(); },
                                                 .ask_history = ask_history_,
                                                 .spread = nullptr,
                                                 .registry = &registry_,
                                                 .registry_copy = &registry_copy_,
                                                 .streams = streams_,
                                                 .meter = meter_,
                                                 .events = events_},
                                       options_, holder, [this](LogLevel level, const std::string& line) {
                                         log_.push_back(line);
                                         if (level != LogLevel::kDebug) shown_.push_back(line);
                                       });
    admitting_.listen();
    EXPECT_EQ(loop->start(), rules_are_right) << (log_.empty() ? "" : log_.back());
    admitting_.deliver(*loop, clock_.now());
    return loop;
  }

  // A snapshot of each node a second later, which the loop has not looked at yet.
  void send(double domain_cpu, int vcpus = 1, double node_cpu = 0.3) {
    clock_.advance(kSecond);
    ++sequence_;
    std::vector<ports::Arrival> arrivals;
    arrivals.push_back(
        {node("h1").cpu(node_cpu).at(clock_.now(), sequence_).with(domain("a").cpu(domain_cpu).vcpus(vcpus, 4)),
         clock_.now()});
    arrivals.push_back({node("h2").at(clock_.now(), sequence_), clock_.now()});
    admitting_.deliver(*loop_, clock_.now());
    loop_->take(std::move(arrivals));
  }

  // One second later both nodes send a snapshot; the domain is as hot as said.
  void second(double domain_cpu, int vcpus = 1, double node_cpu = 0.3) {
    send(domain_cpu, vcpus, node_cpu);
    loop_->tick();
  }

  std::vector<std::string> journal() const {
    std::vector<std::string> lines;
    for (const ports::JournalEntry& entry : store_.entries) {
      if (entry.state == model::ActionState::kProgress) continue;
      lines.push_back(std::string(model::to_string(entry.state)) + " " + model::describe(entry.action.step));
    }
    return lines;
  }

  // What was said of it, in the order of the log.
  std::vector<std::string> said(const std::string& part) const {
    std::vector<std::string> lines;
    std::copy_if(log_.begin(), log_.end(), std::back_inserter(lines),
                 [&](const std::string& line) { return line.find(part) != std::string::npos; });
    return lines;
  }

  // Workers run in threads of their own: rounds without news until the journal says so.
  bool journal_reaches(const std::string& line) {
    return wait_for([&] {
      loop_->tick();
      const auto lines = journal();
      return std::find(lines.begin(), lines.end(), line) != lines.end();
    });
  }

  void hold(const std::string& on, const std::string& name) {
    const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-0";
    loop_->take(ports::Command{
        id, "hold_add", {{"on", on}, {"name", name}, {"owner", "ada"}, {"reason", "backup"}}, clock_.now()});
    second(0.2);
  }

  // A command of an operator, taken in the next round; its id.
  std::string give(const std::string& verb, std::map<std::string, std::string> arguments) {
    const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-" + std::to_string(++commands_);
    loop_->take(ports::Command{id, verb, std::move(arguments), clock_.now()});
    return id;
  }
  record::Verdict said_to(const std::string& id) {
    loop_->tick();
    return store_.answers.contains(id) ? store_.answers.at(id).verdict : record::refused("no answer");
  }

  nlohmann::json status() { return nlohmann::json::parse(store_.state.at("status")); }

  fakes::FakeClock clock_{kNow};
  fakes::FakeStore store_;
  fakes::FakeHypervisor hypervisor_;
  Admitting admitting_{hypervisor_};
  fakes::FakeJournal journal_{store_, clock_};
  fakes::FakeRegistry registry_{store_, clock_};
  fakes::FakeRegistryCopy registry_copy_;
  fakes::FakeLease lease_{store_, clock_, "hotspotd@one:1"};
  Options options_;
  act::MakeActions make_actions_ = act::actions_in_threads(clock_, [] {});
  std::function<void(HistoryRequest)> ask_history_;
  ports::StreamCare* streams_ = nullptr;
  ports::StoreMeter* meter_ = nullptr;
  ports::EventWriter* events_ = nullptr;
  std::string rules_text_ = kCpuRule;
  std::vector<std::string> log_;
  std::vector<std::string> shown_;  // of it, what is not debug
  std::uint64_t sequence_ = 0;
  int commands_ = 0;
  std::unique_ptr<Loop> loop_;
};

}  // namespace hotspot::loop
