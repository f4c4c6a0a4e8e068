#include "actuator/console/run.h"

#include <signal.h>
#include <systemd/sd-daemon.h>

#include <mutex>
#include <utility>

#include "actuator/console/feed.h"
#include "actuator/console/gate.h"
#include "actuator/console/http_server.h"
#include "actuator/console/log.h"
#include "actuator/console/service.h"
#include "actuator/console/workers.h"

namespace hotspot::console {
namespace {

// A command waits up to ten seconds for its answer.
constexpr Workers::Options kReaders{.threads = 2, .most_waiting = 256};
constexpr Workers::Options kWriters{.threads = 8, .most_waiting = 64};

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

int failed(const std::string& message) {
  log_line(Priority::kError, message);
  return 1;
}

}  // namespace

int run(const Config& config) {
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread starts
  signal(SIGPIPE, SIG_IGN);
  auto store = CredentialStore::open(target_of(config, "tokens"));
  auto connection = client::Connection::open(target_of(config, "feed"));
  if (!store) return failed(store.error().message);
  if (!connection) return failed(connection.error().message);
  std::mutex mutex;
  HttpServer* serving = nullptr;
  Gate gate(std::move(*store));
  Feed feed(std::move(*connection), [&] {
    const std::lock_guard lock(mutex);
    if (serving != nullptr) serving->wake();
  });
  auto readers = Workers::start(target_of(config, "reader"), kReaders);
  auto writers = Workers::start(target_of(config, "writer"), kWriters);
  if (!readers) return failed(readers.error().message);
  if (!writers) return failed(writers.error().message);
  const auto set_serving = [&](HttpServer* server) {
    const std::lock_guard lock(mutex);
    serving = server;
  };
  Service service(config, {.gate = gate, .feed = feed, .readers = **readers, .writers = **writers});
  auto server = HttpServer::listen(config, service, {});
  if (!server) return failed(server.error().message);
  set_serving(server->get());
  log_line(Priority::kInfo, std::string("serves ") + (config.tls() ? "https://" : "http://") +
                                redis::to_string(redis::Address{config.listen.host, (*server)->port()}) +
                                " for the cluster '" + config.cluster + "'");
  sd_notify(0, "READY=1");
  int number = 0;
  sigwait(&signals, &number);
  sd_notify(0, "STOPPING=1");
  set_serving(nullptr);
  server->reset();  // nothing is asked any more; then what workers are doing ends
  readers->reset();
  writers->reset();
  return 0;
}

}  // namespace hotspot::console
