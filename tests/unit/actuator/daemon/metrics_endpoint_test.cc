// /metrics over HTTP, and clients that mean no good.
#include "actuator/daemon/metrics_endpoint.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "actuator/daemon/metrics_board.h"
#include "tests/support/wait.h"

namespace hotspot::daemon {
namespace {

using hotspot::testing::wait_for;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<loop::MetricFamily> some_families() {
  loop::Exposition out;
  out.gauge("hotspot_build_info", "1; the version.");
  out.value(1.0, {{"version", "1.0"}});
  out.counter("hotspot_ticks_total", "Rounds.");
  out.value(std::size_t{7}, {});
  out.histogram("hotspot_action_duration_seconds", "How long.");
  telemetry::Histogram durations(telemetry::duration_bounds());
  durations.add(1.5);
  durations.add(7000);
  out.value(durations, {{"rule", "a \"b\"\n\\c"}});
  return out.take();
}

class Client {
 public:
  explicit Client(int port, int family = AF_INET) : fd_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    v4.sin_port = v6.sin6_port = htons(static_cast<std::uint16_t>(port));
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
    connected_ = family == AF_INET ? connect(fd_, reinterpret_cast<sockaddr*>(&v4), sizeof v4) == 0
                                   : connect(fd_, reinterpret_cast<sockaddr*>(&v6), sizeof v6) == 0;
  }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool send(const std::string& text) {
    return connected_ && ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  // All until the other side closes, for ten seconds at most.
  std::string receive() {
    std::string all;
    char part[4096];
    while (readable(10'000)) {
      const ssize_t got = recv(fd_, part, sizeof part, 0);
      if (got <= 0) break;
      all.append(part, static_cast<std::size_t>(got));
    }
    return all;
  }
  bool is_closed() {
    char byte = 0;
    return readable(0) && recv(fd_, &byte, 1, 0) <= 0;
  }
  std::string ask(const std::string& request) {
    EXPECT_TRUE(send(request));
    return receive();
  }

 private:
  bool readable(int ms) const {
    pollfd one{fd_, POLLIN, 0};
    return poll(&one, 1, ms) == 1;
  }
  int fd_;
  bool connected_ = false;
};

class MetricsEndpointTest : public ::testing::Test {
 protected:
  void start(MetricsEndpoint::Source source = some_families) {
    auto made = MetricsEndpoint::listen(options_, std::move(source));
    ASSERT_TRUE(made) << made.error().message;
    endpoint_ = std::move(*made);
  }
  std::string ask(const std::string& request) { return Client(endpoint_->port()).ask(request); }
  static std::string get(const std::string& more = "") {
    return "GET /metrics HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
  }

  MetricsEndpointOptions options_;
  std::unique_ptr<MetricsEndpoint> endpoint_;
};

TEST_F(MetricsEndpointTest, GivesPrometheusTextToWhomNamesNothingElse) {
  start();
  const std::string answer = ask(get());
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(answer, HasSubstr("# TYPE hotspot_ticks_total counter\nhotspot_ticks_total 7\n"));
  EXPECT_THAT(answer, HasSubstr("{rule=\"a \\\"b\\\"\\n\\\\c\",le=\"2\"} 1\n"));
  EXPECT_THAT(answer, Not(HasSubstr("# EOF")));
}

TEST_F(MetricsEndpointTest, GivesOpenMetricsToWhomAsksForIt) {
  start();
  const std::string answer =
      ask(get("Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"));
  EXPECT_THAT(answer, HasSubstr("# TYPE hotspot_ticks counter\n# HELP hotspot_ticks Rounds.\nhotspot_ticks_total 7\n"));
  EXPECT_THAT(answer, HasSubstr("# TYPE hotspot_build_info gauge\n"));
  EXPECT_THAT(answer, HasSubstr("# UNIT hotspot_action_duration_seconds seconds\n"));
  EXPECT_THAT(answer, HasSubstr(",le=\"2.0\"} 1\n"));
  EXPECT_THAT(answer, HasSubstr(",le=\"+Inf\"} 2\n"));
  EXPECT_THAT(answer, EndsWith("\n# EOF\n"));
  EXPECT_THAT(ask(get("Accept: application/openmetrics-text;q=0.0, text/plain\r\n")), HasSubstr("version=0.0.4"));
}

TEST_F(MetricsEndpointTest, ServesNothingElse) {
  start();
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask("GET /metrics/../status HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask("DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(ask("nonsense\r\n\r\n"), Not(HasSubstr("hotspot_ticks")));
}

TEST_F(MetricsEndpointTest, ARequestThatIsTooLongIsRefused) {
  start();
  EXPECT_THAT(ask(get("X: " + std::string(100'000, 'x') + "\r\n")), Not(HasSubstr("hotspot_ticks")));
  EXPECT_THAT(ask(get()), HasSubstr("hotspot_ticks_total 7\n")) << "the next one is served";
}

TEST_F(MetricsEndpointTest, WhoSendsAByteNowAndThenIsCutOffAndHoldsUpNobody) {
  options_.patience = Milliseconds(400);
  start();
  Client slow(endpoint_->port());
  const std::string request = get();
  std::size_t sent = 0;
  const bool cut_off = wait_for([&] {
    if (sent < request.size() / 2) slow.send(request.substr(sent++, 1));
    return slow.is_closed();
  });
  EXPECT_TRUE(cut_off) << "after " << sent << " bytes";
  EXPECT_THAT(ask(get()), HasSubstr("hotspot_ticks_total 7\n"));
}

TEST_F(MetricsEndpointTest, OneAddressTakesNoMoreConnectionsThanItMay) {
  options_.most_of_an_address = 3;
  options_.patience = Milliseconds(2000);
  start();
  std::vector<std::unique_ptr<Client>> many;
  for (int i = 0; i < 20; ++i) many.push_back(std::make_unique<Client>(endpoint_->port()));
  const auto closed = [&] {
    return std::count_if(many.begin(), many.end(), [](const auto& one) { return one->is_closed(); });
  };
  EXPECT_TRUE(wait_for([&] { return closed() >= 17; })) << closed();
  EXPECT_TRUE(wait_for([&] { return closed() == 20; }))
      << "those that were taken wait for nothing for ever: " << closed();
  EXPECT_THAT(ask(get()), HasSubstr("hotspot_ticks_total 7\n"));
}

TEST_F(MetricsEndpointTest, AnAddressThatIsTakenIsSaid) {
  start();
  options_.port = endpoint_->port();
  const auto second = MetricsEndpoint::listen(options_, [] { return some_families(); });
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("metrics: cannot listen on 127.0.0.1:"));
  options_.host = "localhost";
  EXPECT_THAT(MetricsEndpoint::listen(options_, {}).error().message, HasSubstr("is no IPv4 or IPv6 address"));
}

TEST_F(MetricsEndpointTest, ServesOnAnAddressOfIPv6AndWritesItInBracketsInItsErrors) {
  options_.host = "::1";
  start();
  EXPECT_THAT(Client(endpoint_->port(), AF_INET6).ask(get()), HasSubstr("hotspot_ticks_total 7\n"));
  options_.port = endpoint_->port();
  EXPECT_THAT(MetricsEndpoint::listen(options_, {}).error().message, HasSubstr("cannot listen on [::1]:"));
}

TEST_F(MetricsEndpointTest, ListensAgainAtOnceThoughItsOldConnectionsAreNotForgottenYet) {
  start();
  options_.port = endpoint_->port();
  EXPECT_THAT(ask(get()), HasSubstr("hotspot_ticks_total 7\n"));  // it closes first, so its end is in TIME_WAIT
  endpoint_.reset();
  start();
  EXPECT_THAT(ask(get()), HasSubstr("hotspot_ticks_total 7\n"));
}

TEST_F(MetricsEndpointTest, WhoNeverReadsItsAnswerIsCutOffAndLeavesNoDescriptorBehind) {
  options_.patience = Milliseconds(400);
  start([] {  // more than the kernel holds for a connection
    loop::Exposition out;
    out.gauge("hotspot_large", "Large.");
    for (int i = 0; i < 16'000; ++i) out.value(1.0, {{"label", std::string(1000, 'x')}});
    return out.take();
  });
  const auto descriptors = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  const auto before = descriptors();
  {
    Client deaf(endpoint_->port());
    ASSERT_TRUE(deaf.send(get()));
    ASSERT_TRUE(wait_for([&] { return descriptors() == before + 2; })) << "its own end and the endpoint's";
    EXPECT_TRUE(wait_for([&] { return descriptors() == before + 1; })) << "the endpoint's end is closed";
  }
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 404 ")) << "others are served";
}

TEST(MetricsBoard, IsWrittenByLoopsWhileItIsRead) {
  MetricsBoard board({"a", "b"});
  std::atomic<bool> ends{false};
  std::vector<std::thread> loops;
  for (const char* cluster : {"a", "b"})
    loops.emplace_back([&, cluster] {
      while (!ends) board.show(cluster, some_families()), board.clear(cluster);
    });
  for (int i = 0; i < 200; ++i)
    EXPECT_THAT(loop::to_openmetrics_text(board.all()), HasSubstr("hotspot_leads{cluster=\"b\"} "));
  ends = true;
  for (std::thread& loop : loops) loop.join();
}

TEST(MetricsBoard, TellsOfEachClusterWhetherItIsLedAndWhoseEachSampleIs) {
  MetricsBoard board({"a", "b"});
  board.show("a", some_families());
  const std::string text = loop::to_prometheus_text(board.all());
  EXPECT_THAT(text, HasSubstr("hotspot_ticks_total{cluster=\"a\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("hotspot_leads{cluster=\"a\"} 1\nhotspot_leads{cluster=\"b\"} 0\n"));
  EXPECT_EQ(text.find("# TYPE hotspot_leads"), text.rfind("# TYPE hotspot_leads"));
  board.clear("a");
  EXPECT_THAT(loop::to_prometheus_text(board.all()), Not(HasSubstr("hotspot_ticks_total")));
}

}  // namespace
}  // namespace hotspot::daemon
