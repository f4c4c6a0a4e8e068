#include "actuator/io/libvirt/identity.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <pugixml.hpp>
#include <string_view>

#include "actuator/io/libvirt/errors.h"
#include "common/libvirt/handles.h"
#include "common/text/ascii.h"

namespace hotspot::io {
namespace {

using ports::CallError;
using ports::CallFault;

// hostname(7): no DNS name is longer. The answer may be anything.
constexpr std::size_t kLongestHostname = 255;
constexpr std::size_t kUuidLength = VIR_UUID_STRING_BUFLEN - 1;

bool is_uuid(const std::string& text) {
  if (text.size() != kUuidLength) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::string_view("0123456789abcdef").find(text[i]) == std::string_view::npos)
      return false;
  }
  return true;
}

CallError no_identity(const std::string& about, const std::string& why) {
  return {CallFault::kUnreachable, about + ": " + why};
}

}  // namespace

Result<std::string> host_uuid_in(const std::string& capabilities) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(capabilities.data(), capabilities.size());
  if (!parsed) return Error{std::string("they are no XML: ") + parsed.description()};
  std::string uuid = text::lower_case(document.child("capabilities").child("host").child_value("uuid"));
  if (!uuid.empty() && !is_uuid(uuid)) return Error{"what they have as the UUID of the host is none"};
  return uuid;
}

Result<ports::NodeIdentity, CallError> identity_of(virConnectPtr connection, const std::string& about) {
  ports::NodeIdentity identity;
  const virt::TextHandle capabilities(virConnectGetCapabilities(connection));
  if (!capabilities) return last_error(connection, about + ": capabilities");
  auto uuid = host_uuid_in(capabilities.get());
  if (!uuid) return no_identity(about, "capabilities: " + uuid.error().message);
  identity.host_uuid = std::move(*uuid);
  const virt::TextHandle hostname(virConnectGetHostname(connection));
  if (!hostname) return last_error(connection, about + ": host name");
  identity.hostname = hostname.get();
  if (identity.hostname.size() > kLongestHostname) return no_identity(about, "its host name is too long to be one");
  virNodeInfo info{};
  if (virNodeGetInfo(connection, &info) != 0) return last_error(connection, about + ": CPUs and memory");
  constexpr auto kMostKibibytes = static_cast<unsigned long>(std::numeric_limits<std::int64_t>::max() / kKibibyte);
  if (info.cpus > std::numeric_limits<std::int16_t>::max() || info.memory > kMostKibibytes)
    return no_identity(about, "its CPUs and memory are more than any host has");
  identity.cpus = static_cast<int>(info.cpus);
  identity.memory_bytes = static_cast<std::int64_t>(info.memory) * kKibibyte;
  return identity;
}

}  // namespace hotspot::io
