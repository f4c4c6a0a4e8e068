#include "collectd-plugin/config.h"

#include <algorithm>
#include <string_view>

#include "collectd-plugin/config_values.h"
#include "collectd-plugin/stored_name.h"
#include "common/text/ascii.h"
#include "telemetry/keyspace.h"

namespace hotspot::collector {
namespace {

constexpr const char* kPluginBlock = "<Plugin hotspot>";

Setter select(Selection& target) {
  return [&target](const ConfigItem& item) -> std::string {
    std::string pattern;
    if (item.values.size() > 1) return "takes one string in quotation marks, and is repeated for more";
    if (const std::string wrong = text(pattern)(item); !wrong.empty()) return wrong;
    if (pattern.empty() || pattern == "//") return "takes a name, or an expression between slashes";
    return target.add(pattern).value_or("");
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

// name, uuid and so on, joined by a colon as in the virt plugin; none ends the list.
Setter host_fields(std::vector<HostField>& target, Hostname hostname) {
  return [&target, hostname](const ConfigItem& item) -> std::string {
    const auto words = words_of(item);
    if (!words) return words.error().message;
    target.clear();
    const bool of_host = hostname == Hostname::kAllowed;
    for (const std::string& word : *words) {
      if (!of_host && text::lower_case(word) == "none") break;
      const auto field = host_field(text::lower_case(word));
      if (!field && of_host) return "'" + word + "' is not one of name, uuid, hostname and metadata";
      if (!field || (!of_host && field == HostField::kHostname))
        return "'" + word + "' is not one of none, name, uuid and metadata";
      target.push_back(*field);
    }
    return words->empty() || (of_host && target.empty()) ? "takes at least one of name, uuid, hostname and metadata"
                                                         : "";
  };
}

Setter reporting(Reporting& target) {
  return [&target](const ConfigItem& item) -> std::string {
    bool wanted = true;
    const std::string wrong = flag(wanted)(item);
    if (wrong.empty()) target = wanted ? Reporting::kYes : Reporting::kNo;
    return wrong;
  };
}

// May be repeated; the first one replaces the default.
Setter extra_stats(ExtraStats& target, bool& given) {
  return [&target, &given](const ConfigItem& item) -> std::string {
    const auto words = words_of(item);
    if (!words) return words.error().message;
    if (!given) target = ExtraStats::none();
    given = true;
    for (const std::string& word : *words)
      if (const auto wrong = target.add_words(word)) return *wrong;
    return "";
  };
}

// Checks only what every libvirt URI has in common; which URIs may be used for connections is up to hotspotd.
std::string uri_fault(const std::string& uri) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-";
  const std::string example = ", for instance \"qemu+tls://node1.example.net/system\"";
  if (std::any_of(uri.begin(), uri.end(), [](char c) { return c <= ' ' || c == '\x7f'; }))
    return "'" + uri + "' is no URI: it has blanks or control characters" + example;
  const std::size_t end = uri.find("://");
  if (end == std::string::npos || end == 0 || uri.substr(0, end).find_first_not_of(kLetters) != std::string::npos)
    return "'" + uri + "' is no URI: it begins with no scheme" + example;
  if (uri.size() < end + 4) return "'" + uri + "' names no host and no path" + example;
  return "";
}

Setter actuator_uri(std::string& target) {
  return [&target](const ConfigItem& item) -> std::string {
    std::string uri;
    if (const std::string wrong = text(uri)(item); !wrong.empty()) return wrong;
    target = uri;
    return uri.empty() ? "is empty: leave it out for qemu+ssh://root@HOSTNAME/system" : uri_fault(uri);
  };
}

// libvirt also has short names for URIs (uri_aliases in libvirt.conf), and uses its default for an empty one.
Setter connection(std::string& target) {
  return [&target](const ConfigItem& item) -> std::string {
    if (const std::string wrong = text(target)(item); !wrong.empty()) return wrong;
    return target.find("://") != std::string::npos || target.find_first_of(" \t\r\n") != std::string::npos
               ? uri_fault(target)
               : "";
  };
}

Setter plugin_name(std::string& target) {
  return [&target](const ConfigItem& item) -> std::string {
    if (const std::string wrong = text(target)(item); !wrong.empty()) return wrong;
    if (target.empty() || stored_name(target, Place::kFolder) != target)
      return "takes a name that a file can have: some characters, at most 127 bytes, no slash, no dot at its beginning";
    return "";
  };
}

Setter name_space(std::string& target) {
  return [&target](const ConfigItem& item) -> std::string {
    const std::string wrong = text(target)(item);
    return wrong.empty() && target.empty() ? "takes the namespace of an element" : wrong;
  };
}

Setter host(std::string& target) {
  return [&target](const ConfigItem& item) -> std::string {
    if (const std::string wrong = text(target)(item); !wrong.empty()) return wrong;
    if (target.empty() || target.find_first_of(" \t/@[]") != std::string::npos)
      return "'" + target + "' is no name of a host and no IP address";
    if (std::count(target.begin(), target.end(), ':') == 1) return "'" + target + "' has a port: that stands in Port";
    return "";
  };
}

Setter xpath(std::string& target) {
  return [&target](const ConfigItem& item) -> std::string {
    const std::string wrong = text(target)(item);
    return wrong.empty() ? metadata_path_fault(target).value_or("") : wrong;
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

Setter address(std::vector<redis::Address>& target) {
  return [&target](const ConfigItem& item) -> std::string {
    std::string word;
    const std::string wrong = text(word)(item);
    if (!wrong.empty()) return wrong;
    auto address = redis::address_from_string(word, 0);
    if (!address) return address.error().message;
    target.push_back(std::move(*address));
    return "";
  };
}

Table redis_table(RedisConfig& redis) {
  redis::Options& server = redis.server;
  return {{"Host", host(server.host)},
          {"Port", whole(server.port, 1, 65535)},
          {"Socket", text(server.unix_socket)},
          {"Address", {KeyKind::kRepeated, address(server.addresses)}},
          {"User", text(server.user)},
          {"PasswordFile", text(server.password_file)},
          {"Sentinel", text(server.sentinel.master)},
          {"SentinelUser", text(server.sentinel.user)},
          {"SentinelPasswordFile", text(server.sentinel.password_file)},
          {"TLS", flag(server.tls.on)},
          {"CAFile", text(server.tls.ca_file)},
          {"CertificateFile", text(server.tls.certificate_file)},
          {"KeyFile", text(server.tls.key_file)},
          {"ServerName", text(server.tls.server_name)},
          {"Timeout", number(redis.timeout_seconds, 0.05, 60)},
          {"MaxAge", number(redis.max_age_seconds, 10, 86'400 * 30)},
          {"Backlog", whole(redis.backlog, 1, 100'000)},
          {"BacklogBytes", whole(redis.backlog_bytes, 1 << 20, 1 << 30)}};
}

Table group_table(GroupIntervalConfig& groups) {
  return {{"Memory", seconds(groups.memory_seconds)},
          {"Disk", seconds(groups.disk_seconds)},
          {"Job", seconds(groups.job_seconds)},
          {"DirtyRate", seconds(groups.dirty_rate_seconds)}};
}

// Values that are read first and combined afterwards.
struct Loose {
  bool ignore = false, basename = false, extra_stats_given = false;
  int instances = 1;
};

// The keys that the virt plugin has too.
Table virt_table(PluginConfig& config, Loose& loose) {
  using Block = BlockDeviceFormat;
  using Interface = InterfaceFormat;
  return {{"Connection", connection(config.connection)},
          {"HostnameFormat", host_fields(config.hostname, Hostname::kAllowed)},
          {"HostnameMetadataNS", name_space(config.metadata.name_space)},
          {"HostnameMetadataXPath", xpath(config.metadata.xpath)},
          {"PluginInstanceFormat", host_fields(config.plugin_instance, Hostname::kRefused)},
          {"RefreshInterval", number(config.refresh_interval_seconds, 0, 86'400)},
          {"Domain", {KeyKind::kRepeated, select(config.domains)}},
          {"BlockDevice", {KeyKind::kRepeated, select(config.block_devices)}},
          {"BlockDeviceFormat",
           choice<Block>(config.block_device_format, {{"target", Block::kTarget}, {"source", Block::kSource}})},
          {"BlockDeviceFormatBasename", flag(loose.basename)},
          {"InterfaceDevice", {KeyKind::kRepeated, select(config.interface_devices)}},
          {"InterfaceFormat", choice<Interface>(config.interface_format, {{"name", Interface::kName},
                                                                          {"address", Interface::kAddress},
                                                                          {"number", Interface::kNumber}})},
          {"IgnoreSelected", flag(loose.ignore)},
          {"ReportBlockDevices", reporting(config.block_devices_reported)},
          {"ReportNetworkInterfaces", reporting(config.interfaces_reported)},
          {"ExtraStats", {KeyKind::kRepeated, extra_stats(config.extra_stats, loose.extra_stats_given)}},
          {"PersistentNotification", flag(config.persistent_notification)},
          {"Instances", whole(loose.instances, 1, 1000)}};
}

Table plugin_table(PluginConfig& config, Loose& loose, KeyReader& reader) {
  Table table = virt_table(config, loose);
  const auto block = [&reader](const char* where, Table keys) {
    return Key{KeyKind::kBlock, [&reader, where, keys = std::move(keys)](const ConfigItem& item) {
                 reader.read(item, where, keys);
                 return std::string();
               }};
  };
  table.merge(Table{{"Cluster", cluster(config.cluster)},
                    {"ActuatorURI", actuator_uri(config.actuator_uri)},
                    {"KeyFile", path(config.key_file)},
                    {"PluginName", plugin_name(config.plugin_name)},
                    {"ReportPlaces", reporting(config.places_reported)},
                    {"Notifications", flag(config.notifications)},
                    {"Timeout", number(config.timeout_seconds, 0.05, 3600)},
                    {"Source", choice<bool>(config.kernel, {{"kernel", true}, {"libvirt", false}})},
                    {"GroupInterval", block("<GroupInterval>", group_table(config.groups))},
                    {"Redis", block("<Redis>", redis_table(config.redis))}});
  return table;
}

std::map<std::string, std::string> homes() {
  std::map<std::string, std::string> homes{{"interval", "<LoadPlugin hotspot>"},
                                           {"password", "a file of its own, which PasswordFile in <Redis> names"}};
  RedisConfig redis;
  GroupIntervalConfig groups;
  PluginConfig config;
  Loose loose;
  for (const auto& [key, entry] : redis_table(redis)) homes.emplace(text::lower_case(key), "<Redis>");
  for (const auto& [key, entry] : group_table(groups)) homes.emplace(text::lower_case(key), "<GroupInterval>");
  for (const auto& [key, entry] : virt_table(config, loose)) homes.emplace(text::lower_case(key), kPluginBlock);
  return homes;
}

void check_formats(PluginConfig& config, std::vector<std::string>& warnings) {
  const auto is_hostname = [](HostField field) { return field == HostField::kHostname; };
  if (!config.plugin_instance.empty() || !std::all_of(config.hostname.begin(), config.hostname.end(), is_hostname))
    return;
  warnings.push_back(
      "hotspot plugin: HostnameFormat hostname without a PluginInstanceFormat would store all domains under one name: "
      "PluginInstanceFormat name is used");
  config.plugin_instance = {HostField::kName};
}

std::vector<std::string> without_effect(const PluginConfig& config, const Loose& loose, const KeyReader& reader) {
  std::vector<std::string> warnings;
  const auto warn = [&](const std::string& key, const char* why) {
    warnings.push_back("hotspot plugin: " + key + " in <Plugin hotspot> has no effect: " + why);
  };
  const auto has_metadata = [](const std::vector<HostField>& fields) {
    return std::find(fields.begin(), fields.end(), HostField::kMetadata) != fields.end();
  };
  if (loose.instances > 1) warn("Instances", "one that is stuck holds up no other here");
  if (loose.basename && config.block_device_format == BlockDeviceFormat::kTarget)
    warn("BlockDeviceFormatBasename", "only BlockDeviceFormat source has names with folders");
  if (config.persistent_notification && !config.extra_stats.has(ExtraStat::kDomainState))
    warn("PersistentNotification", "ExtraStats has no domain_state");
  for (const char* key : {"HostnameMetadataNS", "HostnameMetadataXPath"}) {
    if (reader.was_given(kPluginBlock, key) && !has_metadata(config.hostname) && !has_metadata(config.plugin_instance))
      warn(key, "neither HostnameFormat nor PluginInstanceFormat has metadata");
  }
  return warnings;
}

}  // namespace

CheckedConfig check_config(const ConfigItem& root) {
  CheckedConfig checked;
  PluginConfig& config = checked.config;
  Loose loose;
  KeyReader reader(homes());
  reader.read(root, kPluginBlock, plugin_table(config, loose, reader));
  config.redis.server.set_default_ports();
  if (const auto wrong = redis::check(config.redis.server); wrong) reader.add_error("<Redis>: " + *wrong);
  for (Selection* selection : {&config.domains, &config.block_devices, &config.interface_devices})
    if (loose.ignore) selection->ignore_selected();
  checked.errors = reader.take_errors();
  checked.warnings = without_effect(config, loose, reader);
  if (loose.basename && config.block_device_format == BlockDeviceFormat::kSource)
    config.block_device_format = BlockDeviceFormat::kSourceBasename;
  check_formats(config, checked.warnings);
  return checked;
}

CheckedConfig ConfigBlocks::add(ConfigItem block) {
  for (ConfigItem& item : block.children) all_.children.push_back(std::move(item));
  CheckedConfig checked = check_config(all_);
  is_right_ = checked.errors.empty();
  std::erase_if(checked.errors, [&](const std::string& error) { return !told_.insert(error).second; });
  return checked;
}

std::string libvirt_at(const std::string& uri) {
  return uri.empty() ? "libvirt at its default URI" : "libvirt at " + uri;
}

GroupSeconds group_seconds(const GroupIntervalConfig& config, double interval_seconds) {
  using Config = GroupIntervalConfig;
  return {.memory = config.memory_seconds.value_or(Config::kMemoryReads * interval_seconds),
          .disks = config.disk_seconds.value_or(Config::kDiskReads * interval_seconds),
          .jobs = config.job_seconds.value_or(Config::kJobReads * interval_seconds),
          .dirty_rate = config.dirty_rate_seconds > 0 ? config.dirty_rate_seconds : std::nullopt};
}

}  // namespace hotspot::collector
