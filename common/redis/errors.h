// What Redis answers, or does not, as sentences that say what to do.
#pragma once

#include <string>
#include <vector>

#include "common/redis/options.h"
#include "common/redis/reply.h"

namespace hotspot::redis {

// Whom we speak to, as a message names it.
struct Peer {
  Address address;
  std::string unix_socket;  // instead of the address, if not empty
  std::string user;
  bool is_sentinel = false;
};
std::string to_string(const Peer& peer);  // "Redis at 127.0.0.1:6379", "the Sentinel at …"

// reply: the text of an error reply, "NOPERM this user has no permissions to run the 'xadd' command". Its code is the
// first word, but "STREAMID" where ids of a stream have run ahead, and "WRONGTYPE" also where a script met it.
CommandError refused(const Peer& peer, const std::string& reply);

// detail: what the system said, "Connection refused".
CommandError cannot_connect(const Peer& peer, const std::string& detail);
CommandError cannot_encrypt(const Peer& peer, const std::string& detail);  // it is there, but TLS with it fails
// detail: what is wrong with the file that holds the password.
CommandError no_password(const Peer& peer, const std::string& detail);
CommandError connection_lost(const Peer& peer, const std::string& detail);
CommandError timed_out(const Peer& peer, Milliseconds waited);

// A WRONGTYPE with the keys of ours that are not what they should be: "hotspot:{c1}:lease is a list (a string is
// right)".
CommandError wrong_types(CommandError error, const std::string& keys);
// It answered `what` in a way that no Redis does.
CommandError no_redis(const Peer& peer, const std::string& what);

// Several were tried and none would do: one error that says of each why. Precondition: not empty.
CommandError none_of(const std::vector<CommandError>& errors);

// The first word of an error reply, "NOPERM".
std::string code_of(const std::string& reply);
// Whether an operator has to know of it: not an answer of a script, or that one is not known.
bool is_fault_of_redis(const CommandError& error);
// Whether another server, or the same one after a new connect, may answer better: it is no master (any more), it lost
// its master, it is still reading its data, or wants to know who we are.
bool calls_for_a_new_connection(const std::string& code);

}  // namespace hotspot::redis
