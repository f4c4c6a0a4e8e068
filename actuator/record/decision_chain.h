// Checks the chain of decisions (decision_head.h) and names its first break: what was changed, removed, inserted or
// reordered, as far as the entries around it and the head tell.
//
// What it cannot see: whoever may write both the stream and `state` can write another chain that holds. A head that was
// kept elsewhere (the log) shows that: ChainBounds::asked. PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actuator/record/decision_head.h"

namespace hotspot::record {

// An entry of the stream, as it stands there.
struct ChainedEntry {
  std::string stream_id;
  std::optional<std::string> previous;  // the field; empty: there is none, it is of a version before
  std::string hash;                     // of hashed_text()
};

enum class ChainBreakKind {
  kChanged,
  kRemoved,
  kInserted,
  kReordered,
  kUnlinked,   // without a hash, after the chain began
  kMalformed,  // its fields are not those of a decision
  kNewChain,   // number 1 again
  kForked,     // the chain goes on from an earlier decision
  kNoHead,     // `state` has none
  kOtherHead   // not the chain of the head that was asked about
};
const char* to_string(ChainBreakKind kind);  // "changed", "removed", …

struct ChainBreak {
  ChainBreakKind kind = ChainBreakKind::kChanged;
  std::int64_t number = 0, last_number = 0;  // of the first and the last decision concerned; 0: not known
  std::string stream_id;                     // of the entry that shows it; empty: none does
  std::string sentence;
};

struct ChainBounds {
  // Decisions up to this one may be missing. Of those that are there, one before a gap is checked by nothing.
  std::optional<DecisionHead> anchor;
  std::optional<DecisionHead> asked;  // one that must be in the chain
};

struct ChainReport {
  std::size_t older = 0;    // entries without a hash, from before the chain began
  std::size_t checked = 0;  // entries of the chain, up to the break
  std::int64_t first = 0;   // the number of the first of them; 0: there is none
  std::optional<DecisionHead> anchor, head;
  bool asked_is_trimmed = false;  // the one that was asked about is not there any more: it cannot be compared
  std::optional<ChainBreak> broken;
};

class DecisionChain {
 public:
  explicit DecisionChain(ChainBounds bounds) : bounds_(std::move(bounds)) {}

  // The entries in the order of the stream, from its first.
  void add(const ChainedEntry& entry);
  bool wants_more() const { return after_break_.size() < kLookedAt; }
  const std::optional<DecisionHead>& last() const { return last_; }  // that was accepted

  // head: as `state` has it, read after the last entry was added; empty: there is none, or it cannot be read.
  ChainReport finish(const std::optional<DecisionHead>& head) const;

 private:
  static constexpr std::size_t kLookedAt = 64;  // entries from the break on, to tell what kind it is

  struct Link {
    std::string stream_id;
    bool is_linked = false;                // it has a field `previous`
    std::optional<DecisionHead> previous;  // empty: none, or malformed
    DecisionHead self;                     // number 0: not known
  };
  static Link link_of(const ChainedEntry& entry);
  static std::string name(const Link& link);
  DecisionHead base() const;
  bool follows(const Link& link) const;
  void accept(const Link& link);
  bool goes_on_from(const Link& link, const std::optional<DecisionHead>& head) const;
  ChainBreak classify(const std::optional<DecisionHead>& head) const;
  ChainBreak other_hash(const std::optional<DecisionHead>& head) const;
  ChainBreak number_ahead(const std::optional<DecisionHead>& head) const;
  ChainBreak number_behind(const std::optional<DecisionHead>& head) const;
  std::optional<ChainBreak> end(const std::optional<DecisionHead>& head) const;
  std::optional<ChainBreak> asked(ChainReport& report) const;

  ChainBounds bounds_;
  std::size_t older_ = 0, checked_ = 0;
  std::string first_older_;  // its stream id
  std::int64_t first_ = 0;
  std::optional<DecisionHead> last_, before_last_;
  Link last_link_;
  std::optional<DecisionHead> found_;  // the decision of the number that was asked about
  std::vector<Link> after_break_;
};

}  // namespace hotspot::record
