#include "actuator/io/libvirt/errors.h"

#include <array>
#include <string_view>

namespace hotspot::io {
namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// libvirt has no separate codes for these: the words are from its sources (qemu_domainjob.c, qemu_migration.c).
bool says_busy(const std::string& message) {
  constexpr std::array<std::string_view, 5> kWords{"state change lock", "another migration job", "has active block job",
                                                   "job is already active", "incoming migration in progress"};
  for (const std::string_view words : kWords)
    if (contains(message, words)) return true;
  return false;
}

// From its sources (virdomainobjlist.c): a domain with that name or UUID exists already.
bool says_taken(const std::string& message) {
  return contains(message, "already exists with uuid") || contains(message, "is already defined with uuid") ||
         contains(message, "is already active as");
}

bool says_no_connection(const std::string& message) {
  constexpr std::array<std::string_view, 5> kWords{"nable to connect to server", "onnection refused",
                                                   "No route to host", "onnection timed out", "onnection reset"};
  for (const std::string_view words : kWords)
    if (contains(message, words)) return true;
  return false;
}

}  // namespace

ports::Blame blame_of(int code, int part, const std::string& message) {
  using ports::Blame;
  if (says_taken(message)) return Blame::kTarget;
  if (says_no_connection(message)) return Blame::kPassing;
  switch (code) {
    case VIR_ERR_OPERATION_TIMEOUT:
    case VIR_ERR_RESOURCE_BUSY:
    case VIR_ERR_NO_CONNECT:
    case VIR_ERR_RPC:
    case VIR_ERR_AGENT_UNRESPONSIVE:
      return Blame::kPassing;
    // Host devices or a wrong state: reported by the source. An inactive network or pool: reported by the target.
    case VIR_ERR_OPERATION_INVALID:
      return part == VIR_FROM_QEMU || part == VIR_FROM_DOMAIN || part == VIR_FROM_NONE ? Blame::kDomain
                                                                                       : Blame::kTarget;
    case VIR_ERR_MIGRATE_UNSAFE:  // disks that are not shared
      return Blame::kDomain;
    case VIR_ERR_SYSTEM_ERROR:
      return part == VIR_FROM_RPC || part == VIR_FROM_REMOTE ? Blame::kPassing : Blame::kTarget;
    // Names of networks and pools, the CPU, features unknown to its libvirt or QEMU, permissions: all caused by the
    // target.
    default:
      return Blame::kTarget;
  }
}

ports::CallFault fault_of(int code, const std::string& message, Connection connection) {
  using ports::CallFault;
  if (connection == Connection::kBroken) return CallFault::kUnreachable;
  switch (code) {
    case VIR_ERR_NO_DOMAIN:
      return CallFault::kNotFound;
    case VIR_ERR_OPERATION_ABORTED:
      return CallFault::kCancelled;
    // "client socket is closed" and the like while our own connection is intact: libvirtd refers to its connection to
    // the target of a migration.
    default:
      return says_busy(message) ? CallFault::kBusy : CallFault::kRefused;
  }
}

std::string advice_on_refusal(int code, const std::string& message) {
  switch (code) {
    case VIR_ERR_AUTH_FAILED:
    case VIR_ERR_AUTH_CANCELLED:
    case VIR_ERR_AUTH_UNAVAILABLE:
    case VIR_ERR_ACCESS_DENIED:
      break;
    default:  // the socket's permissions, ssh, TLS: libvirt has no separate codes for these
      if (!contains(message, "Permission denied") && !contains(message, "ertificate")) return "";
  }
  return "; docs/nodes.md says what lets hotspotd in";
}

ports::CallError last_error(virConnectPtr connection, const std::string& about) {
  const virErrorPtr error = virGetLastError();
  const int code = error != nullptr ? error->code : 0;
  const std::string words = error != nullptr && error->message != nullptr ? error->message : "libvirt gave no reason";
  const bool alive = connection == nullptr || virConnectIsAlive(connection) == 1;
  return {fault_of(code, words, alive ? Connection::kAlive : Connection::kBroken), about + ": " + words,
          error != nullptr ? blame_of(code, error->domain, words) : ports::Blame::kNotSaid};
}

void silence_libvirt() {
  virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
}

}  // namespace hotspot::io
