#include "actuator/daemon/rule_files.h"

#include <algorithm>
#include <filesystem>

#include "actuator/rules/files/check.h"
#include "actuator/rules/language/source_text.h"
#include "common/files/regular_file.h"

namespace hotspot::daemon {
namespace fs = std::filesystem;
namespace {

bool is_rule_file(const fs::path& path) {
  const std::string name = path.filename().string();
  if (name.starts_with('.')) return false;
  const std::string extension = path.extension().string();
  return (extension == ".yaml" || extension == ".yml") && !path.stem().string().ends_with("_test");
}

Result<std::vector<std::string>> list_rule_files(const std::string& path) {
  std::error_code problem;
  if (!fs::is_directory(path, problem)) {
    if (fs::exists(path, problem)) return std::vector{path};
    return Error{"there are no rules at " + path + ": no such file or directory"};
  }
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, problem)) {
    if (is_rule_file(entry.path())) names.push_back(entry.path().string());
  }
  if (problem) return Error{"cannot read the directory of rules " + path + ": " + problem.message()};
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Result<rules::SourceFile> read_file(const std::string& path) {
  auto text = files::read_text(path, rules::kMostFileBytes);
  if (!text) return text.error();
  return rules::SourceFile{path, std::move(*text)};
}

Result<std::vector<rules::SourceFile>> read_rule_files(const std::string& path) {
  const auto names = list_rule_files(path);
  if (!names) return names.error();
  std::vector<rules::SourceFile> files;
  for (const std::string& name : *names) {
    auto file = read_file(name);
    if (!file) return file.error();
    files.push_back(std::move(*file));
  }
  return files;
}

loop::LoadedRules load_rules(const std::string& path, std::size_t most_operations) {
  loop::LoadedRules loaded;
  auto files = read_rule_files(path);
  if (!files) {
    loaded.problem = files.error().message;
    return loaded;
  }
  loaded.files = std::move(*files);
  loaded.checked = rules::check(loaded.files, {.most_operations = most_operations});
  return loaded;
}

std::string fingerprint_on_disk(const std::string& path) {
  const auto names = list_rule_files(path);
  if (!names) return names.error().message;
  std::string text;
  for (const std::string& name : *names) {
    std::error_code problem;
    const auto written = fs::last_write_time(name, problem).time_since_epoch().count();
    text += name + ":" + std::to_string(written) + ":" + std::to_string(fs::file_size(name, problem)) + "\n";
  }
  return text;
}

}  // namespace hotspot::daemon
