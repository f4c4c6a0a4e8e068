// The socket on which the console listens, and its headers and files for TLS.
#pragma once

#include <string>
#include <vector>

#include "actuator/console/config.h"
#include "telemetry/result.h"

namespace hotspot::console {

// The descriptor; the caller closes it.
Result<int> listening_socket(const redis::Address& address);
int port_of(int socket);

struct TlsFiles {
  std::string certificate, key;  // PEM; empty without TLS
};
Result<TlsFiles> read_tls_files(const Config& config);

// Of every answer: name, value, name, value…
std::vector<std::string> security_headers(const Config& config);

}  // namespace hotspot::console
