// Queues operators' commands for the leader, decides which are executed, and keeps the answers.
//
// Everything that arrived is settled in one round: a number of pauses, of other careful commands (a hold, a more
// careful mode, ending an action) and of the rest is executed, in the order of their ids; the others are refused at
// once. So a flood costs bounded time and memory, and does not delay anybody's pause. A command counts as settled by
// its position in its stream, which is kept in `state`; an id ahead of the store's clock is refused and moves no
// position. PURE: time is an argument. Thread rule: one thread, the loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "actuator/ports/snapshot_source.h"
#include "actuator/record/answer.h"
#include "actuator/record/command.h"
#include "actuator/record/stream_id.h"

namespace hotspot::loop {

struct DeskLimits {
  std::size_t careful = 100;                     // carried out a round: the newest pauses, and the newest of the others
  std::size_t others = 100;                      // likewise: the oldest of the rest
  std::size_t waiting = 2000;                    // of each kind, until the next round
  std::size_t waiting_bytes = 4u << 20;          // likewise
  std::size_t remembered = 20'000;               // of more than that the ids alone, so that they are answered
  std::size_t unwritten = record::kKeptAnswers;  // answers that Redis does not have yet
  Milliseconds lifetime{600'000};                // what nobody led to take is not carried out for ever after
  Milliseconds most_ahead{5000};                 // of the store's clock
};

// Since the start.
struct DeskCounts {
  std::uint64_t carried_out = 0, refused = 0, too_old = 0, of_the_future = 0, too_many = 0;
  std::uint64_t unanswered = 0;  // refused, but for their number there is no answer
  bool operator==(const DeskCounts&) const = default;
};

class CommandDesk {
 public:
  // holder: this hotspotd, as answers name it.
  explicit CommandDesk(std::string holder, DeskLimits limits = {});

  void take(ports::Command command);  // also while another leads

  // To be carried out now; answer() says what became of it.
  struct Ready {
    record::Channel channel = record::Channel::kOperator;
    record::StreamId stream_id;
    record::Command command;
  };
  // Settles all that waits, in the order of the ids. What is not in the result has its answer already.
  std::vector<Ready> round(WallTime now);
  void answer(const Ready& ready, record::Verdict verdict, WallTime now);

  // Answers that Redis does not have yet, oldest first; written() forgets the first `count` of them.
  const std::deque<record::Answer>& unwritten() const { return unwritten_; }
  void written(std::size_t count);

  // Fields of `state`: the positions, and the newest result as hotspotctl of before reads it.
  std::map<std::string, std::string> durable() const;
  // Of a new leader, from `state` and what is answered. False: what we settled ourselves is later, and stays. A
  // position of the future is not believed: the newest answer stands in for it.
  bool restore(const std::map<std::string, std::string>& state, const std::vector<record::Answer>& answered,
               WallTime now);

  // dropped: commands that did not even get here.
  DeskCounts counts(std::size_t dropped = 0) const;
  // Sentences for the log since the last call. What goes on is said once, and again after a quiet while.
  std::vector<std::string> news();

 private:
  struct Waiting {
    record::StreamId stream_id;
    ports::Command command;
    std::size_t bytes = 0;
  };
  struct Left {  // of a command that is not carried out, enough to answer it
    record::Channel channel = record::Channel::kOperator;
    record::StreamId stream_id;
    std::string verb;
  };
  struct Queue {
    std::deque<Waiting> commands;
    std::size_t bytes = 0;
  };
  struct Positions {  // settled up to here
    record::StreamId operators, admin;
    record::StreamId& of(record::Channel channel) { return channel == record::Channel::kAdmin ? admin : operators; }
  };

  static Left left_of(const Waiting& one);
  void make_room(Queue& queue);
  void remember(Left one);
  bool is_settled(record::Channel channel, record::StreamId id) { return id <= settled_.of(channel); }
  void refuse_those_ahead(WallTime now);
  void refuse_those_left(Positions& reached, WallTime now);
  std::vector<Waiting> open(Queue& queue, Positions& reached, WallTime now);
  static void put_in_order(std::vector<Waiting>& chosen);
  void choose_newest(std::vector<Waiting> from, std::vector<Waiting>& chosen);
  record::StreamId believed(record::Channel channel, const std::string& field,
                            const std::vector<record::Answer>& answered, WallTime now);
  void refuse(const Left& one, record::Verdict verdict, WallTime now);
  void put(record::Answer answer);
  void say(WallTime& last, WallTime now, const std::string& sentence);

  std::string holder_;
  DeskLimits limits_;
  Queue pauses_, careful_, others_;
  std::deque<Left> left_;   // there was no room for them
  std::deque<Left> ahead_;  // of the store's clock
  Positions settled_;
  std::deque<record::Answer> unwritten_;
  std::string newest_result_;
  DeskCounts counts_;
  std::vector<std::string> news_;
  WallTime said_future_{}, said_too_many_{};
};

}  // namespace hotspot::loop
