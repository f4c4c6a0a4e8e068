#include "tests/support/redis_server.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "tests/support/wait.h"

namespace hotspot::testing {
namespace {

std::string make_folder() {
  std::string folder = (std::filesystem::temp_directory_path() / "hotspot-redis-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("cannot make " + folder);
  return folder;
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> arguments)
    : arguments_(std::move(arguments)), folder_(make_folder()), port_(free_port()) {
  start();
}

void RedisServer::become_redis() const {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int log = open((folder_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  std::vector<std::string> line{"redis-server"};
  const bool has_file = !arguments_.empty() && !arguments_[0].starts_with("--");
  if (has_file) line.push_back(arguments_[0]);
  for (const std::string& word :
       {std::string("--bind"), std::string("127.0.0.1"), std::string("--port"), std::to_string(port_),
        std::string("--unixsocket"), unix_socket(), std::string("--dir"), folder_, std::string("--save"), std::string(),
        std::string("--appendonly"), std::string("no")})
    line.push_back(word);
  line.insert(line.end(), arguments_.begin() + (has_file ? 1 : 0), arguments_.end());
  std::vector<char*> words;
  for (std::string& word : line) words.push_back(word.data());
  words.push_back(nullptr);
  execvp("redis-server", words.data());
  _exit(127);
}

RedisServer::~RedisServer() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void RedisServer::start() {
  if (process_ != 0) return;
  process_ = fork();
  if (process_ == 0) become_redis();
  if (process_ < 0) throw std::runtime_error("cannot fork");
  if (!wait_for([this] { return answers(); }))
    throw std::runtime_error("redis-server did not start; see " + folder_ + "/log");
}

void RedisServer::stop() {
  if (process_ == 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = 0;
}

void RedisServer::pause() { kill(process_, SIGSTOP); }
void RedisServer::resume() { kill(process_, SIGCONT); }

bool RedisServer::answers() const {
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, unix_socket().c_str(), sizeof address.sun_path - 1);
  char reply[8] = {};
  // A server that still loads, or that wants a password, answers with an error.
  const bool answered = connect(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                        write(probe, "PING\r\n", 6) == 6 && read(probe, reply, sizeof reply) >= 5;
  close(probe);
  return answered;
}

}  // namespace hotspot::testing
