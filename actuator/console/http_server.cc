#include "actuator/console/http_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "actuator/console/exchange.h"
#include "actuator/console/listening.h"
#include "actuator/console/log.h"

namespace hotspot::console {
namespace {

constexpr std::size_t kConnectionBytes = 32u << 10;  // the head of a request, and a part of the answer
constexpr std::size_t kStreamBlock = 16u << 10;
constexpr Milliseconds kLook{500};
constexpr const char* kCiphers = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

}  // namespace

struct HttpServer::Impl {
  Impl(const Config& the_config, Service& the_service, const Limits& the_limits)
      : config(the_config), service(the_service), limits(the_limits) {}

  const Config config;
  Service& service;
  const Limits limits;
  const std::vector<std::string> headers = security_headers(config);
  const std::string cookie_name = config.tls() ? "__Host-hotspot" : "hotspot";
  const io::SystemClock clock{};
  TlsFiles files;
  std::shared_ptr<Inbox> inbox = std::make_shared<Inbox>();
  MHD_Daemon* daemon = nullptr;
  int port = 0;
  std::atomic<bool> ending{false};

  // Of the thread that serves.
  std::map<int, Milliseconds> deadlines;  // descriptor of a connection → when it is cut off
  std::map<std::uint64_t, std::unique_ptr<Exchange>> exchanges;
  std::set<OpenStream*> streams;
  std::uint64_t last_number = 0;
  Milliseconds looked_at{0};
  std::thread thread;

  ~Impl() {
    ending = true;
    inbox->wake();
    if (thread.joinable()) thread.join();
    if (daemon != nullptr) MHD_stop_daemon(daemon);
  }

  void run() {
    const int events = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    std::array<pollfd, 2> fds{pollfd{events, POLLIN, 0}, pollfd{inbox->fd(), POLLIN, 0}};
    while (!ending) {
      MHD_UNSIGNED_LONG_LONG due = 0;
      const bool has_due = MHD_get_timeout(daemon, &due) == MHD_YES;
      const auto look = static_cast<MHD_UNSIGNED_LONG_LONG>(kLook.count());
      poll(fds.data(), fds.size(), static_cast<int>(has_due ? std::min(due, look) : look));
      for (auto& [number, reply] : inbox->take()) give(number, std::move(reply));
      const Milliseconds now = clock.steady();
      wake_streams(now);
      cut_off_the_slow(now);
      MHD_run(daemon);
    }
    end_all();
  }

  void give(std::uint64_t number, Reply reply) {
    const auto found = exchanges.find(number);
    if (found == exchanges.end() || !found->second->suspended) return;
    found->second->reply = std::move(reply);
    found->second->suspended = false;
    MHD_resume_connection(found->second->connection);
  }

  void wake_streams(Milliseconds now) {
    const bool looks = now - looked_at >= kLook;
    if (looks) looked_at = now;
    if (looks && !streams.empty()) service.note_interest();
    for (OpenStream* stream : streams) {
      if (looks && !service.is_valid(stream->credential)) stream->ending = true;
      if (!stream->suspended || (!stream->ending && !stream->has_news() && now < stream->due)) continue;
      stream->suspended = false;
      MHD_resume_connection(stream->connection);
    }
  }

  // A client that sends or reads slowly is never idle, so the library's timeout does not end its connection.
  void cut_off_the_slow(Milliseconds now) {
    for (const auto& [fd, deadline] : deadlines)
      if (now > deadline) shutdown(fd, SHUT_RDWR);
  }

  // The library aborts if it ends while connections are suspended. From now on none is: `ending` is set.
  void end_all() {
    for (OpenStream* stream : streams) {
      stream->ending = true;
      if (std::exchange(stream->suspended, false)) MHD_resume_connection(stream->connection);
    }
    for (const auto& [number, exchange] : exchanges)
      if (exchange->suspended) give(number, is_ending());
    MHD_run(daemon);
  }
  static Reply is_ending() { return problem_for(Milliseconds(2000), 503, "the console is ending"); }

  static int fd_of(MHD_Connection* connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  }
  void allow(MHD_Connection* connection, Milliseconds time) { deadlines[fd_of(connection)] = clock.steady() + time; }

  static void on_connection(void* self, MHD_Connection* connection, void**, MHD_ConnectionNotificationCode what) {
    auto* server = static_cast<Impl*>(self);
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
      server->allow(connection, server->limits.request);
    else
      server->deadlines.erase(fd_of(connection));
  }

  // Paths are decoded by target.cc alone.
  static std::size_t as_it_is(void*, MHD_Connection*, char* text) { return std::char_traits<char>::length(text); }

  static void* on_first_line(void* self, const char* target, MHD_Connection* connection) {
    auto* server = static_cast<Impl*>(self);
    auto exchange = std::make_unique<Exchange>();
    exchange->number = ++server->last_number;
    exchange->target = target;
    exchange->connection = connection;
    return (server->exchanges[exchange->number] = std::move(exchange)).get();
  }

  static void on_end(void* self, MHD_Connection* connection, void** of, MHD_RequestTerminationCode) {
    auto* server = static_cast<Impl*>(self);
    if (*of != nullptr) server->exchanges.erase(static_cast<Exchange*>(*of)->number);
    *of = nullptr;
    server->allow(connection, server->limits.idle * 2);
  }

  // Called with the head of a request, then with each part of its body, then at its end; and again once it is resumed.
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char*, const char* method, const char*,
                               const char* data, std::size_t* size, void** of) try {
    return static_cast<Impl*>(self)->take({connection, method, data, size}, *static_cast<Exchange*>(*of));
  } catch (const std::exception& problem) {
    log_line(Priority::kError, std::string("a request failed: ") + problem.what());
    return MHD_NO;  // the connection is closed
  }

  struct Part {
    MHD_Connection* connection;
    const char* method;
    const char* data;
    std::size_t* size;
  };
  MHD_Result take(const Part& part, Exchange& exchange) {
    if (!std::exchange(exchange.begun, true)) {
      allow(part.connection, limits.request);
      if (announced_length(part.connection).value_or(0) <= limits.body_bytes) return MHD_YES;
      return queue(part.connection, too_large(), headers);
    }
    if (*part.size > 0) {
      if (exchange.body.size() + *part.size > limits.body_bytes) return MHD_NO;
      exchange.body.append(part.data, *part.size);
      *part.size = 0;
      return MHD_YES;
    }
    allow(part.connection, limits.answer);
    if (exchange.reply) return queue(part.connection, *exchange.reply, headers);
    if (ending) return queue(part.connection, is_ending(), headers);
    return answer(exchange, part.method);
  }

  static Reply too_large() {
    Reply reply = problem(413, "a body may have 64 KiB at most");
    reply.headers.emplace_back("Connection", "close");
    return reply;
  }

  MHD_Result answer(Exchange& exchange, const char* method) {
    const Request request = request_of(exchange, method, cookie_name);
    auto outcome = service.handle(
        request, [to = inbox, number = exchange.number](Reply reply) { to->put(number, std::move(reply)); });
    if (auto* reply = std::get_if<Reply>(&outcome)) return queue(exchange.connection, *reply, headers);
    if (auto* stream = std::get_if<Service::Stream>(&outcome)) return open_stream(exchange, *stream);
    exchange.suspended = true;
    deadlines.erase(fd_of(exchange.connection));
    MHD_suspend_connection(exchange.connection);
    return MHD_YES;
  }

  MHD_Result open_stream(const Exchange& exchange, Service::Stream& opened) {
    if (streams.size() >= config.most_streams)
      return queue(exchange.connection, problem_for(Milliseconds(10'000), 503, "too many event streams are open"),
                   headers);
    auto stream = std::make_unique<OpenStream>();
    stream->connection = exchange.connection;
    stream->events = &service.events();
    stream->credential = std::move(opened.credential);
    stream->place = opened.start.place;
    stream->text = std::make_shared<const std::string>(std::move(opened.start.text));
    MHD_Response* response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, kStreamBlock, &on_stream,
                                                               new Reader{this, stream.get()}, &on_stream_end);
    if (response == nullptr) return MHD_NO;
    streams.insert(stream.release());
    deadlines.erase(fd_of(exchange.connection));
    add_headers(response, {.type = "text/event-stream", .body = {}, .headers = {{"X-Accel-Buffering", "no"}}}, headers);
    const MHD_Result queued = MHD_queue_response(exchange.connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return queued;
  }

  struct Reader {
    Impl* server;
    OpenStream* stream;
  };
  static ssize_t on_stream(void* self, std::uint64_t, char* into, std::size_t most) {
    const auto& [server, stream] = *static_cast<Reader*>(self);
    if (stream->ending || server->ending) return MHD_CONTENT_READER_END_OF_STREAM;
    const Milliseconds now = server->clock.steady();
    std::size_t bytes = stream->take(into, most);
    if (bytes == 0 && now >= stream->due && most >= 3) {
      std::copy_n(":\n\n", 3, into);
      bytes = 3;
    }
    if (bytes > 0) {
      stream->due = now + server->limits.heartbeat;
      return static_cast<ssize_t>(bytes);
    }
    stream->suspended = true;
    MHD_suspend_connection(stream->connection);
    return 0;
  }
  static void on_stream_end(void* self) {
    const std::unique_ptr<Reader> reader(static_cast<Reader*>(self));
    reader->server->streams.erase(reader->stream);
    delete reader->stream;
  }

  Result<void> start(int socket) {
    std::vector<MHD_OptionItem> tls;
    if (config.tls())
      tls = {{MHD_OPTION_HTTPS_MEM_CERT, 0, files.certificate.data()},
             {MHD_OPTION_HTTPS_MEM_KEY, 0, files.key.data()},
             {MHD_OPTION_HTTPS_PRIORITIES, 0, const_cast<char*>(kCiphers)}};
    tls.push_back({MHD_OPTION_END, 0, nullptr});
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
    if (config.tls()) flags |= MHD_USE_TLS;
    daemon = MHD_start_daemon(
        flags, 0, nullptr, nullptr, &on_request, this, MHD_OPTION_LISTEN_SOCKET, socket, MHD_OPTION_CONNECTION_LIMIT,
        static_cast<unsigned>(config.most_connections), MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        static_cast<unsigned>(config.most_of_an_address), MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionBytes,
        MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned>(limits.idle.count() / 1000), MHD_OPTION_NOTIFY_CONNECTION,
        &on_connection, this, MHD_OPTION_NOTIFY_COMPLETED, &on_end, this, MHD_OPTION_URI_LOG_CALLBACK, &on_first_line,
        this, MHD_OPTION_UNESCAPE_CALLBACK, &as_it_is, this, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY,
        tls.data(), MHD_OPTION_END);
    if (daemon == nullptr)
      return Error{config.tls() ? "cannot serve with the certificate " + config.certificate_file + " and the key " +
                                      config.key_file + ": they are no PEM, or do not belong together"
                                : "cannot serve on " + redis::to_string(config.listen)};
    port = port_of(socket);
    thread = std::thread([this] { run(); });
    return {};
  }
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;
int HttpServer::port() const { return impl_->port; }
void HttpServer::wake() { impl_->inbox->wake(); }

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const Config& config, Service& service, const Limits& limits) {
  auto impl = std::make_unique<Impl>(config, service, limits);
  auto files = read_tls_files(config);
  if (!files) return files.error();
  impl->files = std::move(*files);
  const auto socket = listening_socket(config.listen);
  if (!socket) return socket.error();
  if (const auto started = impl->start(*socket); !started) {
    close(*socket);
    return started.error();
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

}  // namespace hotspot::console
