// A password file as it is accepted: nobody but its owner reads it.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace hotspot::testing {

inline void write_password(const std::string& path, const std::string& password) {
  std::ofstream(path, std::ios::app).close();
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::ofstream(path) << password << "\n";
}

}  // namespace hotspot::testing
