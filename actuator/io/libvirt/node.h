// The connection to one node's libvirtd. For the *.cc of this folder only.
//
// Opening may hang as long as the node does, so it is done by the pool (opener_pool.h). When a connection breaks, the
// next one is opened at once, and then with a back-off. While a connection exists, the node's equipment is queried from
// time to time. Thread rule: every method may be called from several threads at once.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "actuator/io/libvirt/descriptor_budget.h"
#include "actuator/io/libvirt/hypervisor.h"
#include "actuator/io/libvirt/opener_pool.h"
#include "actuator/ports/node_proof.h"
#include "common/libvirt/handles.h"
#include "common/libvirt/timed_calls.h"
#include "common/redis/backoff.h"

namespace hotspot::io {

// Shared by the nodes of one hypervisor.
struct LibvirtShared {
  LibvirtOptions options;
  virt::TimedCalls calls;
  std::shared_ptr<DescriptorBudget> budget;
  std::weak_ptr<OpenerPool> pool;
};

// A node's host UUID. A node that is known only by its URI receives it later.
class HostUuid {
 public:
  explicit HostUuid(std::string uuid) : uuid_(std::move(uuid)) {}
  std::string get() const {
    const std::lock_guard lock(mutex_);
    return uuid_;
  }
  void set(const std::string& uuid) {
    const std::lock_guard lock(mutex_);
    uuid_ = uuid;
  }

 private:
  mutable std::mutex mutex_;
  std::string uuid_;
};

class LibvirtNode : public Openable, public std::enable_shared_from_this<LibvirtNode> {
 public:
  LibvirtNode(ports::NodeAddress address, const LibvirtShared& shared);

  // Has a connection opened if there is none.
  void keep_connected();
  // The connection; if it is being opened, waits for at most `limit`.
  Result<virt::ConnectionHandle, ports::CallError> connection(Milliseconds limit);
  // Opens a connection for one long call alone; may hang. libvirt's client up to 10.1 loses the wake-up of a second
  // thread that makes a call while the first one waits: on a shared connection, every call made during a migration
  // could take until the next keep-alive.
  Result<virt::ConnectionHandle, ports::CallError> connect_anew();
  // Permanently.
  void close();
  // Its connection is kept.
  void identify(const std::string& uuid) { uuid_->set(uuid); }

  const ports::NodeAddress& address() const { return address_; }  // its UUID as it was first known
  virt::TimedCalls& calls() { return calls_; }
  const LibvirtOptions& options() const { return shared_.options; }
  ports::CallError unreachable(const std::string& why) const;

  void on_closed(const virConnect* which, int reason);  // from libvirt's event loop

  // For the pool.
  std::optional<Milliseconds> open() override;
  void interrupt() override;
  void postponed(const std::string& why) override;

 private:
  // kWaiting: for its turn in the pool. kResting: an attempt failed, and the next one comes later.
  enum class Stage { kClosed, kWaiting, kOpening, kResting, kOpen, kEnded };
  struct Proved {
    virt::ConnectionHandle handle;
    ports::NodeIdentity identity;
  };
  using Opened = Result<Proved, ports::CallError>;

  // Only the connection that is kept listens for events.
  enum class Listens { kNo, kYes };
  Opened connect(Listens listens);
  Opened connect_within_budget();
  std::optional<Milliseconds> settle(Opened opened);
  std::optional<Milliseconds> look_again(const virt::ConnectionHandle& connection);
  bool drop_dead_connection();  // with mutex_ held; true: there was one
  void ask_pool(Urgency urgency);
  void report(const Opened& opened);

  const ports::NodeAddress address_;
  const std::shared_ptr<HostUuid> uuid_;
  const LibvirtShared shared_;
  virt::TimedCalls calls_;
  std::shared_ptr<std::atomic<int>> in_use_;  // connections that are not closed yet, including those for one call
  std::mutex mutex_;
  std::condition_variable changed_;
  Stage stage_ = Stage::kClosed;
  virt::ConnectionHandle connection_;
  ports::NodeIdentity identity_;
  redis::Backoff backoff_;
  std::string last_error_;
  std::unique_ptr<DescriptorBudget::Part> part_;
  std::vector<sockaddr_storage>
      opening_to_;            // addresses of the attempt in progress; empty: it cannot be ended in this way
  std::optional<bool> told_;  // the last value passed to on_change
  std::string last_problem_;  // the last problem passed to on_proof; empty: a connection
};

// Makes the call on the node's connection, within its limit for both. about: "its memory", for the error.
template <typename T>
Result<T, ports::CallError> with_connection(
    LibvirtNode& node, const std::string& about,
    std::function<Result<T, ports::CallError>(const virt::ConnectionHandle&)> call) {
  const auto begin = std::chrono::steady_clock::now();
  const Milliseconds limit = node.options().call_limit;
  auto connection = node.connection(limit);
  if (!connection) return connection.error();
  const auto spent = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
  auto result = node.calls().run<Result<T, ports::CallError>>(
      limit - spent, [connection = std::move(*connection), call = std::move(call)] { return call(connection); });
  if (result) return std::move(*result);
  return node.unreachable("libvirtd did not answer within " + std::to_string(limit.count() / 1000) + " s about " +
                          about);
}

}  // namespace hotspot::io
