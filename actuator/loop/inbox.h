// Messages of other threads for the loop: snapshots, commands, signals, reports of workers.
//
// Thread rule: post() from any thread, take() from the loop's thread only. Bounded: if the loop falls behind, the
// oldest snapshots are dropped, by number and by bytes, and counted, and so are the newest unreadable ones. Commands
// beyond kMaxCommands or kMaxCommandBytes are dropped too: careful ones (a hold, a more careful mode, …) only beyond
// twice that, and a pause beyond four times. Of domain events the newest are dropped. Signals and reports are never
// dropped.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <variant>
#include <vector>

#include "actuator/loop/history_reader.h"
#include "actuator/ports/domain_event.h"
#include "actuator/ports/node_proof.h"
#include "actuator/ports/snapshot_source.h"
#include "telemetry/units.h"

namespace hotspot::loop {

struct ReloadRules {
  const char* why = "";  // "SIGHUP", "a rule file changed"
};
struct Stop {};
struct WorkerNews {};

using Message = std::variant<std::vector<ports::Arrival>, ports::BadSnapshot, ports::Command, ports::SourceChange,
                             HistoryAnswer, ReloadRules, Stop, WorkerNews, ports::DomainEvent, ports::NodeProof>;

class Inbox {
 public:
  static constexpr std::size_t kMaxArrivals = 100'000;
  static constexpr std::size_t kMaxArrivalBytes = 384u << 20;  // in memory: some seconds of 2,000 nodes
  static constexpr std::size_t kMaxBad = 10'000;
  static constexpr std::size_t kMaxCommands = 20'000;
  static constexpr std::size_t kMaxCommandBytes = 16u << 20;
  static constexpr std::size_t kMaxEvents = 10'000;  // a node's libvirt may send any number

  void post(Message message);
  // So many snapshots, and about so many bytes of them; more stay in the inbox.
  struct Room {
    std::size_t arrivals = kMaxArrivals;
    std::size_t bytes = kMaxArrivalBytes;
  };
  // Waits until there is something, at most for `limit`, and takes all of it: of snapshots, the oldest for which there
  // is room. What is no snapshot never waits for them.
  std::vector<Message> take(Milliseconds limit) { return take(limit, Room{}); }
  std::vector<Message> take(Milliseconds limit, Room room);
  std::size_t dropped_arrivals() const;  // those that could not be read, too
  std::size_t dropped_commands() const;
  std::size_t dropped_events() const;

 private:
  void make_room();                                                                          // with mutex_ held
  std::vector<ports::Arrival> take_arrivals(std::vector<ports::Arrival>& from, Room& room);  // likewise
  bool has_room(const ports::Command& command);                                              // likewise; counts it
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Message> messages_;
  std::size_t waiting_arrivals_ = 0, waiting_arrival_bytes_ = 0, waiting_bad_ = 0;
  std::size_t dropped_arrivals_ = 0;
  std::size_t waiting_commands_ = 0, waiting_command_bytes_ = 0;
  std::size_t dropped_commands_ = 0;
  std::size_t waiting_events_ = 0;
  std::size_t dropped_events_ = 0;
};

}  // namespace hotspot::loop
