// Who may come in now: the credentials of Redis in memory, read anew every other second by a thread of its own.
//
// While Redis is away the last ones that were read count. Thread rule: any thread.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "actuator/console/credential_store.h"

namespace hotspot::console {

class Gate {
 public:
  explicit Gate(std::unique_ptr<CredentialStore> store);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // Null: they were never read.
  std::shared_ptr<const Credentials> credentials() const;
  // Why they could not be read at the last attempt; empty: they were.
  std::string problem() const;

  struct Opened {
    std::string cookie;
    WallTime expires{};
  };
  // These two wait for Redis.
  Result<Opened> open_session(const User& user, Milliseconds length);
  Result<void> close_session(const std::string& sha256);

 private:
  void run();
  void reload();  // with store_mutex_ held
  void tell(const Credentials& credentials);

  std::unique_ptr<CredentialStore> store_;
  std::mutex store_mutex_;    // of store_, told_
  std::string told_;          // what was logged of the problems
  mutable std::mutex mutex_;  // of the rest
  std::condition_variable changed_;
  std::shared_ptr<const Credentials> credentials_;
  std::string problem_ = "the tokens have not been read yet";
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace hotspot::console
