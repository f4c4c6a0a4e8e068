#include "actuator/io/libvirt/peer.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <memory>

namespace hotspot::io {
namespace {

struct AddressListFreer {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

bool same(const sockaddr_storage& left, const sockaddr_storage& right) {
  if (left.ss_family != right.ss_family) return false;
  if (left.ss_family == AF_INET) {
    const auto& a = reinterpret_cast<const sockaddr_in&>(left);
    const auto& b = reinterpret_cast<const sockaddr_in&>(right);
    return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
  }
  const auto& a = reinterpret_cast<const sockaddr_in6&>(left);
  const auto& b = reinterpret_cast<const sockaddr_in6&>(right);
  return left.ss_family == AF_INET6 && a.sin6_port == b.sin6_port &&
         std::memcmp(&a.sin6_addr, &b.sin6_addr, sizeof a.sin6_addr) == 0;
}

// Uses a copy of the descriptor, so that nobody can close it and reuse its number in the meantime.
bool shut_down_if_at(int descriptor, const std::vector<sockaddr_storage>& addresses) {
  sockaddr_storage at{};
  socklen_t size = sizeof at;
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&at), &size) != 0) return false;
  const auto is_here = [&](const sockaddr_storage& one) { return same(one, at); };
  if (std::none_of(addresses.begin(), addresses.end(), is_here)) return false;
  const int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return false;
  size = sizeof at;
  const bool still = getpeername(copy, reinterpret_cast<sockaddr*>(&at), &size) == 0 &&
                     std::any_of(addresses.begin(), addresses.end(), is_here);
  if (still) shutdown(copy, SHUT_RDWR);
  close(copy);
  return still;
}

}  // namespace

std::optional<Peer> peer_of(const std::string& uri) {
  const auto scheme_end = uri.find("://");
  if (scheme_end == std::string::npos) return std::nullopt;
  const std::string scheme = uri.substr(0, scheme_end);
  const auto plus = scheme.find('+');
  const std::string transport = plus == std::string::npos ? "tls" : scheme.substr(plus + 1);
  if (transport != "tls" && transport != "tcp") return std::nullopt;
  std::string authority = uri.substr(scheme_end + 3, uri.find_first_of("/?#", scheme_end + 3) - scheme_end - 3);
  if (const auto user = authority.rfind('@'); user != std::string::npos) authority.erase(0, user + 1);
  Peer peer{authority, transport == "tls" ? "16514" : "16509"};
  const auto bracket = authority.find(']');
  const auto colon = authority.find(':', bracket == std::string::npos ? 0 : bracket);
  if (colon != std::string::npos) {
    peer.host = authority.substr(0, colon);
    peer.port = authority.substr(colon + 1);
  }
  if (bracket != std::string::npos) peer.host = authority.substr(1, bracket - 1);
  if (peer.host.empty()) return std::nullopt;
  return peer;
}

std::vector<sockaddr_storage> resolve(const Peer& peer) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  std::vector<sockaddr_storage> addresses;
  if (getaddrinfo(peer.host.c_str(), peer.port.c_str(), &hints, &raw) != 0) return addresses;
  const std::unique_ptr<addrinfo, AddressListFreer> list(raw);
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
    sockaddr_storage address{};
    std::memcpy(&address, one->ai_addr, std::min<std::size_t>(one->ai_addrlen, sizeof address));
    addresses.push_back(address);
  }
  return addresses;
}

int shut_down_sockets_to(const std::vector<sockaddr_storage>& addresses) {
  if (addresses.empty()) return 0;
  int count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const std::string name = entry.path().filename();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    if (descriptor >= 0 && shut_down_if_at(descriptor, addresses)) ++count;
  }
  return count;
}

}  // namespace hotspot::io
