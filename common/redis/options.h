// Where Redis is, and how we say who we are.
//
// Plain values. check() tells what cannot be meant, before anything is dialled.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::redis {

struct Address {
  std::string host = "127.0.0.1";  // a name, an IPv4 or an IPv6 address
  int port = 6379;
  bool operator==(const Address&) const = default;
};
std::string to_string(const Address& address);  // "10.0.0.1:6379", "[::1]:6379"
// "HOST:PORT", "[IPV6]:PORT", or a host alone, which gets the default port.
Result<Address> address_from_string(const std::string& text, int default_port);

// Files are PEM and read at each connect, so that a certificate can be renewed.
struct Tls {
  bool on = false;
  std::string ca_file;                     // whom we trust; empty: the system's authorities
  std::string certificate_file, key_file;  // who we are, where Redis wants to know (tls-auth-clients)
  std::string server_name;                 // what the server's certificate must say; empty: the host that is dialled
  bool operator==(const Tls&) const = default;
};
// False where this was built with hiredis before 1.0.
bool tls_is_built_in();

struct Sentinel {
  std::string master;  // the name that the sentinels know it by; empty: no Sentinel
  std::string user, password_file;
  Milliseconds recheck_interval{5000};  // how often a master that still answers is looked up again
  bool operator==(const Sentinel&) const = default;
};

struct Options {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string unix_socket;  // instead of host and port, if not empty
  // Instead of host and port, if not empty: the sentinels; or nodes of a Redis Cluster (a few are enough, the others
  // are found); or servers of which the one that is master is taken.
  std::vector<Address> addresses;
  Sentinel sentinel;
  Tls tls;
  // Any key of ours: in a Redis Cluster its slot says which node we need. Empty: no Redis Cluster is expected.
  std::string key;
  std::string user;           // ACL user (Redis 6 and later); empty: the default user
  std::string password_file;  // read at each connect, so that a password can be changed; empty: no password
  // Connecting, AUTH and finding the master included. Long enough for another continent; the loop waits no longer.
  Milliseconds connect_timeout{2000};
  // One command or pipeline, whole reply included.
  Milliseconds command_timeout{2000};
  std::string client_name = "hotspot";  // as CLIENT LIST shows it; no spaces
  // A reply above this is not taken in. More than the largest snapshot that the decoder accepts (64 MiB).
  std::size_t max_reply_bytes = 96u << 20;

  // Gives addresses whose port is 0 the usual one: that of the sentinels, or of Redis.
  void set_default_ports();
  bool operator==(const Options&) const = default;
};

// A sentence if these options contradict each other, or need what is not built in.
std::optional<std::string> check(const Options& options);

// Sets what "HOST:PORT[,HOST:PORT…]", "unix:PATH" or "sentinel:MASTER@HOST:PORT[,HOST:PORT…]" says.
Result<void> set_address(const std::string& text, Options& options);

// "127.0.0.1:6379", "unix:/run/redis.sock" or "master 'hotspot' (sentinels …)", for messages.
std::string address_text(const Options& options);

}  // namespace hotspot::redis
