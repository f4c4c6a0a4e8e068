#include "actuator/io/libvirt/migration_events.h"

#include <array>
#include <utility>
#include <vector>

namespace hotspot::io {
namespace {

using Mark = MigrationClock::Mark;
using Steady = std::chrono::steady_clock;

struct MigrationListener {
  std::string domain_uuid;
  MigrationSide side;
  std::shared_ptr<MigrationClock> clock;

  bool is_ours(virDomainPtr domain) const {
    std::array<char, VIR_UUID_STRING_BUFLEN> uuid{};
    return virDomainGetUUIDString(domain, uuid.data()) == 0 && domain_uuid == uuid.data();
  }
};

int on_lifecycle(virConnectPtr, virDomainPtr domain, int event, int detail, void* opaque) {
  const auto& listener = *static_cast<const MigrationListener*>(opaque);
  if (!listener.is_ours(domain)) return 0;
  const auto now = Steady::now();
  MigrationClock& clock = *listener.clock;
  if (listener.side == MigrationSide::kTarget) {
    if (event == VIR_DOMAIN_EVENT_STARTED && detail == VIR_DOMAIN_EVENT_STARTED_MIGRATED)
      clock.mark(Mark::kReserved, now);
    if (event == VIR_DOMAIN_EVENT_RESUMED) clock.mark(Mark::kResumed, now);
  } else {
    if (event == VIR_DOMAIN_EVENT_SUSPENDED) clock.mark(Mark::kSuspended, now);
    if (event == VIR_DOMAIN_EVENT_STOPPED && detail == VIR_DOMAIN_EVENT_STOPPED_MIGRATED)
      clock.mark(Mark::kReleased, now);
  }
  return 0;
}

void on_iteration(virConnectPtr, virDomainPtr domain, int, void* opaque) {
  const auto& listener = *static_cast<const MigrationListener*>(opaque);
  if (listener.is_ours(domain)) listener.clock->mark_round(Steady::now());
}

void release_listener(void* opaque) { delete static_cast<MigrationListener*>(opaque); }

}  // namespace

struct MigrationEvents::Registered {
  virt::ConnectionHandle connection;
  std::vector<int> callbacks;

  // `domain` is empty: the target has none yet. libvirt accepts every callback with one type.
  template <typename Callback>
  void add(int event, Callback callback, const MigrationListener& listener) {
    auto own = std::make_unique<MigrationListener>(listener);
    const int id = virConnectDomainEventRegisterAny(connection.get(), nullptr, event,
                                                    VIR_DOMAIN_EVENT_CALLBACK(callback), own.get(), release_listener);
    if (id < 0) return;
    (void)own.release();  // owned by libvirt from here on
    callbacks.push_back(id);
  }
};

MigrationEvents::MigrationEvents(LibvirtNode& node, MigrationSide side, const std::string& domain_uuid,
                                 std::shared_ptr<MigrationClock> clock)
    : calls_(node.calls()) {
  auto connection = node.connection(node.options().call_limit);
  if (!connection) return;
  const MigrationListener listener{domain_uuid, side, std::move(clock)};
  const auto done = calls_.run<std::shared_ptr<Registered>>(
      node.options().call_limit, [connection = std::move(*connection), listener]() mutable {
        auto registered = std::make_shared<Registered>();
        registered->connection = std::move(connection);
        registered->add(VIR_DOMAIN_EVENT_ID_LIFECYCLE, on_lifecycle, listener);
        if (listener.side == MigrationSide::kSource)
          registered->add(VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION, on_iteration, listener);
        return registered;
      });
  if (done) registered_ = *done;
}

// Calls libvirtd, and may hang: needs a thread of its own.
MigrationEvents::~MigrationEvents() {
  if (!registered_) return;
  calls_.spawn([registered = std::move(registered_)] {
    for (const int id : registered->callbacks) virConnectDomainEventDeregisterAny(registered->connection.get(), id);
  });
}

}  // namespace hotspot::io
