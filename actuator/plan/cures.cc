#include "actuator/plan/cures.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "actuator/model/text.h"
#include "actuator/plan/target_room.h"
#include "common/text/duration.h"

namespace hotspot::plan {
namespace {

using model::Refusal;
using model::RefusalKind;

std::string cores_text(double cores) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2g", std::ceil(cores * 100) / 100);
  return text.data();
}

// Whole per cent, on the side on which it is enough.
std::string percent_text(double ratio, double (*round)(double)) {
  return std::to_string(static_cast<int>(round(ratio * 100))) + " %";
}

std::string memory_cure(const CureQuestion& question) {
  const MissingRoom lacks = missing_room(question.planning, question.domain, question.target);
  const std::string& node = question.target.name();
  if (lacks.memory_bytes == 0) return "less memory in use on " + node;
  const model::NodeProjection after = question.planning.projection().after_arrival(question.domain, question.target);
  std::string cure = model::bytes_text(lacks.memory_bytes) + " more available on " + node;
  if (const double left = static_cast<double>(*after.memory_available_bytes); left > 0 && after.memory_bytes > 0)
    cure += "; or margins.node_memory of at most " +
            percent_text(left / static_cast<double>(after.memory_bytes), [](double x) { return std::floor(x); });
  return cure;
}

std::string cpu_cure(const CureQuestion& question) {
  const MissingRoom lacks = missing_room(question.planning, question.domain, question.target);
  const std::string& node = question.target.name();
  if (lacks.cores <= 0) return "less load on " + node;
  const model::NodeProjection after = question.planning.projection().after_arrival(question.domain, question.target);
  std::string cure = cores_text(lacks.cores) + " CPUs less in use on " + node;
  if (const double ratio = after.cpu_ratio().value_or(1); ratio < 1)
    cure += "; or margins.node_cpu_ceiling of at least " + percent_text(ratio, [](double x) { return std::ceil(x); });
  return cure;
}

std::string stale_cure(const CureQuestion& question) {
  const bool target = question.planning.stale_refusal(question.target, model::Wording::kKindAlone).has_value();
  return "a fresh snapshot of " + (target ? question.target : *question.domain.node).name() +
         ": is collectd running there, and is its clock right?";
}

std::string held_cure(const CureQuestion& question, const Refusal& refusal) {
  if (refusal.message.find("hotspotctl ") != std::string::npos) return "";
  return "hotspotctl node undrain " + question.target.name();
}

std::string cooldown_cure(const CureQuestion& question) {
  const PlanInput& input = question.planning.input();
  const auto& all = input.cooldowns.entries();
  const auto own = all.find(question.domain.domain->uuid);
  if (own == all.end() || own->second.until <= input.now) return "";
  return "a wait of " + text::duration_text(own->second.until - input.now);
}

std::string disk_cure(const Refusal& refusal) {
  if (!refusal.message.starts_with("disk ")) return "a definition of the domain without what is named";
  return "storage that both nodes have (shared_paths names it), or 'storage: copy' in hotspotd.yaml and in the "
         "domain's "
         "policy";
}

// Where no figures help.
std::string words_for(const CureQuestion& question, RefusalKind kind) {
  const std::string& domain = question.domain.domain->name;
  switch (kind) {
    case RefusalKind::kNotMeasured:
      return "a snapshot that has it; hotspotctl node show and domain show tell what is measured";
    case RefusalKind::kNoConvergence:
      return "fewer writes by the guest, a faster link, or 'post_copy: true' in hotspotd.yaml";
    case RefusalKind::kIncompatible:
      return "a node of the same kind as " + question.domain.node->name();
    case RefusalKind::kNotRunning:
      return "a running " + domain + ": what does not run is not migrated live";
    case RefusalKind::kAffinity:
      return "the domains of that group in another place, or another affinity in the domain's policy";
    case RefusalKind::kInFlight:
      return "the end of what is under way (hotspotctl status)";
    case RefusalKind::kSettling:
      return "its next snapshots";
    case RefusalKind::kTooMany:
      return "the end of what is under way (hotspotctl status), or a higher one of 'limits' in hotspotd.yaml";
    case RefusalKind::kOnTwoNodes:
      return "the end of one of the two, by hand";
    case RefusalKind::kRefusedBefore:
      return "another try, which is made after that time, or once what is known of both changes";
    case RefusalKind::kTargetCannot:
      return "what is missing, on " + question.target.name();
    case RefusalKind::kMode:
      return "hotspotctl mode enforce, and enforce in the rule and in the domain's policy";
    default:
      return "";
  }
}

}  // namespace

std::string cure_of(const CureQuestion& question, const Refusal& refusal) {
  switch (refusal.kind) {
    case RefusalKind::kNoMemory:
      return memory_cure(question);
    case RefusalKind::kNoCpu:
      return cpu_cure(question);
    case RefusalKind::kStale:
      return stale_cure(question);
    case RefusalKind::kHeld:
      return held_cure(question, refusal);
    case RefusalKind::kInCooldown:
      return cooldown_cure(question);
    case RefusalKind::kNotMigratable:
      return disk_cure(refusal);
    default:
      return words_for(question, refusal.kind);
  }
}

}  // namespace hotspot::plan
