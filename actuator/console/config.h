// The configuration of the console, hotspot-console.yaml. All errors are reported at once, as for hotspotd.yaml.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "actuator/client/connection.h"
#include "actuator/rules/language/diagnostic.h"
#include "common/redis/options.h"

namespace hotspot::console {

struct Config {
  std::string cluster = "default";
  redis::Options redis;
  model::Freshness freshness;
  redis::Address listen{"127.0.0.1", 8400};  // an IPv4 or IPv6 address; port 0: any free one
  std::string certificate_file, key_file;    // PEM; empty: no TLS, and only on a loopback address
  Milliseconds session{std::chrono::hours(12)};
  std::size_t most_connections = 1024, most_of_an_address = 512, most_streams = 256;

  bool tls() const { return !certificate_file.empty(); }
};

struct CheckedConfig {
  std::optional<Config> config;  // empty: there are errors
  std::vector<rules::Diagnostic> diagnostics;
};
CheckedConfig check_config(const rules::SourceFile& file);

// A sentence if these contradict each other; empty if all is well. For what came from the command line, too.
std::string problem_of(const Config& config);
// An error: no IPv4 or IPv6 address with a port. "localhost" is 127.0.0.1.
Result<redis::Address> listen_address(const std::string& text);

// For CLIENT LIST: `part` tells the connections apart.
client::Target target_of(const Config& config, const std::string& part);

}  // namespace hotspot::console
