#include "actuator/io/redis_errors.h"

#include <array>

namespace hotspot::io {
namespace {

struct Advice {
  const char* code;
  const char* text;
};
// What an operator has to do; Redis' own words come before it.
constexpr std::array kAdvice{
    Advice{"NOAUTH", "set a password file, and the user if it is not the default one"},
    Advice{"WRONGPASS", "check the user and what the password file holds"},
    Advice{"NOPERM", "grant it to this user; docs/acl.md has the ACL lines of each role"},
    Advice{"OOM", "Redis has reached its maxmemory: raise it, or shorten what is kept"},
    Advice{"READONLY", "this is a replica: give the address of the master"},
    Advice{"LOADING", "it is reading its data from disk; we wait until it is done"},
    Advice{"MISCONF", "it cannot save its data to disk: look at its log and at the disk's free space"},
    Advice{"MASTERDOWN", "this replica has lost its master: give the address of the master"},
    Advice{"MOVED",
           "this is a Redis Cluster, which needs a client that follows it: give the address of the slot's node"},
    Advice{"WRONGTYPE", "something else has written a key of ours: remove that key, or choose another cluster name"},
    Advice{"BUSY", "a script of somebody else blocks it: see SCRIPT KILL"},
};

const char* advice_for(const std::string& code, const std::string& reply) {
  for (const Advice& advice : kAdvice)
    if (code == advice.code) return advice.text;
  if (reply.find("wrong number of arguments for 'auth'") != std::string::npos)
    return "Redis before version 6 knows no users: leave the user empty";
  if (reply.find("unknown command") != std::string::npos) return "Hotspot needs Redis 5 or later";
  if (reply.find("without any password configured") != std::string::npos)
    return "this Redis asks for no password: leave the password file empty, or give the default user a password";
  return "";
}

}  // namespace

std::string address_text(const RedisOptions& options) {
  if (!options.unix_socket.empty()) return "unix:" + options.unix_socket;
  return options.host + ":" + std::to_string(options.port);
}

RedisError refused(const RedisOptions& options, const std::string& reply) {
  const std::string code = reply.substr(0, reply.find(' '));
  std::string message = "Redis at " + address_text(options);
  if (!options.user.empty()) message += " (user '" + options.user + "')";
  message += " answered: " + reply;
  const std::string advice = advice_for(code, reply);
  if (!advice.empty()) message += "; " + advice;
  return {RedisFault::kRefused, code, message};
}

RedisError cannot_connect(const RedisOptions& options, const std::string& detail) {
  return {RedisFault::kAway, "",
          "cannot connect to Redis at " + address_text(options) + ": " + detail +
              "; check that it runs and that the address is right"};
}

RedisError connection_lost(const RedisOptions& options, const std::string& detail) {
  return {RedisFault::kAway, "", "the connection to Redis at " + address_text(options) + " was lost: " + detail};
}

RedisError timed_out(const RedisOptions& options, Milliseconds waited) {
  return {RedisFault::kTimedOut, "",
          "Redis at " + address_text(options) + " did not answer within " + std::to_string(waited.count()) +
              " ms; the connection was dropped"};
}

}  // namespace hotspot::io
