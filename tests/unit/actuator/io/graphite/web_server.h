// A web server of a test's own on loopback, that behaves as badly as it is told to.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace hotspot::io {

class WebServer {
 public:
  enum class Way { kAnswers, kHangs, kCloses, kTrickles, kFloods };

  WebServer();
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/events/"; }
  void behave(Way way, const std::string& status = "200 OK");
  std::vector<std::string> requests() const;  // with their heads

 private:
  void serve();
  void answer(int fd);
  bool read_request(int fd);
  bool waits(int fd, int ms) const;

  int listener_ = -1, port_ = 0;
  mutable std::mutex mutex_;
  Way way_ = Way::kAnswers;
  std::string status_ = "200 OK";
  std::vector<std::string> requests_;
  std::atomic<bool> ends_ = false;
  std::thread thread_;
};

}  // namespace hotspot::io
