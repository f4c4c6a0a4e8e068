#include "actuator/rules/rule_set.h"

namespace hotspot::rules {

const char* to_string(Mode mode) {
  switch (mode) {
    case Mode::kObserve:
      return "observe";
    case Mode::kRecommend:
      return "recommend";
    case Mode::kEnforce:
      return "enforce";
  }
  return "unknown";
}

std::optional<Mode> mode_from_string(std::string_view text) {
  for (const Mode mode : {Mode::kObserve, Mode::kRecommend, Mode::kEnforce}) {
    if (text == to_string(mode)) return mode;
  }
  return std::nullopt;
}

const char* to_string(Select select) {
  switch (select) {
    case Select::kLeastMigrationTime:
      return "least_migration_time";
    case Select::kMostCpu:
      return "most_cpu";
    case Select::kHighestVsr:
      return "highest_vsr";
  }
  return "unknown";
}

const char* to_string(AimedAt resource) {
  switch (resource) {
    case AimedAt::kCpu:
      return "CPU";
    case AimedAt::kMemory:
      return "memory";
    case AimedAt::kNetwork:
      return "network";
    case AimedAt::kDisk:
      return "disks";
  }
  return "unknown";
}

const char* to_string(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::kDomain:
      return "domain";
    case SubjectKind::kNode:
      return "node";
    case SubjectKind::kCluster:
      return "cluster";
  }
  return "unknown";
}

const char* remedy_name(const Remedy& remedy) {
  struct Name {
    const char* operator()(const ScaleVcpus&) const { return "scale_vcpus"; }
    const char* operator()(const ScaleMemory&) const { return "scale_memory"; }
    const char* operator()(const Migrate&) const { return "migrate"; }
    const char* operator()(const Drain&) const { return "drain"; }
    const char* operator()(const Consolidate&) const { return "consolidate"; }
    const char* operator()(const Balance&) const { return "balance"; }
    const char* operator()(const CapCpu&) const { return "cap_cpu"; }
    const char* operator()(const CpuShares&) const { return "cpu_shares"; }
    const char* operator()(const LimitDisk&) const { return "limit_disk"; }
    const char* operator()(const LimitNetwork&) const { return "limit_network"; }
  };
  return std::visit(Name{}, remedy);
}

const Rule* RuleSet::find(std::string_view name) const {
  for (const Rule& rule : rules) {
    if (rule.name == name) return &rule;
  }
  return nullptr;
}

}  // namespace hotspot::rules
