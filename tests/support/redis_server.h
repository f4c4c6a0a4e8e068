// A redis-server of a test's own: on a free port of 127.0.0.1 and on a unix socket, in a folder that goes away with it.
//
// It ends with the test, also when the test is killed. What it held is lost at stop(). Failures throw, which ends the
// test. Thread rule: one thread.
#pragma once

#include <sys/types.h>

#include <string>

namespace hotspot::testing {

class RedisServer {
 public:
  RedisServer();  // starts it
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  int port() const { return port_; }
  std::string unix_socket() const { return folder_ + "/redis.sock"; }

  void start();   // and waits until it answers
  void stop();    // SIGKILL
  void pause();   // SIGSTOP
  void resume();  // SIGCONT

 private:
  bool answers() const;

  std::string folder_;
  int port_ = 0;
  pid_t process_ = 0;
};

}  // namespace hotspot::testing
