// Why something cannot be done: a kind that is counted, and a sentence for people.
//
// PURE. Of what a search refuses, people read a few: the others are counted by kind, and nobody words them.
#pragma once

#include <string>

namespace hotspot::model {

enum class RefusalKind {
  kNotMeasured,    // a value that is needed to decide was not measured
  kStale,          // the node's data are stale
  kNoCpu,          // too little CPU headroom
  kNoMemory,       // too little memory headroom
  kAtLimit,        // the limit of the domain, of its policy or of the rule is reached
  kNotMigratable,  // host devices, local disks, …
  kNoConvergence,  // a live migration would never end
  kIncompatible,   // other hypervisor, architecture or CPU model
  kNotRunning,
  kSameNode,
  kAffinity,
  kInCooldown,
  kInFlight,         // an action on this domain is under way
  kSettling,         // the node's figures still include the time before its last action
  kTooMany,          // a limit on simultaneous actions is reached
  kHeld,             // by an operator, or everything is paused
  kOnTwoNodes,       // two nodes say that the domain runs there
  kRefusedBefore,    // this target has refused this domain, and nothing has changed since
  kTargetCannot,     // something that the target has or lacks is in the way
  kChangedByOthers,  // the domain rests because somebody else changed it
  kOutsideWindow,    // outside the time window
  kMode,             // observe or recommend
  kNoTarget,         // no node can take it; the refusals of the nodes are listed beside it
  kNotApplicable     // the remedy does not fit the subject
};
const char* to_string(RefusalKind kind);  // "no_cpu", …

struct Refusal {
  RefusalKind kind;
  std::string message;  // "h2 would have 180 MiB of 4.0 GiB memory left, the margin is 410 MiB"
  bool operator==(const Refusal&) const = default;
};

// Does anybody read the sentence? With kKindAlone it stays empty.
enum class Wording { kSentence, kKindAlone };

// `sentence` gives the text; it is called only if that is read.
template <typename Sentence>
Refusal refused(RefusalKind kind, Wording wording, const Sentence& sentence) {
  return {kind, wording == Wording::kSentence ? sentence() : std::string()};
}

}  // namespace hotspot::model
