#include "actuator/ctl/configuration_files.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace hotspot::ctl {
namespace {

// No rule file has any of these keys, and every useful configuration has one.
constexpr std::array kKeys{"cluster",   "clusters", "redis",   "rules",    "mode",
                           "admission", "lease",    "history", "state_dir"};

std::string_view key_at(std::string_view line) {
  const std::size_t colon = line.find(':');
  return colon == std::string_view::npos ? std::string_view() : line.substr(0, colon);
}

}  // namespace

bool is_configuration(const rules::SourceFile& file) {
  bool found = false;
  for (std::string_view rest = file.text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view key = key_at(rest.substr(0, end));
    if (key == "groups") return false;
    found = found || std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return found;
}

std::vector<rules::SourceFile> take_configurations(std::vector<rules::SourceFile>& files) {
  const auto first = std::stable_partition(files.begin(), files.end(),
                                           [](const rules::SourceFile& file) { return !is_configuration(file); });
  std::vector<rules::SourceFile> taken(std::make_move_iterator(first), std::make_move_iterator(files.end()));
  files.erase(first, files.end());
  return taken;
}

}  // namespace hotspot::ctl
