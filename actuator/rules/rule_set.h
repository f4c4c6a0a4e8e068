// Checked rules: what a set of rule files says, once nothing in it is wrong.
//
// PURE, immutable after checking, shared between threads as const. docs/rules.md is the operator's description of the
// files; the order of fields here follows it.
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
#include "actuator/rules/position.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::rules {

struct Expression;  // language/expression.h

// The most careful of daemon, rule and domain holds: the smallest value.
enum class Mode { kObserve = 0, kRecommend = 1, kEnforce = 2 };
const char* to_string(Mode mode);
std::optional<Mode> mode_from_string(std::string_view text);

// How long, or in how many samples, an expression must hold before the rule fires.
struct HoldFor {
  Milliseconds time{0};
};
struct HoldSamples {  // in k of the last n samples
  int k = 1;
  int n = 1;
};
using Hold = std::variant<HoldFor, HoldSamples>;

// The remedies, in the order in which a rule names them. A negative `by` takes away.
struct ScaleVcpus {
  int by = 1;
  std::optional<int> min, max;  // besides the domain's own limits and its policy's
  bool persistent = false;      // in the domain's definition too
  bool operator==(const ScaleVcpus&) const = default;
};
struct ScaleMemory {
  std::int64_t by_bytes = 0;
  std::optional<std::int64_t> min_bytes, max_bytes;
  bool persistent = false;
  bool operator==(const ScaleMemory&) const = default;
};
// To the node that fits best by projection. For a node's hotspot, the domain to move is selected.
enum class Select { kLeastMigrationTime, kMostCpu, kHighestVsr };
const char* to_string(Select select);
struct Migrate {
  Select select = Select::kLeastMigrationTime;
  bool operator==(const Migrate&) const = default;
};
// All domains of a node go elsewhere, one after the other; where not all can, none goes, or with `partial` those that
// can.
struct Drain {
  bool partial = false;
  bool operator==(const Drain&) const = default;
};
// The same of a node that is hardly used, onto nodes that are in use, and only if all fit.
struct Consolidate {
  bool operator==(const Consolidate&) const = default;
};
struct CapCpu {
  int to_percent = 0;  // of one CPU, for all vCPUs together; 0: no cap
  bool operator==(const CapCpu&) const = default;
};
struct CpuShares {
  int to = 1024;
  bool operator==(const CpuShares&) const = default;
};
// Of the disk or interface that the expression's label `device` names, or of all; what is not named is lifted.
struct LimitDisk {
  model::DiskLimit to;
  bool operator==(const LimitDisk&) const = default;
};
struct LimitNetwork {
  model::NetworkLimit to;
  bool operator==(const LimitNetwork&) const = default;
};
using Remedy =
    std::variant<ScaleVcpus, ScaleMemory, Migrate, CapCpu, CpuShares, LimitDisk, LimitNetwork, Drain, Consolidate>;
const char* remedy_name(const Remedy& remedy);  // "scale_vcpus", …

// What the results of an expression speak of.
enum class SubjectKind { kDomain, kNode, kCluster };
const char* to_string(SubjectKind kind);

enum class RuleKind { kHotspot, kAlert, kRecord };  // acts; tells; its values become a series

struct Rule {
  RuleKind kind = RuleKind::kHotspot;
  std::string name;  // of a recording rule: the series
  std::string group;
  std::string file;
  Position position;
  std::string expression_text;
  std::shared_ptr<const Expression> expression;
  // The off mark: once the rule fires on a subject, it fires until this has a value for it. Null: until `expr` has
  // none.
  std::string until_text;
  std::shared_ptr<const Expression> until;
  SubjectKind subject = SubjectKind::kDomain;

  Hold hold = HoldFor{};
  Milliseconds keep_firing_for{0};
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;  // templates, as those of labels; see template.h
  std::vector<std::shared_ptr<const Expression>>
      asked;                     // what `query` in the templates asks for, as far as it is known
  std::vector<Remedy> remedies;  // empty: the rule only tells
  Milliseconds cooldown{std::chrono::minutes(15)};
  Mode mode = Mode::kEnforce;
  std::optional<int> limit;  // refuse to fire on (record) more subjects than this at once; the group's too
  // May it fire while the samples do not reach back as far as it looks? Of rules with remedies; see full_windows.h.
  bool acts_on_partial_windows = false;
  std::optional<Milliseconds> max_age;  // data older than this do not count; the daemon's own limit otherwise
  Milliseconds interval{0};             // of its group: least time between two evaluations
};

struct RuleSet {
  std::vector<Rule> rules;  // in order of files, groups and rules
  std::vector<std::string> files;
  std::string fingerprint;  // of all texts: tells which set runs
  const Rule* find(std::string_view name) const;
};

}  // namespace hotspot::rules
