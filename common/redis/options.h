// Where Redis is, and how the client authenticates.
//
// Plain values. check() reports contradictions before any connection is made.
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
// Parses "HOST:PORT", "[IPV6]:PORT", or a host alone, which gets the default port.
Result<Address> address_from_string(const std::string& text, int default_port);

// Files are PEM and are read at each connect, so that a certificate can be renewed.
struct Tls {
  bool on = false;
  std::string ca_file;                     // trusted authorities; empty: those of the system
  std::string certificate_file, key_file;  // the client's own, for a Redis with tls-auth-clients
  std::string server_name;                 // expected in the server's certificate; empty: the host that is dialled
  bool operator==(const Tls&) const = default;
};
// False if the build used hiredis before 1.0.
bool tls_is_built_in();

struct Sentinel {
  std::string master;  // the master's name in the Sentinels' configuration; empty: no Sentinel
  std::string user, password_file;
  Milliseconds recheck_interval{5000};  // how often to ask the Sentinels again while the master answers
  bool operator==(const Sentinel&) const = default;
};

struct Options {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string unix_socket;  // used instead of host and port, if not empty
  // Used instead of host and port, if not empty: the Sentinels; or nodes of a Redis Cluster (a few are enough, the
  // others are discovered); or servers of which the one that is master is used.
  std::vector<Address> addresses;
  Sentinel sentinel;
  Tls tls;
  // Any of this cluster's keys: in a Redis Cluster its slot determines the node. Empty: no Redis Cluster is expected.
  std::string key;
  std::string user;           // ACL user (Redis 6 and later); empty: the default user
  std::string password_file;  // read at each connect, so that a password can be changed; empty: no password
  // Covers connecting, AUTH and finding the master. Long enough for another continent; the loop waits no longer.
  Milliseconds connect_timeout{2000};
  // For one command or pipeline, including the whole reply.
  Milliseconds command_timeout{2000};
  std::string client_name = "hotspot";  // as CLIENT LIST shows it; no spaces
  // A larger reply is refused. The limit exceeds the largest snapshot that the decoder accepts (64 MiB).
  std::size_t max_reply_bytes = 96u << 20;

  // Replaces a port of 0 by the default port of the Sentinels or of Redis.
  void set_default_ports();
  bool operator==(const Options&) const = default;
};

// A sentence if these options contradict each other, or need something that is not built in.
std::optional<std::string> check(const Options& options);

// Parses "HOST:PORT[,HOST:PORT…]", "unix:PATH" or "sentinel:MASTER@HOST:PORT[,HOST:PORT…]" into the options.
Result<void> set_address(const std::string& text, Options& options);

// For messages: "127.0.0.1:6379", "unix:/run/redis.sock" or "master 'hotspot' (sentinels …)".
std::string address_text(const Options& options);

}  // namespace hotspot::redis
