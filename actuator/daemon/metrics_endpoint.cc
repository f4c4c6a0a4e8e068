#include "actuator/daemon/metrics_endpoint.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <map>
#include <string_view>
#include <thread>
#include <utility>

#include "actuator/daemon/steady_now.h"
#include "common/redis/options.h"

namespace hotspot::daemon {
namespace {

// One connection: the head of its request.
constexpr std::size_t kRequestBytes = 8192;
constexpr Milliseconds kLook{500};

constexpr const char* kTextType = "text/plain; version=0.0.4; charset=utf-8";
constexpr const char* kOpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

// Does the client accept OpenMetrics? It names it, with a weight other than 0.
bool takes_openmetrics(const char* accept) {
  if (accept == nullptr) return false;
  const std::string_view text(accept);
  const auto at = text.find("application/openmetrics-text");
  if (at == std::string_view::npos) return false;
  const std::string_view one = text.substr(at, text.find(',', at) - at);
  const auto weight = one.find("q=");
  return weight == std::string_view::npos ||
         one.substr(weight + 2).find_first_of("123456789") != std::string_view::npos;
}

std::string where_of(const MetricsEndpointOptions& options) {
  return redis::to_string(redis::Address{options.host, options.port});
}

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

bool parse_address(const MetricsEndpointOptions& options, Address& into) {
  const auto port = htons(static_cast<std::uint16_t>(options.port));
  auto& v4 = reinterpret_cast<sockaddr_in&>(into.storage);
  if (inet_pton(AF_INET, options.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = port;
    into.length = sizeof v4;
    return true;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(into.storage);
  if (inet_pton(AF_INET6, options.host.c_str(), &v6.sin6_addr) != 1) return false;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = port;
  into.length = sizeof v6;
  return true;
}

Result<int> listening_socket(const MetricsEndpointOptions& options) {
  Address address;
  const std::string where = where_of(options);
  if (!parse_address(options, address)) return Error{"metrics: '" + options.host + "' is no IPv4 or IPv6 address"};
  const auto refused = [&where](int fd) {
    const std::string why = std::strerror(errno);
    if (fd >= 0) close(fd);
    return Error{"metrics: cannot listen on " + where + ": " + why};
  };
  const int fd = socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return refused(fd);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.length) != 0 || ::listen(fd, 32) != 0)
    return refused(fd);
  return fd;
}

}  // namespace

struct MetricsEndpoint::Impl {
  MetricsEndpointOptions options;
  Source source;
  int port = 0;
  int wake_fd = -1;
  MHD_Daemon* daemon = nullptr;
  std::map<int, Milliseconds> open;  // descriptor → when it was accepted; used by the thread only
  std::atomic<bool> ending{false};
  std::thread thread;

  ~Impl() {
    ending = true;
    if (wake_fd >= 0) eventfd_write(wake_fd, 1);
    if (thread.joinable()) thread.join();
    if (daemon != nullptr) MHD_stop_daemon(daemon);
    if (wake_fd >= 0) close(wake_fd);
  }

  void run() {
    const int events = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    std::array<pollfd, 2> fds{pollfd{events, POLLIN, 0}, pollfd{wake_fd, POLLIN, 0}};
    while (!ending) {
      MHD_UNSIGNED_LONG_LONG due = 0;
      const bool has_due = MHD_get_timeout(daemon, &due) == MHD_YES;
      const auto look = static_cast<MHD_UNSIGNED_LONG_LONG>(kLook.count());
      poll(fds.data(), fds.size(), static_cast<int>(has_due ? std::min(due, look) : look));
      cut_off_the_slow();
      MHD_run(daemon);
    }
  }

  // A client that sends slowly is never idle, so the library's timeout does not end its connection.
  void cut_off_the_slow() {
    for (const auto& [fd, since] : open) {
      if (steady_now() - since > options.patience) shutdown(fd, SHUT_RDWR);
    }
  }

  static void on_connection(void* self, MHD_Connection* connection, void**, MHD_ConnectionNotificationCode what) {
    const int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    auto& open = static_cast<Impl*>(self)->open;
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
      open[fd] = steady_now();
    else
      open.erase(fd);
  }

  // Called first with the head of a request, then with its body, which is ignored.
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url, const char* method, const char*,
                               const char*, std::size_t* body, void** seen) {
    if (*body > 0) return MHD_NO;  // requests must have no body
    if (*seen == nullptr) {
      *seen = self;
      return MHD_YES;
    }
    return static_cast<Impl*>(self)->answer(connection, url, method);
  }

  MHD_Result answer(MHD_Connection* connection, std::string_view url, std::string_view method) const try {
    if (url != "/metrics") return reply(connection, {MHD_HTTP_NOT_FOUND, kTextType, "Metrics are at /metrics.\n"});
    if (method != MHD_HTTP_METHOD_GET && method != MHD_HTTP_METHOD_HEAD)
      return reply(connection, {MHD_HTTP_METHOD_NOT_ALLOWED, kTextType, "GET is all that is done here.\n"});
    const bool openmetrics =
        takes_openmetrics(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT));
    const std::vector<loop::MetricFamily> families = source();
    return reply(connection, {MHD_HTTP_OK, openmetrics ? kOpenMetricsType : kTextType,
                              openmetrics ? loop::to_openmetrics_text(families) : loop::to_prometheus_text(families)});
  } catch (const std::exception&) {
    return MHD_NO;  // the connection is closed
  }

  struct Reply {
    unsigned code;
    const char* type;
    std::string text;
  };
  static MHD_Result reply(MHD_Connection* connection, Reply with) {
    MHD_Response* response = MHD_create_response_from_buffer(with.text.size(), with.text.data(), MHD_RESPMEM_MUST_COPY);
    if (response == nullptr) return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, with.type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    if (with.code == MHD_HTTP_METHOD_NOT_ALLOWED) MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    const MHD_Result queued = MHD_queue_response(connection, with.code, response);
    MHD_destroy_response(response);
    return queued;
  }
};

MetricsEndpoint::MetricsEndpoint(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MetricsEndpoint::~MetricsEndpoint() = default;
int MetricsEndpoint::port() const { return impl_->port; }

Result<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::listen(const MetricsEndpointOptions& options, Source source) {
  const auto listening = listening_socket(options);
  if (!listening) return listening.error();
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  getsockname(*listening, reinterpret_cast<sockaddr*>(&bound), &length);
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  impl->source = std::move(source);
  impl->port = ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                                 : reinterpret_cast<sockaddr_in&>(bound).sin_port);
  impl->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  const auto idle = static_cast<unsigned>(std::max<std::int64_t>(options.patience.count() / 1000, 1));
  impl->daemon = MHD_start_daemon(
      MHD_USE_EPOLL, 0, nullptr, nullptr, &Impl::on_request, impl.get(), MHD_OPTION_LISTEN_SOCKET, *listening,
      MHD_OPTION_CONNECTION_LIMIT, options.most_connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
      options.most_of_an_address, MHD_OPTION_CONNECTION_MEMORY_LIMIT, kRequestBytes, MHD_OPTION_CONNECTION_TIMEOUT,
      idle, MHD_OPTION_NOTIFY_CONNECTION, &Impl::on_connection, impl.get(), MHD_OPTION_END);
  if (impl->daemon == nullptr || impl->wake_fd < 0) {
    if (impl->daemon == nullptr) close(*listening);
    return Error{"metrics: cannot serve on " + where_of(options)};
  }
  impl->thread = std::thread([one = impl.get()] { one->run(); });
  return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(std::move(impl)));
}

}  // namespace hotspot::daemon
