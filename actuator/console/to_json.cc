#include "actuator/console/to_json.h"

#include <algorithm>
#include <cstdio>

#include "actuator/client/sending.h"

namespace hotspot::console {
namespace {

using Json = nlohmann::json;

template <typename T>
void put(Json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}
void put(Json& object, const char* name, const std::optional<WallTime>& value) {
  if (value) object[name] = to_rfc3339(*value);
}
// A text that may be empty is left out if it is.
void put_text(Json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

Json load_json(const client::NodeLoad& load) {
  Json object{{"hypervisor", load.hypervisor},
              {"cpus", load.cpus},
              {"memory_bytes", load.memory_bytes},
              {"domains", load.domains}};
  put(object, "cpu_ratio", load.cpu_ratio);
  put(object, "cpu_domains_ratio", load.cpu_domains_ratio);
  put(object, "cpu_steal_ratio", load.cpu_steal_ratio);
  put(object, "memory_available_bytes", load.memory_available_bytes);
  put(object, "memory_used_ratio", load.memory_used_ratio);
  put(object, "net_used_ratio", load.net_used_ratio);
  put(object, "volume", load.volume);
  return object;
}

Json hold_json(const client::Hold& hold) {
  Json object{{"id", hold.id},       {"on", hold.on},         {"name", hold.name},
              {"owner", hold.owner}, {"reason", hold.reason}, {"since", to_rfc3339(hold.since)}};
  put(object, "until", hold.until);
  return object;
}

Json firing_json(const client::Firing& firing) {
  return {{"rule", firing.rule}, {"phase", firing.phase}, {"labels", firing.labels},          {"value", firing.value},
          {"held", firing.held}, {"fresh", firing.fresh}, {"since", to_rfc3339(firing.since)}};
}

Json drain_json(const client::Drain& drain) {
  Json object{
      {"node", drain.node}, {"owner", drain.owner}, {"reason", drain.reason}, {"since", to_rfc3339(drain.since)}};
  put(object, "running", drain.running);
  return object;
}

template <typename T, typename F>
Json list_of(const std::vector<T>& values, F one) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(one(value));
  return list;
}

}  // namespace

std::string to_rfc3339(WallTime time) {
  using namespace std::chrono;
  // Within the years of four digits.
  const WallTime least = sys_days(year(0) / 1 / 1), most = sys_days(year(9999) / 12 / 31);
  const WallTime bounded = std::clamp(time, least, most);
  const auto day = floor<days>(bounded);
  const year_month_day date(day);
  const hh_mm_ss clock(bounded - day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

Json to_json(const client::Node& node) {
  Json object{{"name", node.name},         {"uuid", node.uuid},   {"uri", node.uri},
              {"standing", node.standing}, {"stale", node.stale}, {"drain_requested", node.drain_requested}};
  put_text(object, "why", node.why);
  put_text(object, "comes_last", node.comes_last);
  put_text(object, "libvirt_problem", node.libvirt_problem);
  put(object, "taken_at", node.taken_at);
  if (node.age) object["age_seconds"] = to_seconds(*node.age);
  if (node.load) object["load"] = load_json(*node.load);
  return object;
}

Json to_json(const client::Domain& domain) {
  Json object{{"name", domain.name},
              {"uuid", domain.uuid},
              {"node", domain.node},
              {"state", domain.state},
              {"belongs_here", domain.belongs_here},
              {"stale", domain.stale},
              {"taken_at", to_rfc3339(domain.taken_at)},
              {"migration_obstacles", domain.migration_obstacles},
              {"job_active", domain.job_active}};
  put(object, "vcpus", domain.vcpus);
  put(object, "vcpus_max", domain.vcpus_max);
  put(object, "cpu_ratio", domain.cpu_ratio);
  put(object, "cpu_steal_ratio", domain.cpu_steal_ratio);
  put(object, "memory_balloon_bytes", domain.memory_balloon_bytes);
  put(object, "memory_balloon_max_bytes", domain.memory_balloon_max_bytes);
  put(object, "memory_used_ratio", domain.memory_used_ratio);
  put(object, "memory_available_bytes", domain.memory_available_bytes);
  put(object, "memory_usable_bytes", domain.memory_usable_bytes);
  put(object, "memory_rss_bytes", domain.memory_rss_bytes);
  put(object, "disk_bytes_per_second", domain.disk_bytes_per_second);
  put(object, "net_bytes_per_second", domain.net_bytes_per_second);
  return object;
}

Json to_json(const client::Decision& decision) {
  Json object{{"id", decision.id},
              {"at", to_rfc3339(decision.at)},
              {"rule", decision.rule},
              {"subject", decision.subject},
              {"subject_key", decision.subject_key},
              {"outcome", decision.outcome},
              {"sentence", decision.sentence}};
  put_text(object, "explanation", decision.explanation);
  put_text(object, "action", decision.action);
  return object;
}

Json to_json(const client::Action& action) {
  Json object{{"id", action.id},         {"domain", action.domain},       {"domain_uuid", action.domain_uuid},
              {"node", action.node},     {"node_uuid", action.node_uuid}, {"step", action.step},
              {"state", action.state},   {"ended", action.ended},         {"rule", action.rule},
              {"reason", action.reason}, {"at", to_rfc3339(action.at)},   {"figures", action.figures}};
  put_text(object, "decision", action.decision);
  put_text(object, "approved_by", action.approved_by);
  put_text(object, "message", action.message);
  return object;
}

Json to_json(const client::Status& status) {
  Json object{{"leader", status.leader},
              {"version", status.version},
              {"at", to_rfc3339(status.at)},
              {"mode", status.mode},
              {"dry_run", status.dry_run},
              {"firing", status.firing},
              {"pending", status.pending},
              {"firings", list_of(status.firings, firing_json)},
              {"in_flight", to_json_list(status.in_flight)},
              {"holds", list_of(status.holds, hold_json)},
              {"drains", list_of(status.drains, drain_json)}};
  if (status.pause) object["pause"] = hold_json(*status.pause);
  return object;
}

Json to_json(const client::Recommendation& one) {
  Json object{{"decision", one.decision},
              {"rule", one.rule},
              {"subject", one.subject},
              {"subject_key", one.subject_key},
              {"mode", one.mode},
              {"sentence", one.sentence},
              {"domain", one.domain},
              {"domain_uuid", one.domain_uuid},
              {"node", one.node},
              {"node_uuid", one.node_uuid},
              {"step", one.step},
              {"preconditions", one.preconditions},
              {"since", to_rfc3339(one.since)},
              {"expires", to_rfc3339(one.expires)}};
  put(object, "predicted_seconds", one.predicted_seconds);
  put(object, "predicted_downtime_seconds", one.predicted_downtime_seconds);
  return object;
}

Json to_json(const client::RefusedRecommendation& refused) {
  return {{"decision", refused.decision},       {"rule", refused.rule},         {"domain", refused.domain},
          {"domain_uuid", refused.domain_uuid}, {"step", refused.step},         {"by", refused.by},
          {"reason", refused.reason},           {"at", to_rfc3339(refused.at)}, {"until", to_rfc3339(refused.until)}};
}

Json to_json(const client::Answer& answer) {
  return {{"kind", client::to_string(answer.kind)},
          {"id", answer.id},
          {"message", answer.message},
          {"details", answer.details}};
}

std::string to_text(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace hotspot::console
