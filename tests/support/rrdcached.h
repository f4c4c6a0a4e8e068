// A real rrdcached of a test's own, in a folder that the test owns. It ends with the test, also when that is killed.
// Failures throw. Thread rule: one thread.
#pragma once

#include <sys/types.h>

#include <string>

namespace hotspot::testing {

class Rrdcached {
 public:
  explicit Rrdcached(const std::string& folder);  // its base; starts it and waits until it answers
  ~Rrdcached();
  Rrdcached(const Rrdcached&) = delete;
  Rrdcached& operator=(const Rrdcached&) = delete;

  std::string socket_address() const { return "unix:" + socket_; }
  std::string port_address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  void start(const std::string& folder);
  void stop();

  std::string socket_;
  int port_ = 0;
  pid_t process_ = 0;
};

}  // namespace hotspot::testing
