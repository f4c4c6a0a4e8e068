#include "collectd-plugin/config.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iomanip>
#include <map>
#include <sstream>
#include <string_view>

#include "telemetry/keyspace.h"

namespace hotspot::collector {
namespace {

using Setter = std::function<std::string(const ConfigItem&)>;  // a sentence if the value is wrong
using Table = std::map<std::string, Setter>;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// Edits that make one word of the other (Levenshtein).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string suggestion(const std::string& key, const Table& table) {
  std::string best;
  std::size_t least = key.size() / 3 + 1;
  for (const auto& [known, setter] : table) {
    const std::size_t away = distance(lower(key), lower(known));
    if (away > least) continue;
    best = known;
    least = away;
  }
  return best.empty() ? "" : ", did you mean '" + best + "'?";
}

template <typename T>
Setter one(T& target, const char* what) {
  return [&target, what](const ConfigItem& item) -> std::string {
    const T* value = item.values.size() == 1 ? std::get_if<T>(&item.values[0]) : nullptr;
    if (value == nullptr) return std::string("takes ") + what;
    target = *value;
    return "";
  };
}

Setter text(std::string& target) { return one(target, "one string in quotation marks"); }

Setter path(std::string& target) {
  return [&target](const ConfigItem& item) -> std::string {
    const std::string wrong = text(target)(item);
    if (!wrong.empty()) return wrong;
    if (target.empty() || target.ends_with('/')) return "takes the path of a file";
    return "";
  };
}

Setter number(double& target, double least, double most) {
  return [=, &target](const ConfigItem& item) -> std::string {
    double value = 0;
    const std::string wrong = one(value, "one number")(item);
    if (!wrong.empty()) return wrong;
    if (!(value >= least && value <= most)) {
      std::ostringstream range;
      range << std::setprecision(10) << "must be from " << least << " to " << most;
      return range.str();
    }
    target = value;
    return "";
  };
}

Setter whole(int& target, int least, int most) {
  return [=, &target](const ConfigItem& item) -> std::string {
    double value = 0;
    const std::string wrong = number(value, least, most)(item);
    if (!wrong.empty()) return wrong;
    if (value != std::floor(value)) return "must be a whole number";
    target = static_cast<int>(value);
    return "";
  };
}

Setter select(Selection& target) {
  return [&target](const ConfigItem& item) -> std::string {
    std::string pattern;
    const std::string wrong = text(pattern)(item);
    return wrong.empty() ? target.add(pattern).value_or("") : wrong;
  };
}

std::optional<HostField> host_field(const std::string& word) {
  if (word == "name") return HostField::kName;
  if (word == "uuid") return HostField::kUuid;
  if (word == "hostname") return HostField::kHostname;
  if (word == "metadata") return HostField::kMetadata;
  return std::nullopt;
}

enum class Hostname { kAllowed, kRefused };

// One or more of name, uuid and so on, which are joined by a colon as the virt plugin does.
Setter host_fields(std::vector<HostField>& target, Hostname hostname) {
  return [&target, hostname](const ConfigItem& item) -> std::string {
    std::string words;
    const std::string wrong = text(words)(item);
    if (!wrong.empty()) return wrong;
    target.clear();
    std::istringstream each(words);
    for (std::string word; each >> word;) {
      if (hostname == Hostname::kRefused && word == "none") continue;
      const auto field = host_field(word);
      if (!field && hostname == Hostname::kAllowed)
        return "'" + word + "' is not one of name, uuid, hostname and metadata";
      if (!field || (hostname == Hostname::kRefused && field == HostField::kHostname)) {
        return "'" + word + "' is not one of none, name, uuid and metadata";
      }
      target.push_back(*field);
    }
    if (target.size() > 1 && std::count(target.begin(), target.end(), HostField::kHostname) > 0) {
      return "hostname stands alone: use it with PluginInstanceFormat";
    }
    if (hostname == Hostname::kAllowed && target.empty())
      return "takes at least one of name, uuid, hostname and metadata";
    return "";
  };
}

// One of some words.
template <typename T>
Setter choice(T& target, std::vector<std::pair<std::string, T>> choices) {
  return [&target, choices = std::move(choices)](const ConfigItem& item) -> std::string {
    std::string word;
    const std::string wrong = text(word)(item);
    if (!wrong.empty()) return wrong;
    std::string all;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (choices[i].first == lower(word)) {
        target = choices[i].second;
        return "";
      }
      all += (i == 0 ? "" : i + 1 == choices.size() ? " and " : ", ") + choices[i].first;
    }
    return "'" + word + "' is not one of " + all;
  };
}

Setter reporting(Reporting& target) {
  return [&target](const ConfigItem& item) -> std::string {
    bool wanted = true;
    const std::string wrong = one(wanted, "true or false")(item);
    if (wrong.empty()) target = wanted ? Reporting::kYes : Reporting::kNo;
    return wrong;
  };
}

// May be repeated; the first takes the place of what is stored without the key.
Setter extra_stats(ExtraStats& target, bool& given) {
  return [&target, &given](const ConfigItem& item) -> std::string {
    std::string words;
    const std::string wrong = text(words)(item);
    if (!wrong.empty()) return wrong;
    if (!given) target = ExtraStats::none();
    given = true;
    return target.add_words(words).value_or("");
  };
}

Setter xpath(std::string& target) {
  return [&target](const ConfigItem& item) -> std::string {
    const std::string wrong = text(target)(item);
    return wrong.empty() ? metadata_path_fault(target).value_or("") : wrong;
  };
}

Setter seconds(std::optional<double>& target) {
  return [&target](const ConfigItem& item) -> std::string {
    double value = 0;
    const std::string wrong = number(value, 0, 86'400)(item);
    if (wrong.empty()) target = value;
    return wrong;
  };
}

Setter cluster(std::string& target) {
  return [&target](const ConfigItem& item) -> std::string {
    const std::string wrong = text(target)(item);
    if (!wrong.empty()) return wrong;
    const auto keys = telemetry::Keyspace::of(target);
    return keys ? "" : keys.error().message;
  };
}

Setter address(std::vector<io::RedisAddress>& target) {
  return [&target](const ConfigItem& item) -> std::string {
    std::string word;
    const std::string wrong = text(word)(item);
    if (!wrong.empty()) return wrong;
    auto address = io::redis_address_from_string(word, 0);
    if (!address) return address.error().message;
    target.push_back(std::move(*address));
    return "";
  };
}

void read(const ConfigItem& block, const std::string& where, const Table& table, std::vector<std::string>& errors) {
  for (const ConfigItem& item : block.children) {
    const auto known = std::find_if(table.begin(), table.end(),
                                    [&](const auto& entry) { return lower(entry.first) == lower(item.key); });
    if (known == table.end()) {
      errors.push_back("hotspot plugin: unknown key '" + item.key + "' in " + where + suggestion(item.key, table));
      continue;
    }
    const std::string wrong = known->second(item);
    if (!wrong.empty()) errors.push_back("hotspot plugin: " + known->first + " in " + where + ": " + wrong);
  }
}

Table redis_table(RedisConfig& redis) {
  io::RedisOptions& server = redis.server;
  return {{"Host", text(server.host)},
          {"Port", whole(server.port, 1, 65535)},
          {"Socket", text(server.unix_socket)},
          {"Address", address(server.addresses)},
          {"User", text(server.user)},
          {"PasswordFile", text(server.password_file)},
          {"Sentinel", text(server.sentinel.master)},
          {"SentinelUser", text(server.sentinel.user)},
          {"SentinelPasswordFile", text(server.sentinel.password_file)},
          {"TLS", one(server.tls.on, "true or false")},
          {"CAFile", text(server.tls.ca_file)},
          {"CertificateFile", text(server.tls.certificate_file)},
          {"KeyFile", text(server.tls.key_file)},
          {"ServerName", text(server.tls.server_name)},
          {"Timeout", number(redis.timeout_seconds, 0.05, 60)},
          {"MaxAge", number(redis.max_age_seconds, 10, 86'400 * 30)},
          {"Backlog", whole(redis.backlog, 1, 100'000)},
          {"BacklogBytes", whole(redis.backlog_bytes, 1 << 20, 1 << 30)}};
}

void read_redis(const ConfigItem& block, RedisConfig& redis, std::vector<std::string>& errors) {
  read(block, "<Redis>", redis_table(redis), errors);
  redis.server.set_default_ports();
  if (const auto wrong = io::check(redis.server); wrong) errors.push_back("hotspot plugin: <Redis>: " + *wrong);
}

Table group_table(GroupIntervalConfig& groups) {
  return {{"Memory", seconds(groups.memory_seconds)},
          {"Disk", seconds(groups.disk_seconds)},
          {"Job", seconds(groups.job_seconds)},
          {"DirtyRate", seconds(groups.dirty_rate_seconds)}};
}

// What is read first and put together afterwards.
struct Loose {
  bool ignore = false, basename = false, extra_stats_given = false;
  int instances = 1;
};

// The keys that the virt plugin has too.
Table virt_table(PluginConfig& config, Loose& loose) {
  using Block = BlockDeviceFormat;
  using Interface = InterfaceFormat;
  return {{"Connection", text(config.connection)},
          {"HostnameFormat", host_fields(config.hostname, Hostname::kAllowed)},
          {"HostnameMetadataNS", text(config.metadata.name_space)},
          {"HostnameMetadataXPath", xpath(config.metadata.xpath)},
          {"PluginInstanceFormat", host_fields(config.plugin_instance, Hostname::kRefused)},
          {"RefreshInterval", number(config.refresh_interval_seconds, 0, 86'400)},
          {"Domain", select(config.domains)},
          {"BlockDevice", select(config.block_devices)},
          {"BlockDeviceFormat",
           choice<Block>(config.block_device_format, {{"target", Block::kTarget}, {"source", Block::kSource}})},
          {"BlockDeviceFormatBasename", one(loose.basename, "true or false")},
          {"InterfaceDevice", select(config.interface_devices)},
          {"InterfaceFormat", choice<Interface>(config.interface_format, {{"name", Interface::kName},
                                                                          {"address", Interface::kAddress},
                                                                          {"number", Interface::kNumber}})},
          {"IgnoreSelected", one(loose.ignore, "true or false")},
          {"ReportBlockDevices", reporting(config.block_devices_reported)},
          {"ReportNetworkInterfaces", reporting(config.interfaces_reported)},
          {"ExtraStats", extra_stats(config.extra_stats, loose.extra_stats_given)},
          {"PersistentNotification", one(config.persistent_notification, "true or false")},
          {"Instances", whole(loose.instances, 1, 1000)}};
}

Table plugin_table(PluginConfig& config, Loose& loose, std::vector<std::string>& errors) {
  Table table = virt_table(config, loose);
  table.merge(Table{{"Cluster", cluster(config.cluster)},
                    {"ActuatorURI", text(config.actuator_uri)},
                    {"KeyFile", path(config.key_file)},
                    {"PluginName", text(config.plugin_name)},
                    {"Timeout", number(config.timeout_seconds, 0.05, 3600)},
                    {"Source", choice<bool>(config.kernel, {{"kernel", true}, {"libvirt", false}})},
                    {"GroupInterval",
                     [&](const ConfigItem& item) {
                       read(item, "<GroupInterval>", group_table(config.groups), errors);
                       return std::string();
                     }},
                    {"Redis", [&](const ConfigItem& item) {
                       read_redis(item, config.redis, errors);
                       return std::string();
                     }}});
  return table;
}

}  // namespace

CheckedConfig check_config(const ConfigItem& root) {
  CheckedConfig checked;
  Loose loose;
  read(root, "<Plugin hotspot>", plugin_table(checked.config, loose, checked.errors), checked.errors);
  for (Selection* selection :
       {&checked.config.domains, &checked.config.block_devices, &checked.config.interface_devices}) {
    selection->ignore_selected(loose.ignore);
  }
  if (loose.basename && checked.config.block_device_format == BlockDeviceFormat::kSource) {
    checked.config.block_device_format = BlockDeviceFormat::kSourceBasename;
  }
  if (loose.instances > 1) {
    checked.warnings.push_back(
        "hotspot plugin: Instances in <Plugin hotspot> has no effect: one that is stuck holds up no other here");
  }
  return checked;
}

GroupSeconds group_seconds(const GroupIntervalConfig& config, double interval_seconds) {
  using Config = GroupIntervalConfig;
  return {.memory = config.memory_seconds.value_or(Config::kMemoryReads * interval_seconds),
          .disks = config.disk_seconds.value_or(Config::kDiskReads * interval_seconds),
          .jobs = config.job_seconds.value_or(Config::kJobReads * interval_seconds),
          .dirty_rate = config.dirty_rate_seconds > 0 ? config.dirty_rate_seconds : std::nullopt};
}

}  // namespace hotspot::collector
