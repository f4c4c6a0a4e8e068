#include "actuator/daemon/config_redis.h"

#include <utility>

#include "actuator/daemon/config_values.h"

namespace hotspot::daemon {
namespace {

using Setter = ConfigReader::Setter;

Setter text_into(std::string& target) {
  return [&target](const std::string& text) {
    target = text;
    return std::string();
  };
}

Setter switch_into(bool& target) {
  return [&target](const std::string& text) -> std::string {
    const auto value = parse_switch(text);
    if (value) target = *value;
    return value ? "" : value.error().message;
  };
}

Setter port_into(int& target) {
  return [&target](const std::string& text) -> std::string {
    const auto value = parse_count(text, 1, 65535);
    if (value) target = *value;
    return value ? "" : value.error().message;
  };
}

Setter timeout_into(redis::Options& redis) {
  return [&redis](const std::string& text) -> std::string {
    const auto value = parse_duration(text);
    if (!value) return value.error().message;
    if (*value < Milliseconds(50) || *value > Milliseconds(60'000)) return "must be between 50ms and 60s";
    redis.connect_timeout = redis.command_timeout = *value;
    return "";
  };
}

Setter address_into(std::vector<redis::Address>& target) {
  return [&target](const std::string& text) -> std::string {
    auto address = redis::address_from_string(text, 0);
    if (!address) return address.error().message;
    target.push_back(std::move(*address));
    return "";
  };
}

}  // namespace

ConfigReader::Scalars redis_keys(redis::Options& redis) {
  return {{"host", text_into(redis.host)},
          {"port", port_into(redis.port)},
          {"socket", text_into(redis.unix_socket)},
          {"addresses", address_into(redis.addresses)},
          {"user", text_into(redis.user)},
          {"password_file", text_into(redis.password_file)},
          {"sentinel", text_into(redis.sentinel.master)},
          {"sentinel_user", text_into(redis.sentinel.user)},
          {"sentinel_password_file", text_into(redis.sentinel.password_file)},
          {"tls", switch_into(redis.tls.on)},
          {"ca_file", text_into(redis.tls.ca_file)},
          {"certificate_file", text_into(redis.tls.certificate_file)},
          {"key_file", text_into(redis.tls.key_file)},
          {"server_name", text_into(redis.tls.server_name)},
          {"timeout", timeout_into(redis)}};
}

}  // namespace hotspot::daemon
