// An executor with everything around it faked, for tests: nodes h1 and h2, domain "a" with 1 of 4 vCPUs on h1.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actuator/act/action_threads.h"
#include "actuator/act/executor.h"
#include "tests/support/build_cluster.h"
#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_hypervisor.h"
#include "tests/support/fakes/fake_journal.h"
#include "tests/support/fakes/fake_lease.h"
#include "tests/support/wait.h"

namespace hotspot::act {

using hotspot::testing::cluster_of;
using hotspot::testing::domain;
using hotspot::testing::kNow;
using hotspot::testing::node;
using hotspot::testing::uuid_of;
using hotspot::testing::wait_for;

inline ports::DomainFacts facts_with(int vcpus, std::int64_t balloon = 512 * kMebibyte) {
  return {.state = telemetry::DomainState::kRunning,
          .vcpus = vcpus,
          .vcpus_max = 4,
          .balloon_bytes = balloon,
          .balloon_max_bytes = kGibibyte};
}

inline model::Action action_of(model::Step step, const std::string& name = "a", const std::string& on = "h1") {
  model::Action action;
  action.id = "action-" + name;
  action.domain_uuid = uuid_of(name);
  action.domain_name = name;
  action.node_uuid = uuid_of(on);
  action.node_name = on;
  action.node_uri = "qemu+tcp://" + on + "/system";
  action.step = std::move(step);
  action.rule = "DomainCpuHot";
  return action;
}

inline model::MigrateTo migrate_to(const std::string& name) {
  return {uuid_of(name), name, "qemu+tcp://" + name + "/system"};
}

// A hypervisor that lets a test do something while it looks.
class WatchedHypervisor : public fakes::FakeHypervisor {
 public:
  std::function<void()> during_look;
  Result<ports::DomainFacts, ports::CallError> look(const ports::NodeAddress& at, const std::string& uuid) override {
    if (during_look) during_look();
    return FakeHypervisor::look(at, uuid);
  }
};

// Notes how many calls libvirt had seen when each entry was written.
class WatchedJournal : public fakes::FakeJournal {
 public:
  WatchedJournal(fakes::FakeStore& store, const ports::Clock& clock, const fakes::FakeHypervisor& hypervisor)
      : FakeJournal(store, clock), hypervisor_(hypervisor) {}
  std::vector<std::size_t> calls_before;
  Result<void, ports::WriteError> append(const ports::JournalEntry& entry) override {
    calls_before.push_back(hypervisor_.calls().size());
    return FakeJournal::append(entry);
  }

 private:
  const fakes::FakeHypervisor& hypervisor_;
};

// The executor may leave a worker behind, which needs clock and hypervisor as long as the process lives.
template <typename T>
T& keep(std::unique_ptr<T> thing) {
  static auto& kept = *new std::vector<std::unique_ptr<T>>;
  kept.push_back(std::move(thing));
  return *kept.back();
}

class Stage : public ::testing::Test {
 protected:
  Stage() {
    hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts_with(1));
    token_ = lease_.acquire_or_renew()->token;
    make_executor();
  }
  ~Stage() override {
    for (const char* name : {"h1", "h2"}) hypervisor_.mend_node(uuid_of(name));
    hypervisor_.let_migrations_go();
    executor_.reset();
  }

  void make_executor() {
    executor_ =
        std::make_unique<Executor>(std::make_unique<ActionThreads>(hypervisor_, clock_, options_, [this] { ++wakes_; }),
                                   journal_, clock_, options_);
  }

  // The next snapshots of both nodes, taken a second later, with the domain where and as it is said to be.
  void snapshots(const std::string& host, const telemetry::DomainSample& sample) {
    clock_.advance(Milliseconds(1000));
    ++sequence_;
    for (const std::string name : {"h1", "h2"}) {
      auto next = node(name).at(clock_.now(), sequence_);
      if (name == host) next.with(sample);
      cluster_.apply(next, clock_.now());
    }
  }

  // "intent vCPUs 1 → 2", with the message if there is one; progress of migrations is left out.
  std::vector<std::string> journal() const {
    std::vector<std::string> lines;
    for (const ports::JournalEntry& entry : store_.entries) {
      if (entry.state == model::ActionState::kProgress && entry.message.empty()) continue;
      lines.push_back(std::string(model::to_string(entry.state)) + (entry.message.empty() ? "" : ": " + entry.message));
    }
    return lines;
  }
  std::string shown() const {
    std::string text = "journal:\n";
    for (const std::string& line : journal()) text += "  " + line + "\n";
    text += "calls:\n";
    for (const std::string& call : hypervisor_.calls()) text += "  " + call + "\n";
    return text;
  }

  // Workers run in threads of their own: rounds without news until the condition holds.
  template <typename Condition>
  bool advance_until(Condition condition) {
    return wait_for([&] {
      executor_->advance(cluster_, token_);
      return condition();
    });
  }
  bool reaches(model::ActionState state, const std::string& action_id = "action-a") {
    return advance_until([&] {
      return std::any_of(store_.entries.begin(), store_.entries.end(),
                         [&](const auto& e) { return e.state == state && e.action.id == action_id; });
    });
  }
  bool begin(const model::Action& action) { return executor_->begin(action, token_).ok(); }
  // Calls that change something.
  std::vector<std::string> changes() const {
    std::vector<std::string> all = hypervisor_.calls();
    std::erase_if(all, [](const std::string& call) { return call.starts_with("look "); });
    return all;
  }

  fakes::FakeClock& clock_ = keep(std::make_unique<fakes::FakeClock>(kNow));
  fakes::FakeStore store_;
  WatchedHypervisor& hypervisor_ = keep(std::make_unique<WatchedHypervisor>());
  WatchedJournal journal_{store_, clock_, hypervisor_};
  fakes::FakeLease lease_{store_, clock_, "one", std::chrono::hours(10)};
  ExecutorOptions options_;
  model::Cluster cluster_;
  std::int64_t token_ = 0;
  std::uint64_t sequence_ = 0;
  std::atomic<int> wakes_{0};
  std::unique_ptr<Executor> executor_;
};

}  // namespace hotspot::act
