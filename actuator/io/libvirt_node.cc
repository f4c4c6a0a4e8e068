#include "actuator/io/libvirt_node.h"

#include <libvirt/virterror.h>

#include <utility>
#include <vector>

#include "actuator/io/libvirt/identity.h"
#include "actuator/io/libvirt_domain_events.h"
#include "actuator/io/libvirt_errors.h"
#include "actuator/io/libvirt_event_loop.h"

namespace hotspot::io {
namespace {

using Steady = std::chrono::steady_clock;

// An opener that hangs longer is given up for a new one: the node may have been replaced behind the same address.
constexpr std::chrono::seconds kOpenLimit{20};
constexpr unsigned kMostHungOpeners = 3;

// What libvirt's event loop gives back when a connection breaks.
struct CloseContext {
  std::weak_ptr<LibvirtNode> node;
  const virConnect* which = nullptr;
  std::vector<int> callbacks;  // of events; each of them holds the connection
};

void on_close(virConnectPtr, int reason, void* opaque) {
  const auto* context = static_cast<CloseContext*>(opaque);
  if (const auto node = context->node.lock()) node->on_closed(context->which, reason);
}

// The calls at its end ask libvirtd and may hang: a thread of its own. We own the context, because libvirt forgets to
// give it back where the driver knows no close callback; there a broken connection is found at the next call.
ConnectionHandle shared_handle(virConnectPtr raw, std::weak_ptr<LibvirtNode> node, const TimedCalls& calls,
                               std::vector<int> callbacks) {
  auto context = std::make_shared<CloseContext>(CloseContext{std::move(node), raw, std::move(callbacks)});
  virConnectRegisterCloseCallback(raw, on_close, context.get(), nullptr);
  return ConnectionHandle(raw, [context, calls = TimedCalls(calls)](virConnectPtr last) mutable {
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

LibvirtNode::LibvirtNode(ports::NodeAddress address, const LibvirtOptions& options, TimedCalls calls)
    : address_(std::move(address)),
      options_(options),
      calls_(std::move(calls)),
      backoff_(Backoff::Options{}, random_seed()) {}

ports::CallError LibvirtNode::unreachable(const std::string& why) const {
  return {ports::CallFault::kUnreachable, address_.name + " (" + address_.uri + "): " + why};
}

void LibvirtNode::open() {
  const std::lock_guard lock(mutex_);
  if (stage_ == Stage::kClosed) begin_opening();
}

void LibvirtNode::close() {
  const std::lock_guard lock(mutex_);
  stage_ = Stage::kEnded;
  connection_.reset();
  changed_.notify_all();
}

void LibvirtNode::begin_opening() {
  stage_ = Stage::kOpening;
  opening_since_ = Steady::now();
  calls_.spawn([self = shared_from_this(), attempt = ++attempt_] { self->open_until_done(attempt); });
}

Result<ConnectionHandle, ports::CallError> LibvirtNode::connection(Milliseconds limit) {
  std::unique_lock lock(mutex_);
  const bool was_dead = drop_dead_connection();
  if (stage_ == Stage::kClosed) begin_opening();
  if (was_dead) {
    lock.unlock();
    prove(unreachable("the connection broke"));
    tell(false, unreachable("the connection broke").message);
    lock.lock();
  }
  if (stage_ == Stage::kOpening && Steady::now() - opening_since_ > kOpenLimit && hung_ < kMostHungOpeners) {
    ++hung_;
    begin_opening();
  }
  changed_.wait_for(lock, limit, [this] { return stage_ != Stage::kOpening; });
  if (stage_ == Stage::kOpen) return connection_;
  if (stage_ == Stage::kOpening) return unreachable("no answer while connecting to libvirtd");
  if (stage_ == Stage::kEnded) return unreachable("the connection was closed for good");
  return ports::CallError{ports::CallFault::kUnreachable, last_error_};
}

bool LibvirtNode::drop_dead_connection() {
  if (stage_ != Stage::kOpen || virConnectIsAlive(connection_.get()) == 1) return false;
  connection_.reset();
  stage_ = Stage::kClosed;
  return true;
}

void LibvirtNode::open_until_done(unsigned attempt) {
  for (;;) {
    if (settle(connect(Listens::kYes), attempt)) return;
    std::unique_lock lock(mutex_);
    const auto unwanted = [this, attempt] { return stage_ == Stage::kEnded || attempt_ != attempt; };
    if (changed_.wait_for(lock, backoff_.next(), unwanted)) return;
    stage_ = Stage::kOpening;
    opening_since_ = Steady::now();
  }
}

Result<ConnectionHandle, ports::CallError> LibvirtNode::connect_anew() {
  Opened opened = connect(Listens::kNo);
  if (!opened) return opened.error();
  return std::move(opened->handle);
}

LibvirtNode::Opened LibvirtNode::connect(Listens listens) {
  run_libvirt_event_loop();
  virConnectPtr raw = virConnectOpen(address_.uri.c_str());
  if (raw == nullptr) return unreachable(last_error(nullptr, "cannot connect to libvirtd").message);
  std::vector<int> callbacks;
  if (listens == Listens::kYes && options_.on_event)
    callbacks = listen_to_domains(raw, address_.uuid, options_.on_event);
  ConnectionHandle opened = shared_handle(raw, weak_from_this(), calls_, std::move(callbacks));
  // Refused by drivers without a network in between, which need none.
  virConnectSetKeepAlive(raw, options_.keepalive_interval_s, options_.keepalive_count);
  auto identity = identity_of(raw, address_.name + " (" + address_.uri + ")");
  if (!identity) return ports::CallError{ports::CallFault::kUnreachable, identity.error().message};
  const std::string& uuid = identity->host_uuid;
  if (!uuid.empty() && !address_.uuid.empty() && uuid != address_.uuid)
    return unreachable("this URI leads to the host with UUID " + uuid + ", not to node " + address_.uuid +
                       "; let the node's collector announce a URI by which others reach it");
  return Proved{std::move(opened), std::move(*identity)};
}

bool LibvirtNode::settle(Opened opened, unsigned attempt) {
  {
    const std::lock_guard lock(mutex_);
    if (attempt != attempt_) --hung_;
    if (attempt != attempt_ || stage_ == Stage::kEnded) return true;
    stage_ = opened ? Stage::kOpen : Stage::kWaiting;
    if (opened) {
      connection_ = opened->handle;
      backoff_.reset();
    } else {
      last_error_ = opened.error().message;
    }
    changed_.notify_all();
  }
  prove(opened);
  tell(opened.ok(), opened ? address_.name + " (" + address_.uri + "): connected to libvirtd" : opened.error().message);
  return opened.ok();
}

void LibvirtNode::on_closed(const virConnect* which, int reason) {
  {
    const std::lock_guard lock(mutex_);
    if (stage_ != Stage::kOpen || connection_.get() != which) return;
    connection_.reset();
    begin_opening();
  }
  prove(unreachable(reason_text(reason)));
  tell(false, unreachable(reason_text(reason)).message);
}

void LibvirtNode::tell(bool connected, const std::string& message) {
  {
    const std::lock_guard lock(mutex_);
    if (told_ == connected || stage_ == Stage::kEnded) return;
    told_ = connected;
  }
  if (options_.on_change) options_.on_change(address_, connected, message);
}

// Each connection, and each problem until another one or a connection follows it.
void LibvirtNode::prove(const Opened& opened) {
  ports::NodeProof proof{.node_uuid = address_.uuid,
                         .uri = address_.uri,
                         .identity = {},
                         .problem = opened ? "" : opened.error().message,
                         .at = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now())};
  if (opened) proof.identity = opened->identity;
  {
    const std::lock_guard lock(mutex_);
    if (stage_ == Stage::kEnded || (!opened && last_problem_ == proof.problem)) return;
    last_problem_ = proof.problem;
  }
  if (options_.on_proof) options_.on_proof(proof);
}

}  // namespace hotspot::io
