// Why a domain cannot go to a node: a code with its figures, which becomes a sentence only if somebody reads it.
//
// PURE. Trivial values: a search makes millions of them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "actuator/model/refusal.h"
#include "actuator/plan/board/amounts.h"

namespace hotspot::plan {

enum class BoardCode : std::uint8_t {
  kFits,
  kSameNode,      // it is there
  kFixed,         // the domain cannot be moved at all
  kClosed,        // the node takes nothing
  kBarred,        // this domain on this node, for a reason of its own: an earlier refusal, a recent departure
  kApart,         // anti-affinity, of the domain or of another one there
  kNoMate,        // no domain of a group that it must be with is there
  kSameName,      // another domain of its name is there
  kNoPages,       // too few free huge pages
  kIncompatible,  // by class: hypervisor, architecture, CPU, machine type, networks, storage, …
  kNotMeasured,   // the use of the domain or of the node
  kOverLimit,     // the node's demand would exceed its limit
  kOverAllocated  // what is promised to its domains would exceed its limit
};

struct BoardRefusal {
  BoardCode code = BoardCode::kFits;
  model::RefusalKind kind = model::RefusalKind::kNotApplicable;
  BoardResource resource = BoardResource::kCpu;  // of kNotMeasured, kOverLimit, kOverAllocated
  Amount after = 0, limit = 0;                   // of kOverLimit, kOverAllocated, kNoPages (needed, free)

  explicit operator bool() const { return code != BoardCode::kFits; }
  bool operator==(const BoardRefusal&) const = default;
};

// "h2 would be at 14.2 cores of CPU, the limit is 12.8". For kIncompatible, kFixed, kClosed and kBarred the facts are
// in the snapshots: cluster_board.h words those.
struct BoardNames {
  const std::string &domain, &node;
};
std::string sentence_of(const BoardRefusal& refusal, const BoardNames& names);
std::string amount_text(Amount amount, BoardResource resource);  // "14.2 cores", "1.5 GiB", "80.0 MiB/s"

// Refusals by kind, those too that nobody reads.
class RefusalCounts {
 public:
  void add(model::RefusalKind kind) { ++counts_[static_cast<std::size_t>(kind)]; }
  std::uint64_t of(model::RefusalKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }
  struct Count {
    model::RefusalKind kind;
    std::uint64_t times;
  };
  std::vector<Count> all() const;  // of those that occurred, the most frequent first

 private:
  std::array<std::uint64_t, static_cast<std::size_t>(model::RefusalKind::kNotApplicable) + 1> counts_{};
};

}  // namespace hotspot::plan
