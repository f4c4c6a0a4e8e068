#include "actuator/io/password_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace hotspot::io {

Result<std::string> read_password(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Error{"the password file " + path + " cannot be read: " + std::strerror(errno)};
  std::string password;
  std::getline(file, password);
  if (!password.empty() && password.back() == '\r') password.pop_back();
  if (password.empty()) return Error{"the first line of the password file " + path + " is empty"};
  return password;
}

}  // namespace hotspot::io
