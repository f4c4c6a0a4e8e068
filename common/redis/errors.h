// Turns errors of Redis, and the lack of an answer, into sentences that say what to do.
#pragma once

#include <string>
#include <vector>

#include "common/redis/options.h"
#include "common/redis/reply.h"

namespace hotspot::redis {

// The server, as messages name it.
struct Peer {
  Address address;
  std::string unix_socket;  // used instead of the address, if not empty
  std::string user;
  bool is_sentinel = false;
};
std::string to_string(const Peer& peer);  // "Redis at 127.0.0.1:6379", "the Sentinel at …"

// reply: the text of an error reply, "NOPERM this user has no permissions to run the 'xadd' command". Its code is the
// first word, but "STREAMID" where ids of a stream have run ahead, and "WRONGTYPE" also where a script met it.
CommandError refused(const Peer& peer, const std::string& reply);

// detail: what the system said, "Connection refused".
CommandError cannot_connect(const Peer& peer, const std::string& detail);
CommandError cannot_encrypt(const Peer& peer, const std::string& detail);  // the server answers, but TLS fails
// detail: what is wrong with the file that holds the password.
CommandError no_password(const Peer& peer, const std::string& detail);
CommandError connection_lost(const Peer& peer, const std::string& detail);
CommandError timed_out(const Peer& peer, Milliseconds waited);

// A WRONGTYPE error, with those of our keys that have the wrong type: "hotspot:{c1}:lease is a list (a string is
// right)".
CommandError wrong_types(CommandError error, const std::string& keys);
// The server answered `what` in a way that no Redis does.
CommandError no_redis(const Peer& peer, const std::string& what);

// Several servers were tried and none was usable: one error that gives the reason for each. Precondition: not empty.
CommandError none_of(const std::vector<CommandError>& errors);

// The first word of an error reply, "NOPERM".
std::string code_of(const std::string& reply);
// Does an operator have to hear of it? False for answers of scripts, and for NOSCRIPT.
bool is_fault_of_redis(const CommandError& error);
// Would another server, or the same one after a new connect, answer better? So if the server is not or no longer a
// master, has lost its master, is still loading its data, or wants authentication.
bool calls_for_a_new_connection(const std::string& code);

}  // namespace hotspot::redis
