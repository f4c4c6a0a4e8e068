// The connection to one node's libvirtd. For the libvirt_*.cc of this folder only.
//
// Opening may hang as long as the node does, so it happens in a background thread, which lives only while there is no
// connection. When a connection breaks, the next one is opened at once, and then with a back-off.
// Thread rule: every method may be called from several threads at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "actuator/io/backoff.h"
#include "actuator/io/libvirt_handles.h"
#include "actuator/io/libvirt_hypervisor.h"
#include "actuator/io/timed_calls.h"
#include "actuator/ports/node_proof.h"

namespace hotspot::io {

class LibvirtNode : public std::enable_shared_from_this<LibvirtNode> {
 public:
  LibvirtNode(ports::NodeAddress address, const LibvirtOptions& options, TimedCalls calls);

  // Begins to open the connection if there is none.
  void open();
  // The connection; waits for it while it is being opened, but at most `limit`.
  Result<ConnectionHandle, ports::CallError> connection(Milliseconds limit);
  // A connection for one long call alone, opened now; may hang. libvirt's client up to 10.1 loses the wake-up of a
  // second thread that asks while the first one waits: on a shared connection, every question asked during a migration
  // could take until the next keep-alive.
  Result<ConnectionHandle, ports::CallError> connect_anew();
  // For good.
  void close();

  const ports::NodeAddress& address() const { return address_; }
  TimedCalls& calls() { return calls_; }
  const LibvirtOptions& options() const { return options_; }
  ports::CallError unreachable(const std::string& why) const;

  void on_closed(const virConnect* which, int reason);  // from libvirt's event loop

 private:
  enum class Stage { kClosed, kOpening, kWaiting, kOpen, kEnded };
  struct Proved {
    ConnectionHandle handle;
    ports::NodeIdentity identity;
  };
  using Opened = Result<Proved, ports::CallError>;

  // Only the connection that is kept listens to events.
  enum class Listens { kNo, kYes };
  Opened connect(Listens listens);
  void begin_opening();  // with mutex_ held, as drop_dead_connection()
  void open_until_done(unsigned attempt);
  bool settle(Opened opened, unsigned attempt);  // true: no more to do for this opener
  bool drop_dead_connection();                   // true: there was one
  void tell(bool connected, const std::string& message);
  void prove(const Opened& opened);

  const ports::NodeAddress address_;
  const LibvirtOptions options_;
  TimedCalls calls_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Stage stage_ = Stage::kClosed;
  ConnectionHandle connection_;
  Backoff backoff_;
  std::string last_error_;
  std::chrono::steady_clock::time_point opening_since_{};
  unsigned attempt_ = 0;      // rises with each opener; those that hung and come back late see that they are not wanted
  unsigned hung_ = 0;         // openers that were given up and have not come back
  std::optional<bool> told_;  // what on_change heard last
  std::string last_problem_;  // what on_proof heard last; empty: of a connection
};

}  // namespace hotspot::io
