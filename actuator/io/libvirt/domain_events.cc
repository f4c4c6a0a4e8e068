#include "actuator/io/libvirt/domain_events.h"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

namespace hotspot::io {
namespace {

using ports::DomainEvent;
using ports::DomainEventKind;

struct Listener {
  std::function<std::string()> node_uuid;
  std::function<void(const DomainEvent&)> on_event;

  void tell(DomainEventKind kind, virDomainPtr domain) const {
    std::array<char, VIR_UUID_STRING_BUFLEN> uuid{};
    if (virDomainGetUUIDString(domain, uuid.data()) != 0) return;
    const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
    on_event({kind, node_uuid(), uuid.data(), now});
  }
};

void on_reboot(virConnectPtr, virDomainPtr domain, void* opaque) {
  static_cast<const Listener*>(opaque)->tell(DomainEventKind::kRebooted, domain);
}

// Parameters are named "cputune.vcpu_quota", "blkdeviotune.…": only those that we set as well are relevant.
void on_tunable(virConnectPtr, virDomainPtr domain, virTypedParameterPtr parameters, int count, void* opaque) {
  for (int i = 0; i < count; ++i) {
    if (!std::string_view(parameters[i].field).starts_with("cputune.")) continue;
    return static_cast<const Listener*>(opaque)->tell(DomainEventKind::kTuned, domain);
  }
}

void let_go(void* opaque) { delete static_cast<Listener*>(opaque); }

template <typename Callback>
std::optional<int> add(virConnectPtr connection, int event, Callback callback, const Listener& listener) {
  auto own = std::make_unique<Listener>(listener);
  const int id = virConnectDomainEventRegisterAny(connection, nullptr, event, VIR_DOMAIN_EVENT_CALLBACK(callback),
                                                  own.get(), let_go);
  if (id < 0) return std::nullopt;
  (void)own.release();  // owned by libvirt from here on
  return id;
}

}  // namespace

std::vector<int> listen_to_domains(virConnectPtr connection, const std::function<std::string()>& node_uuid,
                                   const std::function<void(const DomainEvent&)>& on_event) {
  const Listener listener{node_uuid, on_event};
  std::vector<int> ids;
  for (const auto id : {add(connection, VIR_DOMAIN_EVENT_ID_REBOOT, on_reboot, listener),
                        add(connection, VIR_DOMAIN_EVENT_ID_TUNABLE, on_tunable, listener)})
    if (id) ids.push_back(*id);
  return ids;
}

}  // namespace hotspot::io
