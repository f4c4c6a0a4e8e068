// What the libvirt body promises beyond the contract, as far as no real host is needed.
#include "actuator/io/libvirt/hypervisor.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <libvirt/virterror.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "actuator/io/libvirt/errors.h"
#include "common/libvirt/timed_calls.h"
#include "tests/support/wait.h"

namespace hotspot::io {
namespace {

using ports::CallFault;
constexpr const char* kTestDomain = "6695eb01-f6a4-8304-79aa-97f2502e193f";

// A port that takes connections and never says a word, as a stopped libvirtd does.
class SilentServer {
 public:
  SilentServer() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    listen(socket_, 8);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { close(socket_); }
  std::string uri() const { return "qemu+tcp://127.0.0.1:" + std::to_string(port_) + "/system"; }

 private:
  int socket_;
  int port_ = 0;
};

TEST(LibvirtHypervisor, ANodeWhereNobodyListensIsUnreachable) {
  LibvirtHypervisor hypervisor;
  const ports::NodeAddress nobody{"u", "h9", "qemu+tcp://127.0.0.1:1/system"};
  hypervisor.know_node(nobody);
  const auto looked = hypervisor.look(nobody, kTestDomain);
  ASSERT_FALSE(looked);
  EXPECT_EQ(looked.error().fault, CallFault::kUnreachable);
  EXPECT_NE(looked.error().message.find("h9 (qemu+tcp://127.0.0.1:1/system)"), std::string::npos);
  EXPECT_NE(looked.error().message.find("Connection refused"), std::string::npos) << looked.error().message;
}

TEST(LibvirtHypervisor, AnUnknownSchemeIsUnreachableWithLibvirtsWords) {
  LibvirtHypervisor hypervisor;
  const auto looked = hypervisor.look({"u", "h9", "nonsense:///"}, kTestDomain);
  ASSERT_FALSE(looked);
  EXPECT_EQ(looked.error().fault, CallFault::kUnreachable);
  EXPECT_NE(looked.error().message.find("nonsense"), std::string::npos) << looked.error().message;
}

TEST(LibvirtHypervisor, ASilentNodeCostsTheLimitAndDelaysNoOther) {
  SilentServer silent;
  LibvirtHypervisor hypervisor({.call_limit = Milliseconds(1500)});
  const ports::NodeAddress hung{"u1", "hung", silent.uri()}, good{"u2", "good", "test:///default"};
  hypervisor.know_node(hung);
  std::atomic<bool> answered = false;
  std::thread waiting([&] {
    const auto looked = hypervisor.look(hung, kTestDomain);
    answered = true;
    ASSERT_FALSE(looked);
    EXPECT_EQ(looked.error().fault, CallFault::kUnreachable);
  });
  EXPECT_TRUE(hypervisor.look(good, kTestDomain));
  EXPECT_FALSE(answered);
  EXPECT_TRUE(testing::wait_for([&] { return answered.load(); }));
  waiting.join();
}

TEST(LibvirtHypervisor, TellsEachChangeOfAConnectionOnce) {
  std::mutex mutex;
  std::multiset<std::string> told;  // two nodes tell in any order
  {
    LibvirtOptions options;
    options.on_change = [&](const ports::NodeAddress& node, bool connected, const std::string&) {
      const std::lock_guard lock(mutex);
      told.insert(node.name + (connected ? " connected" : " away"));
    };
    LibvirtHypervisor hypervisor(options);
    const ports::NodeAddress good{"u2", "good", "test:///default"};
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(hypervisor.look(good, kTestDomain));
    const ports::NodeAddress nobody{"u1", "nobody", "qemu+tcp://127.0.0.1:1/system"};
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(hypervisor.look(nobody, kTestDomain));
    const auto told_both = [&] {
      const std::lock_guard lock(mutex);
      return told.size() >= 2;
    };
    EXPECT_TRUE(testing::wait_for(told_both));
  }
  const std::lock_guard lock(mutex);
  EXPECT_EQ(told, (std::multiset<std::string>{"good connected", "nobody away"}));
}

TEST(LibvirtHypervisor, AMigrationThatTheDriverCannotDoIsRefused) {
  LibvirtHypervisor hypervisor;
  const ports::NodeAddress good{"u2", "good", "test:///default"};
  const auto refused = hypervisor.migrate(good, kTestDomain, {"u3", "h3", "qemu+tcp://127.0.0.1:1/system"}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, CallFault::kRefused) << refused.error().message;
}

// Libvirt's test driver never migrates, which is what is needed here: what do we say when the source runs the domain
// on?
class FailedMigration : public ::testing::Test {
 protected:
  ports::CallError migrate_to(const ports::NodeAddress& target) {
    const auto moved = hypervisor_.migrate({"uuid-of-h1", "h1", "test:///default"}, kTestDomain, target, {});
    return moved ? ports::CallError{CallFault::kDryRun, "it has moved"} : moved.error();
  }
  LibvirtHypervisor hypervisor_{{.progress_interval = Milliseconds(5), .resume_limit = Milliseconds(50)}};
};

TEST_F(FailedMigration, IsRefusedWhereTheTargetHasNoSuchDomain) {
  std::string path = ::testing::TempDir() + "hotspot-node-XXXXXX";
  close(mkstemp(path.data()));
  std::ofstream(path) << "<node/>";
  const auto error = migrate_to({"uuid-of-h2", "h2", "test://" + path});
  std::filesystem::remove(path);
  EXPECT_EQ(error.fault, CallFault::kRefused);
  EXPECT_NE(error.message.find("migration is not supported"), std::string::npos) << error.message;
}

// Every connection to test:///default shows one and the same host.
TEST_F(FailedMigration, IsOfUnknownOutcomeWhereTheTargetHasTheDomainAsWell) {
  const auto error = migrate_to({"uuid-of-h2", "h2", "test:///default"});
  EXPECT_EQ(error.fault, CallFault::kUnreachable);
  EXPECT_NE(error.message.find("runs at the source; whether it runs here as well is not known: it is running"),
            std::string::npos)
      << error.message;
}

// It was never stopped: the target cannot have got it whole.
TEST_F(FailedMigration, IsRefusedWhereTheTargetDoesNotAnswerAboutADomainThatRanOn) {
  const auto error = migrate_to({"uuid-of-h3", "h3", "qemu+tcp://127.0.0.1:1/system"});
  EXPECT_EQ(error.fault, CallFault::kRefused) << error.message;
}

TEST(LibvirtErrors, AreFaultsOfThePort) {
  EXPECT_EQ(fault_of(VIR_ERR_NO_DOMAIN, "Domain not found", Connection::kAlive), CallFault::kNotFound);
  EXPECT_EQ(fault_of(VIR_ERR_OPERATION_ABORTED, "migration was cancelled by client", Connection::kAlive),
            CallFault::kCancelled);
  EXPECT_EQ(fault_of(VIR_ERR_OPERATION_TIMEOUT, "cannot acquire state change lock (held by x)", Connection::kAlive),
            CallFault::kBusy);
  // Not another job: the guest did not give the vCPU back in time. It may still do so.
  EXPECT_EQ(fault_of(VIR_ERR_OPERATION_TIMEOUT, "vcpu unplug request timed out", Connection::kAlive),
            CallFault::kRefused);
  EXPECT_EQ(fault_of(VIR_ERR_OPERATION_INVALID, "another migration job is already running", Connection::kAlive),
            CallFault::kBusy);
  EXPECT_EQ(fault_of(VIR_ERR_OPERATION_INVALID, "domain is not running", Connection::kAlive), CallFault::kRefused);
  EXPECT_EQ(fault_of(VIR_ERR_INTERNAL_ERROR, "client socket is closed", Connection::kBroken), CallFault::kUnreachable);
  EXPECT_EQ(fault_of(VIR_ERR_SYSTEM_ERROR, "Cannot recv data: Connection reset by peer", Connection::kBroken),
            CallFault::kUnreachable);
  EXPECT_EQ(fault_of(VIR_ERR_SYSTEM_ERROR, "unable to connect to server at 'h2:16509'", Connection::kAlive),
            CallFault::kRefused);
  // Our connection stands: this is said of the source's connection to the target.
  EXPECT_EQ(fault_of(VIR_ERR_INTERNAL_ERROR, "client socket is closed", Connection::kAlive), CallFault::kRefused);
}

TEST(TimedCalls, GiveUpOnACallThatHangsAndWaitForThoseThatDoNot) {
  virt::TimedCalls calls;
  auto release = std::make_shared<virt::Pending<int>>();
  EXPECT_EQ(calls.run<int>(Milliseconds(10'000), [] { return 7; }), 7);
  EXPECT_EQ(calls.run<int>(Milliseconds(5), [release] { return *release->wait_for(Milliseconds(60'000)); }),
            std::nullopt);
  EXPECT_FALSE(calls.wait_for_all(Milliseconds(5)));
  release->set(1);
  EXPECT_TRUE(calls.wait_for_all(Milliseconds(10'000)));
}

}  // namespace
}  // namespace hotspot::io
