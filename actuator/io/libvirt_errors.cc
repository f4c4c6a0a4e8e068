#include "actuator/io/libvirt_errors.h"

#include <array>
#include <string_view>

namespace hotspot::io {
namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// libvirt has no code of its own for these: the words are from its sources (qemu_domainjob.c, qemu_migration.c).
bool says_busy(const std::string& message) {
  constexpr std::array<std::string_view, 5> kWords{"state change lock", "another migration job", "has active block job",
                                                   "job is already active", "incoming migration in progress"};
  for (const std::string_view words : kWords)
    if (contains(message, words)) return true;
  return false;
}

}  // namespace

ports::CallFault fault_of(int code, const std::string& message, bool alive) {
  using ports::CallFault;
  if (!alive) return CallFault::kUnreachable;
  switch (code) {
    case VIR_ERR_NO_DOMAIN:
      return CallFault::kNotFound;
    case VIR_ERR_OPERATION_ABORTED:
      return CallFault::kCancelled;
    // "client socket is closed" and the like, while our own connection stands: libvirtd speaks of the one to the
    // target of a migration.
    default:
      return says_busy(message) ? CallFault::kBusy : CallFault::kRefused;
  }
}

ports::CallError last_error(virConnectPtr connection, const std::string& about) {
  const virErrorPtr error = virGetLastError();
  const int code = error != nullptr ? error->code : 0;
  const std::string words = error != nullptr && error->message != nullptr ? error->message : "libvirt gave no reason";
  const bool alive = connection == nullptr || virConnectIsAlive(connection) == 1;
  return {fault_of(code, words, alive), about + ": " + words};
}

void silence_libvirt() {
  virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
}

}  // namespace hotspot::io
