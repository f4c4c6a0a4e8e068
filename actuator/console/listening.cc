#include "actuator/console/listening.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/files/regular_file.h"

namespace hotspot::console {
namespace {

constexpr std::size_t kMostPemBytes = 1u << 20;
constexpr int kBacklog = 256;

socklen_t fill(const redis::Address& address, sockaddr_storage& storage) {
  const auto port = htons(static_cast<std::uint16_t>(address.port));
  auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
  if (inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = port;
    return sizeof v4;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
  inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr);
  v6.sin6_family = AF_INET6;
  v6.sin6_port = port;
  return sizeof v6;
}

}  // namespace

Result<int> listening_socket(const redis::Address& address) {
  sockaddr_storage storage{};
  const socklen_t length = fill(address, storage);
  const int fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (fd >= 0 && bind(fd, reinterpret_cast<const sockaddr*>(&storage), length) == 0 && ::listen(fd, kBacklog) == 0)
    return fd;
  const std::string why = std::strerror(errno);
  if (fd >= 0) close(fd);
  return Error{"cannot listen on " + redis::to_string(address) + ": " + why};
}

int port_of(int socket) {
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &length);
  return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                           : reinterpret_cast<sockaddr_in&>(bound).sin_port);
}

Result<TlsFiles> read_tls_files(const Config& config) {
  if (!config.tls()) return TlsFiles{};
  auto certificate = files::read_text(config.certificate_file, kMostPemBytes);
  if (!certificate) return certificate.error();
  auto key = files::read_text(config.key_file, kMostPemBytes);
  if (!key) return key.error();
  return TlsFiles{std::move(*certificate), std::move(*key)};
}

std::vector<std::string> security_headers(const Config& config) {
  std::vector<std::string> headers{
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
      "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      "X-Content-Type-Options",
      "nosniff",
      "X-Frame-Options",
      "DENY",
      "Referrer-Policy",
      "no-referrer",
      "Cross-Origin-Opener-Policy",
      "same-origin",
      "Cross-Origin-Resource-Policy",
      "same-origin",
      "Permissions-Policy",
      "camera=(), geolocation=(), microphone=(), payment=(), usb=()"};
  if (config.tls()) headers.insert(headers.end(), {"Strict-Transport-Security", "max-age=31536000"});
  return headers;
}

}  // namespace hotspot::console
