#include "actuator/daemon/config.h"

#include <yaml-cpp/yaml.h>

#include <map>

#include "actuator/daemon/config_admission.h"
#include "actuator/daemon/config_clusters.h"
#include "actuator/daemon/config_external.h"
#include "actuator/daemon/config_graphite.h"
#include "actuator/daemon/config_metrics.h"
#include "actuator/daemon/config_reader.h"
#include "actuator/daemon/config_redis.h"
#include "actuator/daemon/config_values.h"
#include "actuator/daemon/config_windows.h"
#include "actuator/io/time_zones.h"
#include "telemetry/keyspace.h"

namespace hotspot::daemon {
namespace {

using Reader = ConfigReader;

Reader::Setter into(std::string& target) {
  return [&target](const std::string& text) {
    target = text;
    return std::string();
  };
}

template <typename Parse, typename Target>
Reader::Setter parsed(Parse parse, Target& target) {
  return [parse, &target](const std::string& text) -> std::string {
    const auto value = parse(text);
    if (!value) return value.error().message;
    target = static_cast<Target>(*value);
    return "";
  };
}

Reader::Setter into(bool& target) { return parsed(parse_switch, target); }
Reader::Setter into(Milliseconds& target) { return parsed(parse_duration, target); }
Reader::Setter ratio_into(double& target) { return parsed(parse_ratio, target); }

Reader::Setter count_into(int& target, int least, int most) {
  return parsed([=](const std::string& text) { return parse_count(text, least, most); }, target);
}

Reader::Setter intervals_into(double& target) {
  return parsed([](const std::string& text) { return parse_count(text, 1, 1000); }, target);
}

Reader::Setter mode_into(rules::Mode& target) {
  return [&target](const std::string& text) -> std::string {
    const auto mode = rules::mode_from_string(text);
    if (!mode) return "'" + text + "' is not a mode; write observe, recommend or enforce";
    target = *mode;
    return "";
  };
}

Reader::Setter cluster_into(std::string& target) {
  return [&target](const std::string& text) -> std::string {
    if (const auto keys = telemetry::Keyspace::of(text); !keys) return keys.error().message;
    target = text;
    return "";
  };
}

Reader::Setter log_level_into(std::string& target) {
  return [&target](const std::string& text) -> std::string {
    for (const char* known : {"debug", "info", "warning", "error"}) {
      if (text == known) {
        target = text;
        return "";
      }
    }
    return "'" + text + "' is not a level; write debug, info, warning or error";
  };
}

Reader::Setter state_dir_into(std::string& target) {
  return [&target](const std::string& text) -> std::string {
    if (!text.empty() && text.front() != '/') return "'" + text + "' is no whole path: it begins with '/'";
    target = text;
    return "";
  };
}

Reader::Setter bandwidth_into(std::optional<std::int64_t>& target) { return parsed(parse_bytes_per_second, target); }

Reader::Setter downtime_into(int& target) {
  return [&target](const std::string& text) -> std::string {
    const auto value = parse_duration(text);
    if (!value) return value.error().message;
    if (value->count() < 1 || value->count() > 2'000'000) return "must be between 1ms and 2000s";
    target = static_cast<int>(value->count());
    return "";
  };
}

Reader::Setter snapshot_size_into(std::size_t& target) {
  return [&target](const std::string& text) -> std::string {
    const auto value = parse_bytes(text);
    if (!value) return value.error().message;
    if (*value < kMebibyte || *value > 64 * kMebibyte) return "must be between 1MiB and 64MiB";
    target = static_cast<std::size_t>(*value);
    return "";
  };
}

Reader::Setter storage_into(plan::LocalStorage& target) {
  return [&target](const std::string& text) -> std::string {
    for (const auto& [word, meaning] :
         {std::pair{"refuse", plan::LocalStorage::kRefuse}, std::pair{"policy", plan::LocalStorage::kByPolicy},
          std::pair{"copy", plan::LocalStorage::kCopy}}) {
      if (text != word) continue;
      target = meaning;
      return "";
    }
    return "'" + text + "' is none; write refuse, policy (where the domain's own policy says 'copy') or copy";
  };
}

Reader::Setter path_into(std::vector<std::string>& target) {
  return [&target](const std::string& text) -> std::string {
    if (text.empty() || text.front() != '/') return "'" + text + "' is no whole path: it begins with '/'";
    if (text == "/") return "'/' would say that the nodes share everything";
    target.push_back(text);
    return "";
  };
}

Reader::Setter folder_into(std::vector<std::string>& target) {
  return [&target](const std::string& text) -> std::string {
    if (text.empty() || text.back() == '=') return "'" + text + "' names no folder; write DIR or NODE=DIR";
    target.push_back(text);
    return "";
  };
}

Reader::Scalars history_keys(Config& config) {
  HistoryConfig& history = config.history;
  return {{"snapshots", into(history.snapshots)},
          {"rrd", folder_into(history.rrd)},
          {"rrdcached", into(history.rrdcached)},
          {"plugin", into(history.plugin)},
          {"limit", into(config.history_limit)}};
}

Reader::Scalars freshness_keys(Config& config) {
  return {{"max_age_intervals", intervals_into(config.freshness.max_age_intervals)},
          {"min_max_age", into(config.freshness.min_max_age)},
          {"max_clock_skew", into(config.freshness.max_clock_skew)},
          {"max_interval", into(config.freshness.max_interval)}};
}

Reader::Scalars margins_keys(Config& config) {
  return {{"node_cpu_ceiling", ratio_into(config.margins.node_cpu_ceiling_ratio)},
          {"node_memory", ratio_into(config.margins.node_memory_margin_ratio)}};
}

Reader::Scalars limits_keys(Config& config) {
  plan::Limits& limits = config.limits;
  return {{"migrations_in_per_node", count_into(limits.migrations_in_per_node, 0, 100)},
          {"migrations_out_per_node", count_into(limits.migrations_out_per_node, 0, 100)},
          {"migrations_per_cluster", count_into(limits.migrations_per_cluster, 0, 10'000)},
          {"actions_per_cluster", count_into(limits.actions_per_cluster, 0, 10'000)},
          {"cooldown_cap", into(limits.cooldown_cap)},
          {"cooldown_window", into(limits.cooldown_window)},
          {"settle_samples", count_into(limits.settle_samples, 0, 1000)},
          {"reversal_rest", into(limits.reversal_rest)},
          {"return_rest", into(limits.return_rest)},
          {"standing_margin", ratio_into(limits.standing.margin_ratio)},
          {"standing_rounds", count_into(limits.standing.rounds, 1, 1000)},
          {"nodes", parsed([](const std::string& text) { return parse_count(text, 1, 100'000); }, config.most_nodes)},
          {"rule_operations", parsed([](const std::string& text) { return parse_count(text, 100'000, 1'000'000'000); },
                                     config.rule_operations)},
          {"domains_per_node",
           parsed([](const std::string& text) { return parse_count(text, 1, 1'000'000); }, config.snapshot.domains)},
          {"snapshot_size", snapshot_size_into(config.snapshot.bytes)}};
}

Reader::Scalars relief_keys(Config& config) {
  return {{"settle", into(config.relief.settle)}, {"least_gain", ratio_into(config.relief.least_gain)}};
}

Reader::Scalars migration_keys(Config& config) {
  return {{"max_downtime", downtime_into(config.migration.max_downtime_ms)},
          {"bandwidth", bandwidth_into(config.migration.bandwidth_bytes_per_second)},
          {"auto_converge", into(config.migration.auto_converge)},
          {"connections", count_into(config.migration.connections, 1, 255)},
          {"post_copy", into(config.migration.post_copy)},
          {"tls", into(config.migration.tls)},
          {"tunnelled", into(config.migration.tunnelled)},
          {"storage", storage_into(config.migration.storage)},
          {"storage_max", parsed(parse_bytes, config.migration.storage_max_bytes)},
          {"storage_max_time", into(config.migration.storage_max_time)},
          {"shared_paths", path_into(config.migration.shared_paths)},
          {"stall", into(config.migration_stall)}};
}

Reader::Scalars shrink_keys(Config& config) {
  return {{"step", parsed(parse_bytes, config.shrink.step_bytes)},
          {"step_pause", into(config.shrink.step_pause)},
          {"watch", into(config.shrink.watch)},
          {"silence", into(config.shrink.silence)},
          {"observed", into(config.shrink_observed)},
          {"remember", into(config.memory_care.remember)},
          {"after", into(config.memory_care.after)},
          {"swap_in", parsed(parse_bytes_per_second, config.shrink.swap_in_bytes_per_second)},
          {"major_faults", parsed([](const std::string& text) { return parse_count(text, 0, 1'000'000); },
                                  config.shrink.major_faults_per_second)},
          {"memory_used", ratio_into(config.shrink.memory_used_ratio)}};
}

std::map<std::string, Reader::Scalars> sections_of(Config& config) {
  return {
      {"redis", redis_keys(config.redis)},
      {"history", history_keys(config)},
      {"freshness", freshness_keys(config)},
      {"margins", margins_keys(config)},
      {"limits", limits_keys(config)},
      {"migration", migration_keys(config)},
      {"graphite", graphite_keys(config.graphite)},
      {"metrics", {{"listen", metrics_listen_into(config.metrics_host, config.metrics_port)}}},
      {"shrink", shrink_keys(config)},
      {"relief", relief_keys(config)},
      {"recommendations",
       {{"expire", into(config.recommendations.expire)}, {"refused", into(config.recommendations.refused)}}},
  };
}

// Settings that exclude each other; libvirt would refuse them only when the first domain is migrated.
std::string contradiction(const plan::MigrationSettings& migration) {
  if (!migration.tunnelled) return "";
  const char* other = migration.tls                                      ? "tls"
                      : migration.post_copy                              ? "post_copy"
                      : migration.connections > 1                        ? "connections"
                      : migration.storage != plan::LocalStorage::kRefuse ? "storage"
                                                                         : nullptr;
  if (other == nullptr) return "";
  return "'tunnelled' and '" + std::string(other) +
         "' exclude each other: what goes through libvirtd's own connection is encrypted as that one is, and is one "
         "stream";
}

Reader::Setter zone_into(model::TimeZone& target) { return parsed(io::time_zone, target); }

// The keys that each of several clusters may set for itself.
Reader::Scalars cluster_keys(Config& config) {
  return {{"name", cluster_into(config.cluster)},
          {"mode", mode_into(config.mode)},
          {"dry_run", into(config.dry_run)},
          {"rules", into(config.rules_path)}};
}

Reader::Scalars scalars_of(Config& config) {
  return {{"cluster", cluster_into(config.cluster)},
          {"mode", mode_into(config.mode)},
          {"dry_run", into(config.dry_run)},
          {"rules", into(config.rules_path)},
          {"timezone", zone_into(config.zone)},
          {"foreign_rest", into(config.foreign_rest)},
          {"verify_limit", into(config.verify_limit)},
          {"call_limit", into(config.call_limit)},
          {"lease", into(config.lease)},
          {"history", into(config.history.snapshots)},
          {"external_url", external_url_into(config.external_url)},
          {"state_dir", state_dir_into(config.state_dir)},
          {"log_level", log_level_into(config.log_level)}};
}

// Sets the zone of the windows that name none.
void set_zone(plan::Windows& windows, const model::TimeZone& zone) {
  const auto shared = std::make_shared<model::TimeZone>(zone);
  for (auto* list : {&windows.allow, &windows.deny}) {
    for (plan::Window& window : *list) {
      if (window.zone == nullptr) window.zone = shared;
    }
  }
}

// Errors that depend on more than one key.
void check_together(Reader& reader, const YAML::Node& root, const Config& config) {
  if (const auto wrong = redis::check(config.redis); wrong) reader.complain(root["redis"].Mark(), *wrong);
  if (const std::string wrong = graphite_problem(config.graphite); !wrong.empty())
    reader.complain(root["graphite"].Mark(), wrong);
  const HistoryConfig& history = config.history;
  const bool is_local = history.rrdcached.starts_with("unix:") || history.rrdcached.starts_with("/");
  if (is_local && history.rrd.empty()) {
    reader.complain(root["history"]["rrdcached"].Mark(),
                    "'rrdcached' on this machine needs 'rrd' too, the folder of its files (collectd's DataDir)");
  }
  if (const std::string wrong = contradiction(config.migration); !wrong.empty())
    reader.complain(root["migration"].Mark(), wrong);
}

}  // namespace

CheckedConfig check_config(const rules::SourceFile& file) {
  Reader reader(file.path, {"addresses", "days", "actions", "shared_paths", "rrd"});
  Config config;
  std::vector<Config> clusters;
  config.zone = io::local_time_zone();
  try {
    const YAML::Node root = YAML::Load(file.text);
    reader.read(
        root, "hotspotd's configuration",
        {.scalars = scalars_of(config),
         .sections = sections_of(config),
         .others = {{"windows", [&](const YAML::Node& node) { read_windows(reader, node, config); }},
                    {"admission", [&](const YAML::Node& node) { read_admission(reader, node, config.admission); }},
                    {"external_labels", external_labels_into(reader, config.external_labels)},
                    {"clusters", [](const YAML::Node&) {}}}});  // read below: a cluster inherits all the rest
    set_zone(config.windows, config.zone);
    config.redis.set_default_ports();
    check_together(reader, root, config);
    const ClusterKeys keys{.of_cluster = [](Config& one) { return cluster_keys(one); },
                           .of_redis = [](redis::Options& redis) { return redis_keys(redis); }};
    if (root.IsMap() && root["clusters"]) clusters = read_clusters(reader, root, config, keys);
  } catch (const YAML::Exception& problem) {
    reader.complain(problem.mark, "not YAML: " + problem.msg);
  }
  CheckedConfig result{std::nullopt, {}, reader.take_diagnostics()};
  if (config.lease < std::chrono::seconds(2) && result.diagnostics.empty()) {
    result.diagnostics.push_back({file.path, {1, 1}, rules::Severity::kError, "'lease' must be at least 2s", ""});
  }
  if (!result.diagnostics.empty()) return result;
  if (clusters.empty()) clusters.push_back(std::move(config));
  result.config = clusters.front();
  result.clusters = std::move(clusters);
  return result;
}

}  // namespace hotspot::daemon
