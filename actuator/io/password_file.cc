#include "actuator/io/password_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace hotspot::io {
namespace {

class Descriptor {
 public:
  // Does not wait for the other end of a pipe.
  explicit Descriptor(const std::string& path) : number_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

// What is wrong with it, to be put after its name; empty if nothing is.
std::string wrong_with(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return "is no regular file";
  if ((status.st_mode & S_IWOTH) != 0) return "can be written by everybody on this machine: chmod 640 it";
  if ((status.st_mode & S_IROTH) != 0)
    return "can be read by everybody on this machine: chmod 640 it, and give it to the user or the group of who needs "
           "it";
  return "";
}

Result<std::string> first_line(int file, const std::string& name) {
  std::string text;
  std::array<char, kMostPasswordBytes + 2> some{};
  while (text.size() <= kMostPasswordBytes + 1) {
    const ssize_t count = read(file, some.data(), some.size() - text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{name + " cannot be read: " + std::strerror(errno)};
    text.append(some.data(), static_cast<std::size_t>(count));
    if (count == 0 || text.find('\n') != std::string::npos) break;
  }
  text.resize(std::min(text.find('\n'), text.size()));
  if (!text.empty() && text.back() == '\r') text.pop_back();
  if (text.size() > kMostPasswordBytes)
    return Error{"the first line of " + name + " is longer than " + std::to_string(kMostPasswordBytes) + " bytes"};
  if (text.find('\0') != std::string::npos) return Error{"the first line of " + name + " has a byte 0: it is no text"};
  return text;
}

}  // namespace

Result<std::string> read_password(const std::string& path) {
  const std::string name = "the password file " + path;
  const Descriptor file(path);
  struct stat status {};
  if (file.number() < 0 || fstat(file.number(), &status) != 0)
    return Error{name + " cannot be read: " + std::strerror(errno)};
  if (const std::string wrong = wrong_with(status); !wrong.empty()) return Error{name + " " + wrong};
  auto password = first_line(file.number(), name);
  if (password && password->empty()) return Error{"the first line of " + name + " is empty"};
  return password;
}

}  // namespace hotspot::io
