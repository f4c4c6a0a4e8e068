// Threads that wait for Redis in the place of the thread that serves, each with a connection of its own.
//
// Thread rule: any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "actuator/client/connection.h"

namespace hotspot::console {

class Workers {
 public:
  using Job = std::function<void(client::Connection&)>;
  struct Options {
    std::size_t threads = 2;
    std::size_t most_waiting = 64;
  };

  // An error if there can be no cluster of that name.
  static Result<std::unique_ptr<Workers>> start(const client::Target& target, Options options);
  ~Workers();  // jobs that wait are lost
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // False: too many wait already.
  bool submit(Job job);

 private:
  explicit Workers(Options options) : options_(options) {}
  void run(client::Connection& connection);

  Options options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool ending_ = false;
  std::vector<std::unique_ptr<client::Connection>> connections_;
  std::vector<std::thread> threads_;
};

}  // namespace hotspot::console
