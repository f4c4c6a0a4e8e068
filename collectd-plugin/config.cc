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
  return std::nullopt;
}

Setter host_format(HostField& target) {
  return [&target](const ConfigItem& item) -> std::string {
    std::string word;
    const std::string wrong = text(word)(item);
    if (!wrong.empty()) return wrong;
    const auto field = host_field(word);
    if (!field) return "'" + word + "' is not one of name, uuid and hostname";
    target = *field;
    return "";
  };
}

// "none", or "name" and "uuid", which are joined by a colon as the virt plugin does.
Setter instance_format(std::vector<HostField>& target) {
  return [&target](const ConfigItem& item) -> std::string {
    std::string words;
    const std::string wrong = text(words)(item);
    if (!wrong.empty()) return wrong;
    target.clear();
    for (std::size_t at = 0; at < words.size();) {
      const std::size_t end = std::min(words.find(' ', at), words.size());
      const std::string word = words.substr(at, end - at);
      at = end + 1;
      if (word == "none" || word.empty()) continue;
      const auto field = host_field(word);
      if (!field || *field == HostField::kHostname) return "'" + word + "' is not one of none, name and uuid";
      target.push_back(*field);
    }
    return "";
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

Table plugin_table(PluginConfig& config, bool& ignore, std::vector<std::string>& errors) {
  return {{"Connection", text(config.connection)},
          {"Cluster", cluster(config.cluster)},
          {"ActuatorURI", text(config.actuator_uri)},
          {"PluginName", text(config.plugin_name)},
          {"HostnameFormat", host_format(config.host_field)},
          {"PluginInstanceFormat", instance_format(config.plugin_instance)},
          {"RefreshInterval", number(config.refresh_interval_seconds, 0, 86'400)},
          {"Timeout", number(config.timeout_seconds, 0.05, 3600)},
          {"Domain", select(config.domains)},
          {"BlockDevice", select(config.block_devices)},
          {"InterfaceDevice", select(config.interface_devices)},
          {"IgnoreSelected", one(ignore, "true or false")},
          {"Redis", [&](const ConfigItem& item) {
             read_redis(item, config.redis, errors);
             return std::string();
           }}};
}

}  // namespace

CheckedConfig check_config(const ConfigItem& root) {
  CheckedConfig checked;
  bool ignore = false;
  read(root, "<Plugin hotspot>", plugin_table(checked.config, ignore, checked.errors), checked.errors);
  for (Selection* selection :
       {&checked.config.domains, &checked.config.block_devices, &checked.config.interface_devices}) {
    selection->ignore_selected(ignore);
  }
  return checked;
}

}  // namespace hotspot::collector
