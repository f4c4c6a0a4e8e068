#include "tests/support/rrdcached.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <vector>

#include "tests/support/ports.h"
#include "tests/support/wait.h"

namespace hotspot::testing {
namespace {

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

// Another test may have taken the port since it was free. rrdcached listens on what is left then, and the other test's
// would be asked on the port: so the port must be this one's own, or another is tried.
Rrdcached::Rrdcached(const std::string& folder) : socket_(folder + "/rrdcached.sock") {
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_port();
    start(folder);
    const bool started = wait_for([&] { return answers(socket_); });  // listens in the order of its command line
    if (started && listens(process_, port_)) return;
    stop();
    if (!started) break;
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

void Rrdcached::stop() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

Rrdcached::~Rrdcached() { stop(); }

}  // namespace hotspot::testing
