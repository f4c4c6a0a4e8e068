// What operators ask of the leader: an entry of the stream `commands`, or of `commands:admin` for what the role admin
// alone may ask.
//
// An entry is a field `verb` and a field for each argument. One reader and one writer; anybody may have written what is
// read, so every text and number has a bound, and a word that is not known refuses the whole command. PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

enum class Mode { kObserve, kRecommend, kEnforce };
const char* to_string(Mode mode);

struct SetMode {  // to enforce: role admin
  Mode mode = Mode::kObserve;
  std::string owner;
  bool operator==(const SetMode&) const = default;
};
struct Reload {
  std::string owner;
  bool operator==(const Reload&) const = default;
};
struct CancelAction {
  std::string action, owner;
  bool operator==(const CancelAction&) const = default;
};
struct DrainNode {
  std::string node, owner, reason;
  bool operator==(const DrainNode&) const = default;
};
struct UndrainNode {
  std::string node, owner, reason;
  bool operator==(const UndrainNode&) const = default;
};
// Until when, by either of them; neither: until it is removed.
struct End {
  std::optional<Milliseconds> length;
  std::optional<WallTime> until;
  bool operator==(const End&) const = default;
};
struct AddHold {
  std::string on, name;  // "domain", "node", "rule", "cluster", and whose
  std::string owner, reason;
  End end;
  bool cancel = false;  // what is under way on it is ended, too
  bool operator==(const AddHold&) const = default;
};
struct RemoveHold {
  std::string id, owner;
  bool operator==(const RemoveHold&) const = default;
};
struct Pause {
  std::string owner, reason;
  End end;
  bool cancel = false, yes = false;  // yes: also in the place of somebody else's
  bool operator==(const Pause&) const = default;
};
struct Resume {
  std::string owner;
  bool operator==(const Resume&) const = default;
};
// A rule that lost its right to act gets it back.
struct TrustRule {
  std::string rule, owner, reason;
  bool operator==(const TrustRule&) const = default;
};
// A recommendation is carried out, if it still holds. What the operator saw of it, where it is said, has to be what the
// leader recommends.
struct ApplyPlan {
  std::string decision;  // the id of the recommendation
  std::string domain_uuid, step;
  std::string owner;
  bool operator==(const ApplyPlan&) const = default;
};
// A recommendation does not come again for some time; without an end, for the time that is configured.
struct RefusePlan {
  std::string decision, owner, reason;
  std::optional<Milliseconds> length;
  bool operator==(const RefusePlan&) const = default;
};
// What an operator orders for one domain, by its name or UUID: planned as a remedy is, and begun at once if nothing is
// against it. `dry_run`: only said.
struct MigrateDomain {
  std::string domain, target;  // the node's name or host UUID; empty: the planner chooses
  std::string owner, reason;
  bool dry_run = false;
  bool operator==(const MigrateDomain&) const = default;
};
// One of the two sizes.
struct ScaleDomain {
  std::string domain;
  std::optional<int> vcpus;
  std::optional<std::int64_t> memory_bytes;
  std::string owner, reason;
  bool dry_run = false;
  bool operator==(const ScaleDomain&) const = default;
};
struct CapDomain {
  std::string domain;
  int percent = 0;  // of one CPU, for all vCPUs together; 0: no cap
  std::string owner, reason;
  bool dry_run = false;
  bool operator==(const CapDomain&) const = default;
};
// Role admin, as the next two. The URI and the fingerprint of the key are those that the operator saw and agreed to;
// the leader compares them with what the node says now. An empty fingerprint: it does not sign.
struct AdmitNode {
  std::string node;  // its name or host UUID
  std::string uri, fingerprint, owner;
  bool operator==(const AdmitNode&) const = default;
};
struct ForgetNode {
  std::string node, owner;  // its id in the registry
  bool operator==(const ForgetNode&) const = default;
};
struct RekeyNode {
  std::string node, fingerprint, owner;
  bool operator==(const RekeyNode&) const = default;
};

using Command =
    std::variant<SetMode, Reload, CancelAction, DrainNode, UndrainNode, AddHold, RemoveHold, Pause, Resume, AdmitNode,
                 ForgetNode, RekeyNode, TrustRule, ApplyPlan, RefusePlan, MigrateDomain, ScaleDomain, CapDomain>;

// The two streams of commands. Ids of one say nothing about the other's.
enum class Channel { kOperator, kAdmin };

// As an entry holds it.
struct CommandEntry {
  std::string verb;
  std::map<std::string, std::string> arguments;
  bool operator==(const CommandEntry&) const = default;
};

// The largest sizes that a command may name: far above what anybody has.
inline constexpr int kMostVcpus = 4096;
inline constexpr std::int64_t kMostMemoryBytes = std::int64_t{1} << 50;
inline constexpr int kMostCapPercent = 819'200;  // as in rules

inline constexpr std::size_t kMostArguments = 16;
inline constexpr std::size_t kMostEntryBytes = 16 * 1024;  // of an entry, names and values
inline constexpr std::size_t kMostReasonBytes = 500;       // of owner and reason; names may have twice that

// Only what is set is written: a hotspotd of before reads it too.
CommandEntry to_entry(const Command& command);
// The sentence of an error names the argument.
Result<Command> command_from(const CommandEntry& entry);
// Where it has to be sent. `channel` of command_from() is not asked: the loop refuses what came by the wrong one.
Channel channel_of(const Command& command);

// In which order commands are carried out when many wait. Careful ones make Hotspot do less: a hold, a mode that is
// more careful than enforce, the end of an action.
enum class Urgency { kPause, kCareful, kOther };
// Of an entry, so that nothing has to be read for it.
Urgency urgency_of(const CommandEntry& entry);
inline bool is_careful(const CommandEntry& entry) { return urgency_of(entry) != Urgency::kOther; }

}  // namespace hotspot::record
