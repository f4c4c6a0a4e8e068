// Finds the other end of a libvirt URI, and this process's sockets that are connected to it.
//
// virConnectOpen() has no time limit: if the other side accepts the connection and stays silent, it waits for ever. It
// ends when its socket is shut down, and the socket can be found by the address to which it is connected. Thread rule:
// values; resolve() may block as long as the resolver does.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <vector>

namespace hotspot::io {

struct Peer {
  std::string host;
  std::string port;
  bool operator==(const Peer&) const = default;
};

// For "qemu+tcp://h1:16509/system" and the like, with libvirt's default ports. Empty: the URI has no address and port
// (ssh, a local socket).
std::optional<Peer> peer_of(const std::string& uri);

std::vector<sockaddr_storage> resolve(const Peer& peer);

// Shuts down every socket of this process that is connected to one of these addresses. Returns how many there were.
int shut_down_sockets_to(const std::vector<sockaddr_storage>& addresses);

}  // namespace hotspot::io
