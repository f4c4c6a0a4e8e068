#include "tests/support/rrdcached.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <vector>

#include "tests/support/wait.h"

namespace hotspot::testing {
namespace {

sockaddr_in local_port(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

bool answers(int port) {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = local_port(port);
  const bool open = connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return open;
}

bool answers(const std::string& path) {
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const bool open = connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return open;
}

}  // namespace

int free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = local_port(0);
  socklen_t length = sizeof address;
  const bool bound = bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                     getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  close(probe);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

// Another test may have taken the port since it was free: then this one ends, and another port is tried.
Rrdcached::Rrdcached(const std::string& folder) : socket_(folder + "/rrdcached.sock") {
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_port();
    start(folder);
    bool ended = false;
    const bool listens = wait_for([&] {
      ended = waitpid(process_, nullptr, WNOHANG) == process_;
      return ended || (answers(port_) && answers(socket_));
    });
    if (listens && !ended) return;
    if (!ended) break;
  }
  throw std::runtime_error("rrdcached did not start");
}

void Rrdcached::start(const std::string& folder) {
  const std::string port = "127.0.0.1:" + std::to_string(port_), socket = "unix:" + socket_;
  const std::string pid_file = folder + "/rrdcached.pid";
  // -R: it may list and read below its base, recursively. -w: it keeps what it is given in memory.
  const std::vector<const char*> arguments = {
      "rrdcached",  "-g", "-R",           "-b", folder.c_str(),   "-B",   "-w", "1800", "-l",
      port.c_str(), "-l", socket.c_str(), "-p", pid_file.c_str(), nullptr};
  process_ = fork();
  if (process_ < 0) throw std::runtime_error("cannot fork");
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execvp("rrdcached", const_cast<char* const*>(arguments.data()));
    _exit(127);
  }
}

Rrdcached::~Rrdcached() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

}  // namespace hotspot::testing
