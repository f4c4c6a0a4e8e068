#include "actuator/ctl/effective_mode.h"

#include <algorithm>

#include "actuator/ctl/facts.h"

namespace hotspot::ctl {
namespace {

std::optional<rules::Mode> mode_of_cluster(const client::StatusRecord& record) {
  return record.led ? rules::mode_from_string(record.status.mode) : std::nullopt;
}

bool has_lost_right(const rules::Rule& rule, const client::StatusRecord& record) {
  const record::Status::RuleTrust* trust = client::trust_of(record, rule.name);
  return record.led && trust != nullptr && !trust->may_act;
}

std::string what_holds(const rules::Rule& rule, const client::StatusRecord& record) {
  for (const record::Status::Hold& hold : record.status.holds) {
    if (client::is_pause(hold)) return "; but nothing is begun: the cluster is paused " + pause_text(hold);
    if (hold.on == "cluster" || (hold.on == "rule" && hold.name == rule.name))
      return "; but nothing is begun: held " + hold_text(hold);
  }
  return record.status.dry_run ? "; a dry run: nothing is touched" : "";
}

}  // namespace

std::string effective_mode(const rules::Rule& rule, const client::StatusRecord& record) {
  const rules::Mode mode = std::min(rule.mode, mode_of_cluster(record).value_or(rule.mode));
  return rules::to_string(has_lost_right(rule, record) ? std::min(mode, rules::Mode::kRecommend) : mode);
}

std::string effective_mode_text(const rules::Rule& rule, const client::StatusRecord& record) {
  const std::string own = rules::to_string(rule.mode);
  const auto cluster = mode_of_cluster(record);
  if (!cluster) return own + ", as far as the rule says (nobody has led this cluster yet)";
  const std::string counts = effective_mode(rule, record);
  std::string why = own == counts ? "" : "the cluster's mode is " + std::string(rules::to_string(*cluster));
  if (has_lost_right(rule, record)) why = "it has lost its right to act";
  return counts + (why.empty() ? "" : " (the rule says " + own + ", " + why + ")") + what_holds(rule, record);
}

}  // namespace hotspot::ctl
