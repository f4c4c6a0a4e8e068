#include "actuator/console/config.h"

#include <arpa/inet.h>
#include <yaml-cpp/yaml.h>

#include "actuator/daemon/config_reader.h"
#include "actuator/daemon/config_redis.h"
#include "actuator/daemon/config_values.h"
#include "telemetry/keyspace.h"

namespace hotspot::console {
namespace {

using Reader = daemon::ConfigReader;

bool is_ip(const std::string& host) {
  in6_addr bytes{};
  return inet_pton(AF_INET, host.c_str(), &bytes) == 1 || inet_pton(AF_INET6, host.c_str(), &bytes) == 1;
}

bool is_loopback(const std::string& host) { return host.starts_with("127.") || host == "::1"; }

Reader::Setter file_into(std::string& target) {
  return [&target](const std::string& text) -> std::string {
    target = text;
    return text.empty() ? "must name a file" : "";
  };
}

Reader::Setter bound_into(std::size_t& target, int least) {
  return [&target, least](const std::string& text) -> std::string {
    const auto value = daemon::parse_count(text, least, 100'000);
    if (value) target = static_cast<std::size_t>(*value);
    return value ? "" : value.error().message;
  };
}

Reader::Setter session_into(Milliseconds& target) {
  return [&target](const std::string& text) -> std::string {
    const auto value = daemon::parse_duration(text);
    if (!value) return value.error().message;
    target = *value;
    const bool fits = target >= std::chrono::minutes(1) && target <= std::chrono::hours(24 * 31);
    return fits ? "" : "must be between 1m and 31d";
  };
}

Reader::Setter listen_into(redis::Address& target) {
  return [&target](const std::string& text) -> std::string {
    auto address = listen_address(text);
    if (!address) return address.error().message;
    target = std::move(*address);
    return "";
  };
}

Reader::Setter name_into(std::string& target) {
  return [&target](const std::string& text) -> std::string {
    if (const auto keys = telemetry::Keyspace::of(text); !keys) return keys.error().message;
    target = text;
    return "";
  };
}

Reader::Keys keys_of(Config& config) {
  return {.scalars = {{"cluster", name_into(config.cluster)},
                      {"listen", listen_into(config.listen)},
                      {"session", session_into(config.session)}},
          .sections = {{"redis", daemon::redis_keys(config.redis)},
                       {"tls",
                        {{"certificate_file", file_into(config.certificate_file)},
                         {"key_file", file_into(config.key_file)}}},
                       {"limits",
                        {{"connections", bound_into(config.most_connections, 8)},
                         {"connections_of_an_address", bound_into(config.most_of_an_address, 1)},
                         {"streams", bound_into(config.most_streams, 1)}}}},
          .others = {}};
}

}  // namespace

Result<redis::Address> listen_address(const std::string& text) {
  auto address = redis::address_from_string(text, 8400);
  if (address && address->host == "localhost") address->host = "127.0.0.1";
  if (address && is_ip(address->host)) return address;
  return Error{"'" + text + "' is not an address with a port, such as 127.0.0.1:8400 or [::1]:8400"};
}

std::string problem_of(const Config& config) {
  if (const auto wrong = redis::check(config.redis)) return "redis: " + *wrong;
  if (config.certificate_file.empty() != config.key_file.empty())
    return "tls needs both, certificate_file and key_file";
  if (!config.tls() && !is_loopback(config.listen.host))
    return "listening on " + redis::to_string(config.listen) +
           " needs 'tls' with certificate_file and key_file: tokens would pass the network in the clear. Without TLS, "
           "listen on 127.0.0.1 or [::1], and let a reverse proxy with TLS connect to it";
  if (config.most_streams >= config.most_connections)
    return "'streams' must be less than 'connections': the rest is for requests";
  return "";
}

CheckedConfig check_config(const rules::SourceFile& file) {
  Reader reader(file.path, {"addresses"});
  Config config;
  try {
    const YAML::Node root = YAML::Load(file.text);
    reader.read(root, "the console's configuration", keys_of(config));
    config.redis.set_default_ports();
    if (const std::string wrong = problem_of(config); !wrong.empty() && reader.diagnostics() == 0)
      reader.complain(root.Mark(), wrong);
  } catch (const YAML::Exception& problem) {
    reader.complain(problem.mark, "not YAML: " + problem.msg);
  }
  CheckedConfig checked{std::nullopt, reader.take_diagnostics()};
  if (checked.diagnostics.empty()) checked.config = std::move(config);
  return checked;
}

client::Target target_of(const Config& config, const std::string& part) {
  client::Target target{.cluster = config.cluster, .redis = config.redis, .freshness = config.freshness};
  target.redis.client_name = "hotspot-console-" + part;
  return target;
}

}  // namespace hotspot::console
