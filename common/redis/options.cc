#include "common/redis/options.h"

#include <hiredis/hiredis.h>

#include <charconv>

namespace hotspot::redis {
namespace {

constexpr int kRedisPort = 6379;
constexpr int kSentinelPort = 26379;

Result<std::vector<Address>> addresses_from_string(const std::string& text, int default_port) {
  std::vector<Address> addresses;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    auto address = address_from_string(text.substr(at, comma - at), default_port);
    if (!address) return address.error();
    addresses.push_back(std::move(*address));
    at = comma + 1;
  }
  return addresses;
}

std::optional<std::string> check_tls(const Tls& tls) {
  const bool any =
      !tls.ca_file.empty() || !tls.certificate_file.empty() || !tls.key_file.empty() || !tls.server_name.empty();
  if (!tls.on)
    return any ? std::optional<std::string>("certificates are named, but TLS is off: switch it on") : std::nullopt;
  if (tls.certificate_file.empty() != tls.key_file.empty())
    return "a client certificate needs its key, and a key its certificate: name both";
  if (!tls_is_built_in())
    return "TLS needs hiredis 1.0 or later, and this was built with " + std::to_string(HIREDIS_MAJOR) + "." +
           std::to_string(HIREDIS_MINOR) + "." + std::to_string(HIREDIS_PATCH) +
           "; use a unix socket, or a tunnel such as stunnel or WireGuard";
  return std::nullopt;
}

}  // namespace

void Options::set_default_ports() {
  for (Address& address : addresses)
    if (address.port == 0) address.port = sentinel.master.empty() ? kRedisPort : kSentinelPort;
}

std::string to_string(const Address& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

Result<Address> address_from_string(const std::string& text, int default_port) {
  Address address{text, default_port};
  const std::size_t bracket = text.find(']');
  const std::size_t colon = text.rfind(':');
  const bool has_port = colon != std::string::npos &&
                        (text.starts_with('[') ? bracket != std::string::npos && colon == bracket + 1
                                               : text.find(':') == colon);  // several colons: IPv6 without brackets
  if (has_port) {
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, address.port);
    if (parsed.ec != std::errc() || parsed.ptr != end || address.port < 1 || address.port > 65535)
      return Error{"'" + text + "' is not HOST:PORT: the port must be a number from 1 to 65535"};
    address.host = text.substr(0, colon);
  }
  if (address.host.starts_with('[') && address.host.ends_with(']'))
    address.host = address.host.substr(1, address.host.size() - 2);
  if (address.host.empty() || address.host.find_first_of("[] /@") != std::string::npos)
    return Error{"'" + text + "' is not HOST:PORT (an IPv6 address needs brackets: [::1]:6379)"};
  return address;
}

Result<void> set_address(const std::string& text, Options& options) {
  options.unix_socket.clear();
  options.addresses.clear();
  options.sentinel.master.clear();
  if (text.starts_with("unix:")) {
    options.unix_socket = text.substr(5);
    return options.unix_socket.empty() ? Result<void>(Error{"'unix:' needs the path of a socket"}) : Result<void>();
  }
  std::string list = text;
  constexpr std::string_view kSentinelPrefix = "sentinel:";
  if (list.starts_with(kSentinelPrefix)) {
    const std::size_t at = list.find('@');
    if (at == std::string::npos || at == kSentinelPrefix.size())
      return Error{"'" + text + "' is not sentinel:MASTER@HOST:PORT[,HOST:PORT…]"};
    options.sentinel.master = list.substr(kSentinelPrefix.size(), at - kSentinelPrefix.size());
    list = list.substr(at + 1);
  }
  auto addresses = addresses_from_string(list, options.sentinel.master.empty() ? kRedisPort : kSentinelPort);
  if (!addresses) return addresses.error();
  options.addresses = std::move(*addresses);
  return {};
}

std::optional<std::string> check(const Options& options) {
  const bool by_sentinel = !options.sentinel.master.empty();
  if (!options.unix_socket.empty() && by_sentinel)
    return "a unix socket and Sentinel exclude each other: the sentinels say where the master is";
  if (!options.unix_socket.empty() && !options.addresses.empty())
    return "a unix socket and a list of addresses exclude each other";
  if (!options.unix_socket.empty() && options.tls.on)
    return "TLS over a unix socket is not known to Redis: leave it out";
  if (by_sentinel && options.addresses.empty())
    return "Sentinel '" + options.sentinel.master +
           "' needs the addresses of the sentinels (their port is usually 26379)";
  if (!by_sentinel && (!options.sentinel.user.empty() || !options.sentinel.password_file.empty()))
    return "a user or password for the sentinels is given, but not the master's name";
  if (!options.user.empty() && options.password_file.empty())
    return "user '" + options.user + "' needs a password file";
  if (!options.sentinel.user.empty() && options.sentinel.password_file.empty())
    return "user '" + options.sentinel.user + "' of the sentinels needs a password file";
  return check_tls(options.tls);
}

std::string address_text(const Options& options) {
  if (!options.unix_socket.empty()) return "unix:" + options.unix_socket;
  if (options.addresses.empty()) return to_string(Address{options.host, options.port});
  std::string list;
  for (const Address& address : options.addresses) list += (list.empty() ? "" : ", ") + to_string(address);
  if (options.sentinel.master.empty()) return list;
  return "master '" + options.sentinel.master + "' (sentinels " + list + ")";
}

}  // namespace hotspot::redis
