#include "tests/support/rrdcached.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
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

Rrdcached::Rrdcached(const std::string& folder) : socket_(folder + "/rrdcached.sock"), port_(free_port()) {
  const std::string port = "127.0.0.1:" + std::to_string(port_), socket = "unix:" + socket_;
  const std::string pid_file = folder + "/rrdcached.pid";
  // -R: it may list and read below its base, recursively. -w: it keeps what it is given in memory.
  const std::vector<const char*> arguments = {
      "rrdcached",  "-g", "-R",           "-b", folder.c_str(),   "-B",   "-w", "1800", "-l",
      port.c_str(), "-l", socket.c_str(), "-p", pid_file.c_str(), nullptr};
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execvp("rrdcached", const_cast<char* const*>(arguments.data()));
    _exit(127);
  }
  if (process_ < 0 || !wait_for([this] { return answers(port_); })) throw std::runtime_error("rrdcached did not start");
}

Rrdcached::~Rrdcached() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

}  // namespace hotspot::testing
