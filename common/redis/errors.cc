#include "common/redis/errors.h"

#include <algorithm>
#include <array>

namespace hotspot::redis {
namespace {

struct Advice {
  const char* code;
  const char* text;
};
// What an operator has to do. It follows Redis' own words.
constexpr std::array kAdvice{
    Advice{"NOAUTH", "set a password file, and the user if it is not the default one"},
    Advice{"WRONGPASS", "check the user and what the password file holds"},
    Advice{"NOPERM", "grant it to this user; docs/acl.md has the ACL lines of each role"},
    Advice{"OOM", "it has reached its maxmemory: raise it, or shorten what is kept (MaxAge)"},
    Advice{"READONLY",
           "this is a replica: give the address of the master, or use Sentinel; after a failover the master "
           "is looked for again"},
    Advice{"LOADING", "it is reading its data from disk; we wait until it is done"},
    Advice{"MISCONF", "it cannot save its data to disk: look at its log and at the disk's free space"},
    Advice{"MASTERDOWN", "this replica has lost its master: give the address of the master, or use Sentinel"},
    Advice{"MOVED", "the nodes of this Redis Cluster send us from one to the other: see CLUSTER NODES on each"},
    Advice{"ASK", "the nodes of this Redis Cluster send us from one to the other: see CLUSTER NODES on each"},
    Advice{"CLUSTERDOWN", "the Redis Cluster has no master for our slot: see CLUSTER INFO; we wait until it has"},
    Advice{"TRYAGAIN", "the Redis Cluster is moving our slot to another node; we wait until it is done"},
    Advice{"UNBLOCKED", "it became a replica; the master is looked for again"},
    Advice{"NOREPLICAS", "it has too few replicas to write (min-replicas-to-write): bring them back"},
    Advice{
        "WRONGTYPE",
        "another program has written a key that belongs to Hotspot: remove that key, or choose another cluster name"},
    Advice{"BUSY", "a script of somebody else blocks it: see SCRIPT KILL"},
    Advice{
        "STREAMID",
        "somebody has put an entry with an id of the future into this stream, so that nothing can be appended any "
        "more; the hotspotd that leads lets the stream begin anew within 10 s; docs/acl.md says how to do it by hand"},
};

const char* advice_for(const std::string& code, const std::string& reply) {
  for (const Advice& advice : kAdvice)
    if (code == advice.code) return advice.text;
  if (reply.find("wrong number of arguments for 'auth'") != std::string::npos)
    return "Redis before version 6 knows no users: leave the user empty";
  if (reply.find("without any password configured") != std::string::npos)
    return "this Redis asks for no password: leave the password file empty, or give the default user a password";
  if (reply.find("unknown command") != std::string::npos) return "Hotspot needs Redis 5 or later";
  return "";
}

}  // namespace

std::string code_of(const std::string& reply) { return reply.substr(0, reply.find(' ')); }

bool is_fault_of_redis(const CommandError& error) {
  return error.fault != Fault::kRefused ||
         std::any_of(kAdvice.begin(), kAdvice.end(), [&](const Advice& advice) { return error.code == advice.code; });
}

bool calls_for_a_new_connection(const std::string& code) {
  for (const char* known : {"READONLY", "MASTERDOWN", "UNBLOCKED", "CLUSTERDOWN", "LOADING", "NOAUTH"})
    if (code == known) return true;
  return false;
}

std::string to_string(const Peer& peer) {
  if (!peer.unix_socket.empty()) return "Redis at unix:" + peer.unix_socket;
  return (peer.is_sentinel ? "the Sentinel at " : "Redis at ") + to_string(peer.address);
}

CommandError refused(const Peer& peer, const std::string& reply) {
  std::string code = code_of(reply);
  for (const char* spoilt : {"exhausted the last possible ID", "equal or smaller than the target stream top item"})
    if (reply.find(spoilt) != std::string::npos) code = "STREAMID";
  // Before version 7, Redis puts words of its own before an error that a script met.
  if (reply.find("WRONGTYPE") != std::string::npos) code = "WRONGTYPE";
  std::string message = to_string(peer);
  if (!peer.user.empty()) message += " (user '" + peer.user + "')";
  message += " answered: " + reply;
  const std::string advice = advice_for(code, reply);
  if (!advice.empty()) message += "; " + advice;
  return {Fault::kRefused, code, message};
}

CommandError cannot_connect(const Peer& peer, const std::string& detail) {
  return {
      Fault::kAway, "",
      "cannot connect to " + to_string(peer) + ": " + detail + "; check that it runs and that the address is right"};
}

CommandError cannot_encrypt(const Peer& peer, const std::string& detail) {
  return {Fault::kAway, "", "cannot speak TLS with " + to_string(peer) + ": " + detail};
}

CommandError no_password(const Peer& peer, const std::string& detail) {
  return {Fault::kAway, "", "cannot log in to " + to_string(peer) + ": " + detail};
}

CommandError connection_lost(const Peer& peer, const std::string& detail) {
  return {Fault::kAway, "", "the connection to " + to_string(peer) + " was lost: " + detail};
}

CommandError timed_out(const Peer& peer, Milliseconds waited) {
  return {
      Fault::kTimedOut, "",
      to_string(peer) + " did not answer within " + std::to_string(waited.count()) + " ms; the connection was dropped"};
}

CommandError wrong_types(CommandError error, const std::string& keys) {
  error.message += "; found: " + keys;
  return error;
}

CommandError no_redis(const Peer& peer, const std::string& what) {
  return {Fault::kAway, "NOREDIS",
          "what answers as " + to_string(peer) + " is no Redis: it answered " + what +
              " as no Redis does; check the address and the port"};
}

CommandError none_of(const std::vector<CommandError>& errors) {
  if (errors.size() == 1) return errors.front();
  CommandError all{errors.front().fault, "", "no master of Redis was found"};
  for (const CommandError& error : errors) {
    if (all.code.empty() && !error.code.empty()) all.fault = error.fault, all.code = error.code;
    if (all.message.find(error.message) == std::string::npos) all.message += " | " + error.message;
  }
  return all;
}

}  // namespace hotspot::redis
