// A redis-server of a test's own: on a free port of 127.0.0.1 and on a unix socket, in a folder that goes away with it.
//
// It ends with the test, also when the test is killed. What it held is lost at stop(). Failures throw, which ends the
// test. Thread rule: one thread.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/ports.h"

namespace hotspot::testing {

class RedisServer {
 public:
  // Starts it. `arguments` are added to its command line: {"--maxmemory", "1mb"}; one that does not begin with "--" and
  // stands first is a configuration file.
  explicit RedisServer(std::vector<std::string> arguments = {});
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string unix_socket() const { return folder_ + "/redis.sock"; }
  const std::string& folder() const { return folder_; }
  // Instead of the command line of before, from the next start on.
  void set_arguments(std::vector<std::string> arguments) { arguments_ = std::move(arguments); }

  void start();   // and waits until it answers
  void stop();    // SIGKILL
  void pause();   // SIGSTOP
  void resume();  // SIGCONT

 private:
  [[noreturn]] void become_redis() const;
  bool answers() const;

  std::vector<std::string> arguments_;
  std::string folder_;
  int port_ = 0;
  pid_t process_ = 0;
};

}  // namespace hotspot::testing
