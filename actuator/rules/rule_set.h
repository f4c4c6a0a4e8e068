// Checked rules: the content of a set of rule files that has no errors.
//
// PURE, immutable after checking, shared between threads as const. docs/rules.md describes the files for operators; the
// fields here are in the same order.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actuator/model/limits.h"
#include "actuator/model/series.h"
#include "actuator/rules/aim.h"
#include "actuator/rules/position.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::rules {

struct Expression;  // language/expression.h

// The most careful of daemon, rule and domain applies: the smallest value.
enum class Mode { kObserve = 0, kRecommend = 1, kEnforce = 2 };
const char* to_string(Mode mode);
std::optional<Mode> mode_from_string(std::string_view text);

// How long, or in how many samples, the condition must hold before the rule fires.
struct ForTime {
  Milliseconds time{0};
};
struct ForSamples {  // in k of the last n samples
  int k = 1;
  int n = 1;
};
using ForClause = std::variant<ForTime, ForSamples>;

// The remedies. A negative `by` removes.
struct ScaleVcpus {
  int by = 1;
  std::optional<int> min, max;  // in addition to the limits of the domain and its policy
  bool persistent = false;      // in the domain's definition too
  bool operator==(const ScaleVcpus&) const = default;
};
struct ScaleMemory {
  std::int64_t by_bytes = 0;
  std::optional<std::int64_t> min_bytes, max_bytes;
  bool persistent = false;
  bool operator==(const ScaleMemory&) const = default;
};
// Moves a domain to the node that suits it best by projection. For a node's hotspot, `select` chooses the domain.
enum class Select { kLeastMigrationTime, kMostCpu, kHighestVsr };
const char* to_string(Select select);
struct Migrate {
  Select select = Select::kLeastMigrationTime;
  bool operator==(const Migrate&) const = default;
};
// Moves all domains of a node elsewhere, one after the other. If that is not possible for all, none moves, or with
// `partial` those that can.
struct Drain {
  bool partial = false;
  bool operator==(const Drain&) const = default;
};
// The same for a node that is hardly used, onto nodes that are in use, and only if all domains fit.
struct Consolidate {
  bool operator==(const Consolidate&) const = default;
};
// Makes the cluster even: at most so many moves while the rule fires, and none unless all together make the score
// (plan/balance/score.h) smaller by this share.
struct Balance {
  int max_moves = 10;
  double least_gain_ratio = 0.10;
  bool operator==(const Balance&) const = default;
};
struct CapCpu {
  int to_percent = 0;  // of one CPU, for all vCPUs together; 0: no cap
  bool operator==(const CapCpu&) const = default;
};
struct CpuShares {
  int to = 1024;
  bool operator==(const CpuShares&) const = default;
};
// For the disk or interface in the expression's label `device`, or for all; limits that are not given are lifted.
struct LimitDisk {
  model::DiskLimit to;
  bool operator==(const LimitDisk&) const = default;
};
struct LimitNetwork {
  model::NetworkLimit to;
  bool operator==(const LimitNetwork&) const = default;
};
using Remedy = std::variant<ScaleVcpus, ScaleMemory, Migrate, CapCpu, CpuShares, LimitDisk, LimitNetwork, Drain,
                            Consolidate, Balance>;
const char* remedy_name(const Remedy& remedy);  // "scale_vcpus", …

// What kind of thing the results of an expression refer to.
enum class SubjectKind { kDomain, kNode, kCluster };
const char* to_string(SubjectKind kind);

enum class RuleKind { kHotspot, kAlert, kRecord };  // acts; only reports; records its values as a series

struct Rule {
  RuleKind kind = RuleKind::kHotspot;
  std::string name;  // for a recording rule: the series
  std::string group;
  std::string file;
  Position position;
  std::string expression_text;
  std::shared_ptr<const Expression> expression;
  // Once the rule fires on a subject, it fires until this expression has a value for it. Null: until `expr` has none.
  std::string until_text;
  std::shared_ptr<const Expression> until;
  SubjectKind subject = SubjectKind::kDomain;
  std::vector<Aim>
      aims;  // what it is about; several: it compares several resources. Empty: its expression does not tell
  std::vector<std::string> series;  // names of those that `expr` reads

  ForClause for_clause = ForTime{};
  Milliseconds keep_firing_for{0};
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;  // templates, like labels; see template.h
  std::vector<std::shared_ptr<const Expression>>
      asked;                     // the expressions that `query` in the templates uses, as far as they are known
  std::vector<Remedy> remedies;  // empty: the rule only reports
  Milliseconds cooldown{std::chrono::minutes(15)};
  Mode mode = Mode::kEnforce;
  std::optional<int> limit;  // fire on (record) at most this many subjects at once; also the group's limit
  // May it fire while the samples do not reach back as far as it reads? For rules with remedies; see covered_ranges.h.
  bool acts_on_partial_ranges = false;
  std::optional<Milliseconds> max_age;  // older data do not count; by default the daemon's own limit
  Milliseconds interval{0};             // of its group: the minimum time between two evaluations
};

struct RuleSet {
  std::vector<Rule> rules;  // in order of files, groups and rules
  std::vector<std::string> files;
  std::string fingerprint;  // of all texts: identifies the set
  const Rule* find(std::string_view name) const;
};

}  // namespace hotspot::rules
