// Stores what the planner had before it in a round that acts or recommends, so that its plan can be made again.
//
// It costs the loop little: what did not change since it was stored is neither encoded nor sent again, and there is a
// limit on how much is encoded within a minute. What exceeds that, or is too large, is not stored, and the decision
// says so. Thread rule: one thread, the loop's.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/input_text.h"
#include "actuator/plan/planner.h"
#include "actuator/ports/input_store.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::loop {

// What a decision says of its input: one of both, or neither where inputs are not stored at all.
struct InputName {
  std::string sha256;
  std::string not_stored;  // why: a sentence
};

// The texts of the rules in use.
struct RuleTexts {
  const std::vector<rules::SourceFile>& files;
  std::size_t operations = 0;  // the limit with which they were checked
};

class InputKeeper {
 public:
  // Encoded within a minute, at most; recommendations leave half of it to actions. About 1.4 s of CPU time, with
  // their hashes and the compression.
  static constexpr std::size_t kMostBytesAMinute = 64u << 20;

  // The store: null where inputs are not stored.
  explicit InputKeeper(ports::InputStore* store) : store_(store) {}

  // What was stored before may have been removed, or lost.
  void take_lead();
  void begin_round() { kept_.reset(); }

  struct Wish {
    const plan::PlanInput& input;
    RuleTexts rules;
    plan::Outcome outcome;  // kAct or kRecommend
    std::int64_t token = 0;
    // Told what became of the write.
    std::function<void(const Result<void, ports::WriteError>&)> written;
  };
  // The input of this round, which is stored once. It must not have changed since the plan was made. Where the store
  // could not be written, it has its name all the same.
  const InputName& keep(const Wish& wish);

 private:
  // A part that was stored.
  struct Known {
    std::string sha256;
    std::size_t bytes = 0;
  };
  struct KnownNode {
    std::weak_ptr<const telemetry::NodeSnapshot> snapshot;
    Known part;
  };
  struct Draft;
  InputName stored(const Wish& wish);
  bool draft(const Wish& wish, Draft& draft);
  void add(Draft& draft, Known& known, const std::function<std::string()>& text);
  bool has_room(plan::Outcome outcome, WallTime now);
  void forget();

  ports::InputStore* store_;
  std::optional<InputName> kept_;  // in this round
  std::map<std::string, KnownNode> nodes_;
  std::map<std::string, Known> files_;  // rule files by path
  std::string rules_;                   // fingerprint of the set that files_ is of
  Known configuration_;
  std::deque<std::pair<WallTime, std::size_t>> encoded_;  // within the last minute: when, and bytes
  std::size_t encoded_bytes_ = 0;
};

}  // namespace hotspot::loop
