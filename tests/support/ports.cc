#include "tests/support/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace hotspot::testing {
namespace {

// The sockets of the process's network namespace, one in a line: number, local, remote address, state, ..., inode.
std::string listening_socket(const std::string& process, int port) {
  std::ifstream sockets(process + "/net/tcp");
  for (std::string line; std::getline(sockets, line);) {
    std::istringstream words(line);
    std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
    words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
    const std::size_t colon = local.find(':');
    if (state == "0A" && colon != std::string::npos && std::stoi(local.substr(colon + 1), nullptr, 16) == port)
      return "socket:[" + inode + "]";
  }
  return "";
}

}  // namespace

int free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  const bool bound = bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                     getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  close(probe);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

bool listens(pid_t process, int port) {
  const std::string folder = "/proc/" + std::to_string(process);
  const std::string wanted = listening_socket(folder, port);
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder + "/fd", error), end; !error && at != end; at.increment(error)) {
    if (!wanted.empty() && std::filesystem::read_symlink(at->path(), error) == wanted) return true;
    error.clear();
  }
  return false;
}

}  // namespace hotspot::testing
