#include "actuator/daemon/config_metrics.h"

#include <arpa/inet.h>

#include <array>

#include "common/redis/options.h"

namespace hotspot::daemon {
namespace {

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

}  // namespace

ConfigReader::Setter metrics_listen_into(std::string& host, int& port) {
  return [&host, &port](const std::string& text) -> std::string {
    const auto address = redis::address_from_string(text, 0);
    if (!address || address->port == 0 || !is_address(address->host))
      return "'" + text + "' is not an address with a port, such as 127.0.0.1:9410 or [::1]:9410";
    host = address->host;
    port = address->port;
    return "";
  };
}

}  // namespace hotspot::daemon
