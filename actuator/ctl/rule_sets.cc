#include "actuator/ctl/rule_sets.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "actuator/ctl/session.h"
#include "actuator/daemon/rule_files.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/source_text.h"
#include "common/files/regular_file.h"

namespace hotspot::ctl {

Result<std::vector<std::string>> files_named_by(const std::vector<std::string>& paths,
                                                bool (*wanted)(const std::filesystem::path&)) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    auto entry = std::filesystem::directory_iterator(path, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
      if (wanted(entry->path())) found.push_back(entry->path().string());
    }
    if (error) return Error{"cannot read the directory " + path + ": " + error.message()};
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

Result<rules::SourceFile> read_standard_input() {
  auto text = files::read_stream(STDIN_FILENO, "standard input", rules::kMostFileBytes);
  if (!text) return text.error();
  return rules::SourceFile{kStandardInput, std::move(*text)};
}

Result<std::vector<rules::SourceFile>> read_rule_paths(const std::vector<std::string>& paths) {
  std::vector<rules::SourceFile> files;
  for (const std::string& path : paths) {
    if (path == kStandardInput) {
      auto file = read_standard_input();
      if (!file) return file.error();
      files.push_back(std::move(*file));
      continue;
    }
    auto read = daemon::read_rule_files(path);
    if (!read) return read.error();
    std::move(read->begin(), read->end(), std::back_inserter(files));
  }
  return files;
}

std::shared_ptr<const rules::RuleSet> load_rule_set(const std::vector<std::string>& paths) {
  const auto files = read_rule_paths(paths);
  if (!files) {
    fail(files.error().message);
    return nullptr;
  }
  rules::CheckedRules checked = rules::check(*files);
  if (!checked.ok()) std::fputs(rules::format(checked.diagnostics, *files).c_str(), stderr);
  return checked.rules;
}

}  // namespace hotspot::ctl
