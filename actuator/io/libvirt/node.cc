#include "actuator/io/libvirt/node.h"

#include <libvirt/virterror.h>

#include <chrono>
#include <utility>

#include "actuator/io/libvirt/domain_events.h"
#include "actuator/io/libvirt/errors.h"
#include "actuator/io/libvirt/event_loop.h"
#include "actuator/io/libvirt/identity.h"
#include "actuator/io/libvirt/peer.h"

namespace hotspot::io {
namespace {

// A node that was reached before, or that refused a connection, may be back in a moment. If there are too few
// descriptors, only an operator can change that.
constexpr redis::Backoff::Options kPauses{.first = Milliseconds(200), .longest = Milliseconds(10'000)};
constexpr Milliseconds kWithoutDescriptors{60'000};
// For an action, no node rests longer than this.
constexpr Milliseconds kShortRest{2'000};

// What libvirt's event loop passes back when a connection breaks.
struct CloseContext {
  std::weak_ptr<LibvirtNode> node;
  const virConnect* which = nullptr;
  std::vector<int> callbacks;  // of events; each of them holds a reference to the connection
};

void on_close(virConnectPtr, int reason, void* opaque) {
  const auto* context = static_cast<CloseContext*>(opaque);
  if (const auto node = context->node.lock()) node->on_closed(context->which, reason);
}

// The calls on release go to libvirtd and may hang: they need a thread of their own. We own the context, because
// libvirt does not free it if the driver has no close callback; then a broken connection is noticed at the next call.
virt::ConnectionHandle shared_handle(virConnectPtr raw, std::shared_ptr<CloseContext> context,
                                     const virt::TimedCalls& calls, std::shared_ptr<std::atomic<int>> in_use) {
  virConnectRegisterCloseCallback(raw, on_close, context.get(), nullptr);
  ++*in_use;
  return virt::ConnectionHandle(raw, [context, calls = virt::TimedCalls(calls), in_use](virConnectPtr last) mutable {
    --*in_use;
    calls.spawn([last, context] {
      for (const int id : context->callbacks) virConnectDomainEventDeregisterAny(last, id);
      virConnectUnregisterCloseCallback(last, on_close);
      virConnectClose(last);
    });
  });
}

const char* reason_text(int reason) {
  switch (reason) {
    case VIR_CONNECT_CLOSE_REASON_EOF:
      return "libvirtd closed the connection";
    case VIR_CONNECT_CLOSE_REASON_KEEPALIVE:
      return "libvirtd does not answer any more";
    case VIR_CONNECT_CLOSE_REASON_CLIENT:
      return "we closed the connection";
    default:
      return "the connection broke";
  }
}

}  // namespace

LibvirtNode::LibvirtNode(ports::NodeAddress address, const LibvirtShared& shared)
    : address_(std::move(address)),
      uuid_(std::make_shared<HostUuid>(address_.uuid)),
      shared_(shared),
      calls_(shared.calls.group(address_.name + " (" + address_.uri + ")")),
      in_use_(std::make_shared<std::atomic<int>>(0)),
      backoff_(kPauses, redis::random_seed()) {}

ports::CallError LibvirtNode::unreachable(const std::string& why) const {
  return {ports::CallFault::kUnreachable, address_.name + " (" + address_.uri + "): " + why};
}

// Never with mutex_ held: the pool calls us with its own mutex held.
void LibvirtNode::ask_pool(Urgency urgency) {
  if (const auto pool = shared_.pool.lock()) pool->add(shared_from_this(), urgency);
}

void LibvirtNode::keep_connected() {
  {
    const std::lock_guard lock(mutex_);
    if (stage_ != Stage::kClosed) return;
    stage_ = Stage::kWaiting;
  }
  ask_pool(Urgency::kNew);
}

void LibvirtNode::close() {
  if (const auto pool = shared_.pool.lock()) pool->remove(this);
  const std::lock_guard lock(mutex_);
  stage_ = Stage::kEnded;
  connection_.reset();
  part_.reset();
  shut_down_sockets_to(opening_to_);  // so that a hanging attempt releases its thread
  changed_.notify_all();
}

Result<virt::ConnectionHandle, ports::CallError> LibvirtNode::connection(Milliseconds limit) {
  std::unique_lock lock(mutex_);
  const bool was_dead = drop_dead_connection();
  const Stage found = stage_;
  if (found == Stage::kClosed) stage_ = Stage::kWaiting;
  lock.unlock();
  if (was_dead) report(unreachable("the connection broke"));
  if (found == Stage::kClosed) ask_pool(Urgency::kNeeded);
  if (const auto pool = shared_.pool.lock(); pool && found != Stage::kOpen)
    pool->hurry(this, found == Stage::kResting ? kShortRest : Milliseconds(0));
  lock.lock();
  changed_.wait_for(lock, limit, [this] { return stage_ != Stage::kWaiting && stage_ != Stage::kOpening; });
  switch (stage_) {
    case Stage::kOpen:
      return connection_;
    case Stage::kEnded:
      return unreachable("the connection was closed for good");
    case Stage::kResting:
      return ports::CallError{ports::CallFault::kUnreachable, last_error_};
    default:
      return unreachable("no answer while connecting to libvirtd");
  }
}

bool LibvirtNode::drop_dead_connection() {
  if (stage_ != Stage::kOpen || virConnectIsAlive(connection_.get()) == 1) return false;
  connection_.reset();
  stage_ = Stage::kClosed;
  return true;
}

std::optional<Milliseconds> LibvirtNode::open() {
  virt::ConnectionHandle standing;
  {
    const std::lock_guard lock(mutex_);
    if (stage_ == Stage::kEnded) return std::nullopt;
    if (stage_ == Stage::kOpen)
      standing = connection_;
    else
      stage_ = Stage::kOpening;
  }
  return standing ? look_again(standing) : settle(connect_within_budget());
}

// Sockets of a connection in use are never shut down: a migration may be running on it.
void LibvirtNode::interrupt() {
  const std::lock_guard lock(mutex_);
  shut_down_sockets_to(opening_to_);
}

void LibvirtNode::postponed(const std::string& why) { report(unreachable("not connected to yet: " + why)); }

LibvirtNode::Opened LibvirtNode::connect_within_budget() {
  {
    const std::lock_guard lock(mutex_);
    if (!part_) part_ = DescriptorBudget::take(shared_.budget);
    if (!part_) return unreachable("not connected to: " + shared_.budget->refusal());
  }
  const auto peer = peer_of(address_.uri);
  auto addresses = peer && *in_use_ == 0 ? resolve(*peer) : std::vector<sockaddr_storage>();
  {
    const std::lock_guard lock(mutex_);
    opening_to_ = std::move(addresses);
  }
  return connect(Listens::kYes);
}

Result<virt::ConnectionHandle, ports::CallError> LibvirtNode::connect_anew() {
  Opened opened = connect(Listens::kNo);
  if (!opened) return opened.error();
  return std::move(opened->handle);
}

LibvirtNode::Opened LibvirtNode::connect(Listens listens) {
  if (!shared_.budget->has_room())
    return unreachable("not connected to: nearly all file descriptors of this process are in use; " +
                       shared_.budget->refusal());
  run_libvirt_event_loop();
  virConnectPtr raw = virConnectOpen(address_.uri.c_str());
  if (raw == nullptr) {
    const std::string message = last_error(nullptr, "cannot connect to libvirtd").message;
    return unreachable(message + advice_on_refusal(virGetLastErrorCode(), message));
  }
  auto context = std::make_shared<CloseContext>(CloseContext{weak_from_this(), raw, {}});
  virt::ConnectionHandle opened = shared_handle(raw, context, calls_, in_use_);
  // Refused by drivers without a network connection, which do not need it.
  virConnectSetKeepAlive(raw, options().keepalive_interval_s, options().keepalive_count);
  auto identity = identity_of(raw, address_.name + " (" + address_.uri + ")");
  if (!identity) return ports::CallError{ports::CallFault::kUnreachable, identity.error().message};
  const std::string &uuid = identity->host_uuid, known = uuid_->get();
  if (!uuid.empty() && !known.empty() && uuid != known)
    return unreachable("this URI leads to the host with UUID " + uuid + ", not to node " + known +
                       "; let the node's collector announce a URI by which others reach it, or, where its libvirtd " +
                       "makes up another UUID at each start, set host_uuid there (docs/nodes.md)");
  if (listens == Listens::kYes && options().on_event)
    context->callbacks = listen_to_domains(
        raw, [known = uuid_] { return known->get(); }, options().on_event);
  return Proved{std::move(opened), std::move(*identity)};
}

std::optional<Milliseconds> LibvirtNode::settle(Opened opened) {
  Milliseconds again = options().look_interval;
  {
    const std::lock_guard lock(mutex_);
    opening_to_.clear();
    if (stage_ == Stage::kEnded) return std::nullopt;
    stage_ = opened ? Stage::kOpen : Stage::kResting;
    if (opened) {
      connection_ = opened->handle;
      identity_ = opened->identity;
      backoff_.reset();
    } else {
      last_error_ = opened.error().message;
      again = part_ ? backoff_.next() : kWithoutDescriptors;
    }
    changed_.notify_all();
  }
  report(opened);
  return again;
}

// A CPU may have been plugged in, or the host renamed. A dead connection is noticed in other ways.
std::optional<Milliseconds> LibvirtNode::look_again(const virt::ConnectionHandle& connection) {
  auto identity = identity_of(connection.get(), address_.name);
  if (!identity) return options().look_interval;
  {
    const std::lock_guard lock(mutex_);
    if (connection_ != connection || identity_ == *identity) return options().look_interval;
    identity_ = *identity;
  }
  report(Proved{connection, std::move(*identity)});
  return options().look_interval;
}

void LibvirtNode::on_closed(const virConnect* which, int reason) {
  {
    const std::lock_guard lock(mutex_);
    if (stage_ != Stage::kOpen || connection_.get() != which) return;
    connection_.reset();
    stage_ = Stage::kWaiting;
  }
  report(unreachable(reason_text(reason)));
  ask_pool(Urgency::kLost);
}

// on_change is called for each change; on_proof for each connection, and once per problem until another one or a
// connection follows.
void LibvirtNode::report(const Opened& opened) {
  ports::NodeProof proof{.node_uuid = uuid_->get(),
                         .uri = address_.uri,
                         .identity = {},
                         .problem = opened ? "" : opened.error().message,
                         .at = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now())};
  if (opened) proof.identity = opened->identity;
  bool is_change = false, is_proof = false;
  {
    const std::lock_guard lock(mutex_);
    if (stage_ == Stage::kEnded) return;
    is_change = std::exchange(told_, opened.ok()) != opened.ok();
    is_proof = std::exchange(last_problem_, proof.problem) != proof.problem || opened.ok();
  }
  const std::string said = address_.name + " (" + address_.uri + "): connected to libvirtd";
  if (is_proof && options().on_proof) options().on_proof(proof);
  if (is_change && options().on_change) options().on_change(address_, opened.ok(), opened ? said : proof.problem);
}

}  // namespace hotspot::io
