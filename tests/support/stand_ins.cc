#include "tests/support/stand_ins.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

#include "tests/support/ports.h"

namespace hotspot::testing {
namespace {

ports::NodeAddress address_of(int i, int port) {
  std::array<char, 128> uuid{}, name{}, uri{};
  std::snprintf(uuid.data(), uuid.size(), "00000000-0000-4000-8000-%012x", static_cast<unsigned>(i));
  std::snprintf(name.data(), name.size(), "n%04d", i);
  std::snprintf(uri.data(), uri.size(), "qemu+tcp://127.77.%d.%d:%d/system", i / 250, i % 250 + 1, port);
  return {uuid.data(), name.data(), uri.data()};
}

std::size_t entries_in(const char* folder) {
  const std::filesystem::directory_iterator all(folder);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace

StandIns::StandIns(const std::vector<Kind>& kinds) {
  const int port = free_port();
  std::vector<std::string> words{"python3", HOTSPOT_SOURCE_DIR "/tests/support/libvirt_stand_in.py",
                                 std::to_string(port)};
  for (const Kind& kind : kinds) {
    words.push_back(std::string(kind.name) + "=" + std::to_string(kind.count));
    for (int i = 0; i < kind.count; ++i) {
      nodes_.push_back(address_of(static_cast<int>(nodes_.size()), port));
      good_.push_back(std::string(kind.name) == "good");
    }
  }
  std::array<int, 2> in{}, out{};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipes");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  process_ = fork();
  if (process_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  commands_ = fdopen(in[1], "w");
  answers_ = fdopen(out[0], "r");
  if (answer().rfind("ready", 0) != 0) throw std::runtime_error("the stand-ins did not start");
}

StandIns::~StandIns() {
  std::fclose(commands_);
  std::fclose(answers_);
  waitpid(process_, nullptr, 0);
}

std::size_t StandIns::good() const { return static_cast<std::size_t>(std::count(good_.begin(), good_.end(), true)); }

void StandIns::drop() { tell("drop\n"); }
void StandIns::plug_cpus() { tell("plug\n"); }

void StandIns::tell(const char* command) {
  std::fputs(command, commands_);
  std::fflush(commands_);
  answer();
}

std::string StandIns::answer() {
  std::array<char, 256> line{};
  return std::fgets(line.data(), line.size(), answers_) != nullptr ? line.data() : "";
}

std::size_t count_threads() { return entries_in("/proc/self/task"); }
std::size_t count_descriptors() { return entries_in("/proc/self/fd") - 1; }  // the one by which we look

}  // namespace hotspot::testing
