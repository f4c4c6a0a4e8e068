// hotspotctl rule fmt: files are written the one way, or named if they are not.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "actuator/ctl/rule_sets.h"
#include "actuator/ctl/rule_verbs.h"
#include "actuator/daemon/rule_files.h"
#include "actuator/rules/fmt/rule_format.h"

namespace hotspot::ctl {
namespace {

namespace fs = std::filesystem;

// Of a directory unit tests too: they are formatted as well.
bool is_yaml(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

// Beside it and then in its place, so that a full disk leaves the old file.
Result<void> replace(const std::string& path, const std::string& text) {
  const std::string beside = path + ".fmt-" + std::to_string(getpid());
  std::error_code error;
  const fs::perms permissions = fs::status(path, error).permissions();
  {
    std::ofstream file(beside, std::ios::binary);
    file << text;
    file.flush();
    if (!file) {
      fs::remove(beside, error);
      return Error{"cannot write " + beside};
    }
  }
  fs::permissions(beside, permissions, error);
  fs::rename(beside, path, error);
  if (error) return Error{"cannot replace " + path + ": " + error.message()};
  return {};
}

int format_standard_input() {
  const rules::SourceFile file{"-", {std::istreambuf_iterator<char>(std::cin), {}}};
  const auto text = rules::format_rule_file(file);
  if (!text) {
    std::fputs(rules::format(text.error(), {file}).c_str(), stderr);
    return kFailed;
  }
  std::fputs(text->c_str(), stdout);
  return kDone;
}

}  // namespace

int rule_fmt(const std::vector<std::string>& paths, FmtMode mode, Format format) {
  if (paths == std::vector<std::string>{"-"}) return format_standard_input();
  const auto files = files_named_by(paths, is_yaml);
  if (!files) return fail(files.error().message);
  std::vector<std::string> changed;
  bool failed = false;
  for (const std::string& path : *files) {
    const auto file = daemon::read_file(path);
    if (!file) {
      failed = fail(file.error().message) != kDone;
      continue;
    }
    const auto text = rules::format_rule_file(*file);
    if (!text) {
      std::fputs(rules::format(text.error(), {*file}).c_str(), stderr);
      failed = true;
    } else if (*text != file->text) {
      changed.push_back(path);
      const auto written = mode == FmtMode::kWrite ? replace(path, *text) : Result<void>();
      if (!written) failed = fail(written.error().message) != kDone;
    }
  }
  if (format == Format::kTable) {
    for (const std::string& path : changed) say(path);
  } else {
    std::fputs(to_text({{"files", files->size()}, {"changed", changed}}, format).c_str(), stdout);
  }
  if (failed || (mode == FmtMode::kCheck && !changed.empty())) return kFailed;
  return files->empty() ? kNothing : kDone;
}

}  // namespace hotspot::ctl
