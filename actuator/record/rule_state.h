// On which subjects rules are pending or fire, and since when: fields `rule_state:00` to `rule_state:ff` and
// `rule_clock` of the hash `state`, as JSON. docs/journal.md has their members.
//
// Little is written again while little happens. All subjects of a domain are in the same field, wherever it runs. A
// time that equals the one of the node's newest sample is left out, and so is the value of a pending subject, which the
// next sample supplies: what merely stays pending or firing does not change its text. PURE. What is read is never
// trusted: it is bounded, and refused with a sentence.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

inline constexpr const char* kRuleStatePrefix = "rule_state:";
inline constexpr const char* kRuleClockField = "rule_clock";
inline constexpr const char* kOldRuleStateField = "rule_state";  // all in one text, of versions before; read only

// For how many subjects, nodes and samples of a subject there may be state; how large a field of JSON and all fields
// together may be.
inline constexpr std::size_t kMostRuleSubjects = 1'000'000;
inline constexpr std::size_t kMostRuleNodes = 100'000;
inline constexpr std::size_t kMostRuleSamples = 1000;
inline constexpr std::size_t kMostRuleFieldBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMostRuleBytes = std::size_t{128} << 20;

// In which samples a condition held, for `for: k of n`: one sample or, with the times of the last of them, up to 64.
struct RuleSamples {
  struct Times {
    WallTime taken_at{}, seen_at{};
    bool operator==(const Times&) const = default;
  };
  Times first;
  std::optional<Times> last;
  std::uint32_t count = 1;
  std::uint64_t held = 0;  // one bit each, the lowest for the first
  bool operator==(const RuleSamples&) const = default;
};

struct RuleSubject {
  enum class Kind { kDomain, kNode, kCluster };
  Kind kind = Kind::kCluster;
  std::string node_uuid, domain_uuid;
  std::map<std::string, std::string> labels;
  double value = std::numeric_limits<double>::quiet_NaN();  // not a number: not known
  WallTime pending_since{}, first_sample_at{};
  std::optional<WallTime> firing_since;  // empty: it is pending
  WallTime last_held{};
  std::optional<WallTime> not_held_since;
  WallTime last_sample{}, last_evaluation{};
  std::uint64_t measured = 0;
  std::vector<RuleSamples> samples;  // the oldest first
};

struct RuleState {
  std::string rule, group, expression;
  std::vector<RuleSubject> subjects;
};

// When each node's newest sample was taken and evaluated, by UUID.
struct NewestSample {
  WallTime taken_at{}, observed_at{};
  bool operator==(const NewestSample&) const = default;
};
using NewestSamples = std::map<std::string, NewestSample, std::less<>>;

std::string rule_state_field(int part);  // 0 to 255

// By name of the field; parts without subjects are left out. Subjects are written in the given order.
std::map<std::string, std::string> rule_state_fields(const std::vector<RuleState>& rules, const NewestSamples& newest);

// From all fields of the hash `state`, others too; reads what versions before JSON wrote. A rule may be there several
// times, each with other subjects.
Result<std::vector<RuleState>> rule_state_from(const std::map<std::string, std::string>& fields);

}  // namespace hotspot::record
