#include "common/redis/password_file.h"

#include <algorithm>
#include <utility>

#include "common/files/regular_file.h"

namespace hotspot::redis {
namespace {

// What is wrong with the file, to follow its name in a message; empty if nothing is.
std::string wrong_with(const struct stat& status) {
  if ((status.st_mode & S_IWOTH) != 0) return "can be written by everybody on this machine: chmod 640 it";
  if ((status.st_mode & S_IROTH) != 0)
    return "can be read by everybody on this machine: chmod 640 it, and give it to the user or the group of who needs "
           "it";
  return "";
}

Result<std::string> first_line(files::RegularFile& file, const std::string& name) {
  auto beginning = file.read_beginning(kMostPasswordBytes + 2);
  if (!beginning) return Error{"the password file " + beginning.error().message};
  std::string text = std::move(*beginning);
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
  auto file = files::RegularFile::open(path);
  if (!file) return Error{"the password file " + file.error().message};
  if (const std::string wrong = wrong_with(file->status()); !wrong.empty()) return Error{name + " " + wrong};
  auto password = first_line(*file, name);
  if (password && password->empty()) return Error{"the first line of " + name + " is empty"};
  return password;
}

}  // namespace hotspot::redis
