#include "tests/unit/actuator/io/graphite/web_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hotspot::io {
namespace {

bool send_text(int fd, const std::string& text) {
  return ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

// All of a request is there: the head, and as much of a body as it says.
bool is_whole(const std::string& request) {
  const std::size_t head = request.find("\r\n\r\n"), length = request.find("Content-Length: ");
  return head != std::string::npos && length != std::string::npos &&
         request.size() >= head + 4 + std::stoul(request.substr(length + 16));
}

}  // namespace

WebServer::WebServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  bind(listener_, reinterpret_cast<sockaddr*>(&at), size);
  listen(listener_, 16);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
  port_ = ntohs(at.sin_port);
  thread_ = std::thread([this] { serve(); });
}

WebServer::~WebServer() {
  ends_ = true;
  thread_.join();
  close(listener_);
}

void WebServer::behave(Way way, const std::string& status) {
  const std::lock_guard lock(mutex_);
  way_ = way;
  status_ = status;
}

std::vector<std::string> WebServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool WebServer::waits(int fd, int ms) const {
  pollfd one{fd, POLLIN, 0};
  return poll(&one, 1, ms) == 1;
}

void WebServer::serve() {
  while (!ends_) {
    if (!waits(listener_, 20)) continue;
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (read_request(fd)) answer(fd);
    close(fd);
  }
}

bool WebServer::read_request(int fd) {
  std::string text;
  char part[4096];
  while (!ends_ && !is_whole(text)) {
    if (!waits(fd, 20)) continue;
    const ssize_t got = recv(fd, part, sizeof part, 0);
    if (got <= 0) return false;
    text.append(part, static_cast<std::size_t>(got));
  }
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(text));
  return true;
}

void WebServer::answer(int fd) {
  std::string head;
  Way way;
  {
    const std::lock_guard lock(mutex_);
    way = way_;
    head = "HTTP/1.1 " + status_ + "\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: ";
  }
  if (way == Way::kAnswers) send_text(fd, head + "0\r\n\r\n");
  if (way == Way::kHangs)
    while (!ends_ && !waits(fd, 20)) continue;  // until the other side has gone
  // A byte of the head at a time, or more of a head than anybody wants, until the other side has had enough.
  if (way == Way::kTrickles)
    for (std::size_t i = 0; !ends_ && i < head.size() && !waits(fd, 100); ++i) send_text(fd, head.substr(i, 1));
  if (way == Way::kFloods)
    while (!ends_ && send_text(fd, "HTTP/1.1 100 Continue\r\nX-Filler: " + std::string(4000, 'x') + "\r\n\r\n"))
      continue;
}

}  // namespace hotspot::io
