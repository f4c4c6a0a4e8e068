// LibvirtHypervisor against many nodes, some of which misbehave: what stays bounded, and who is reached all the same.
// The long form, with 2,000 nodes and figures, is bench/connections.cc.
#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <mutex>
#include <thread>

#include "actuator/io/libvirt/hypervisor.h"
#include "tests/support/stand_ins.h"
#include "tests/support/wait.h"

namespace hotspot::contract {
namespace {

using hotspot::testing::StandIns;
using hotspot::testing::wait_for;
constexpr std::chrono::seconds kLong{60};
constexpr unsigned kOpeners = 16;
// libvirt's event loop, the pool's supervisor, and those that close connections.
constexpr std::size_t kOtherThreads = 2 + 16;
// A thread that closes connections gives its place to the next one before it has ended: both are listed until the
// kernel has let it go, which takes longer under a sanitizer. So much longer, and less than any attempt that hangs.
constexpr std::chrono::milliseconds kEnds{200};

class ManyNodes : public ::testing::Test {
 protected:
  // As hotspotd does: libvirt's client writes to connections that the other side has closed.
  static void SetUpTestSuite() { std::signal(SIGPIPE, SIG_IGN); }

  io::LibvirtOptions options() {
    io::LibvirtOptions options;
    options.opening = {.openers = kOpeners, .first_limit = Milliseconds(500), .longest_limit = Milliseconds(2000)};
    options.on_proof = [this](const ports::NodeProof& proof) {
      const std::lock_guard lock(mutex_);
      last_.insert_or_assign(proof.node_uuid, proof);
      if (proof.identity) ++connections_[proof.node_uuid];
    };
    options.on_event = [](const ports::DomainEvent&) {};
    return options;
  }
  std::size_t connected(const StandIns& nodes, int times) {
    note_threads();
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (std::size_t i = 0; i < nodes.nodes().size(); ++i)
      if (nodes.is_good(i) && connections_[nodes.nodes()[i].uuid] >= times) ++count;
    return count;
  }
  // Of more than there may be, the least that there are within kEnds: those that have ended are gone then.
  void note_threads() {
    std::size_t threads = testing::count_threads();
    if (threads > most_allowed_)
      wait_for([&] { return (threads = std::min(threads, testing::count_threads())) <= most_allowed_; }, kEnds);
    most_threads_ = std::max(most_threads_, threads);
  }
  std::string problem_of(const ports::NodeAddress& node) {
    const std::lock_guard lock(mutex_);
    return last_[node.uuid].problem;
  }

  int cpus_of(const ports::NodeAddress& node) {
    const std::lock_guard lock(mutex_);
    return last_[node.uuid].identity ? last_[node.uuid].identity->cpus : 0;
  }

  std::mutex mutex_;
  std::map<std::string, ports::NodeProof> last_;
  std::map<std::string, int> connections_;
  std::size_t most_threads_ = 0, most_allowed_ = static_cast<std::size_t>(-1);
};

// Those that misbehave stand before the good ones in the queue.
TEST_F(ManyNodes, TheGoodOnesAreConnectedThoughOthersSayNothingOrNonsenseAndThreadsStayBounded) {
  StandIns nodes({{"silent", 60}, {"mute", 10}, {"closes", 10}, {"huge", 10}, {"garbage", 10}, {"good", 200}});
  std::thread([] {}).join();  // a sanitizer begins a thread of its own with the first one
  most_allowed_ = testing::count_threads() + kOpeners + kOtherThreads;
  io::LibvirtHypervisor hypervisor(options());
  for (const auto& node : nodes.nodes()) hypervisor.know_node(node);
  EXPECT_TRUE(wait_for([&] { return connected(nodes, 1) == nodes.good(); }, kLong)) << connected(nodes, 1);
  EXPECT_LE(most_threads_, most_allowed_);
  nodes.drop();
  EXPECT_TRUE(wait_for([&] { return connected(nodes, 2) == nodes.good(); }, kLong)) << connected(nodes, 2);
  EXPECT_LE(most_threads_, most_allowed_);
  for (std::size_t i = 0; i < nodes.nodes().size(); ++i) {
    if (nodes.is_good(i)) continue;
    EXPECT_TRUE(wait_for([&] { return !problem_of(nodes.nodes()[i]).empty(); })) << nodes.nodes()[i].uri;
  }
}

TEST_F(ManyNodes, AreConnectedToAsFarAsDescriptorsReachAndTheOthersAreSaid) {
  StandIns nodes({{"good", 30}});
  auto limited = options();
  limited.budget = std::make_shared<io::DescriptorBudget>(io::DescriptorBudget::kReserve + 40);
  io::LibvirtHypervisor hypervisor(limited);
  for (const auto& node : nodes.nodes()) hypervisor.know_node(node);
  const auto refused = [&] {
    return std::count_if(nodes.nodes().begin(), nodes.nodes().end(), [&](const ports::NodeAddress& node) {
      return problem_of(node).find("which are enough for 20 nodes") != std::string::npos;
    });
  };
  EXPECT_TRUE(wait_for([&] { return connected(nodes, 1) == 20 && refused() == 10; }))
      << connected(nodes, 1) << " " << refused();
}

TEST_F(ManyNodes, AreLookedAtAgainWhileTheyAreConnectedAndWhatWasPluggedIsSaidOnce) {
  StandIns nodes({{"good", 2}});
  auto often = options();
  often.look_interval = Milliseconds(20);
  io::LibvirtHypervisor hypervisor(often);
  for (const auto& node : nodes.nodes()) hypervisor.know_node(node);
  ASSERT_TRUE(wait_for([&] { return connected(nodes, 1) == 2; }));
  nodes.plug_cpus();
  EXPECT_TRUE(wait_for([&] { return connected(nodes, 2) == 2; })) << "a proof more";
  EXPECT_EQ(cpus_of(nodes.nodes()[0]), 32);
  EXPECT_FALSE(wait_for([&] { return connected(nodes, 3) > 0; }, std::chrono::milliseconds(200))) << "and no third";
}

TEST_F(ManyNodes, TakeTwoDescriptorsEachAndGiveThemBackWhenTheyAreForgotten) {
  StandIns nodes({{"good", 50}});
  io::LibvirtHypervisor hypervisor(options());
  hypervisor.know_node(nodes.nodes()[0]);
  ASSERT_TRUE(wait_for([&] { return connected(nodes, 1) == 1; }));
  const std::size_t before = testing::count_descriptors();
  for (const auto& node : nodes.nodes()) hypervisor.know_node(node);
  ASSERT_TRUE(wait_for([&] { return connected(nodes, 1) == 50; }));
  EXPECT_TRUE(wait_for([&] { return testing::count_descriptors() == before + 49 * io::DescriptorBudget::kOfANode; }))
      << before << " " << testing::count_descriptors();
  for (std::size_t i = 1; i < 50; ++i) hypervisor.forget_node(nodes.nodes()[i].uuid);
  EXPECT_TRUE(wait_for([&] { return testing::count_descriptors() == before; }))
      << before << " " << testing::count_descriptors();
}

}  // namespace
}  // namespace hotspot::contract
