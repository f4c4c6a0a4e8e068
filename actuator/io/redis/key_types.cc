#include "actuator/io/redis/key_types.h"

#include <string_view>

namespace hotspot::io {

std::string right_type_of(const std::string& key) {
  constexpr std::string_view kPrefix = "hotspot:{";
  const auto end = key.find("}:");
  if (!key.starts_with(kPrefix) || end == std::string::npos) return "";
  const std::string name = key.substr(end + 2);
  for (const char* one : {"lease", "published"})
    if (name == one) return "string";
  for (const char* one : {"state", "nodes", "answers", "console", "inputs"})
    if (name == one) return "hash";
  for (const char* one : {"snapshots", "commands", "commands:admin", "journal", "decisions"})
    if (name == one) return "stream";
  if (name == "inputs:ages") return "zset";
  return "";
}

}  // namespace hotspot::io
