// hotspotctl rule fmt: formats rule files, or lists those that are not formatted.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "actuator/ctl/rule_sets.h"
#include "actuator/ctl/rule_verbs.h"
#include "actuator/daemon/rule_files.h"
#include "actuator/rules/fmt/rule_format.h"
#include "common/files/descriptor.h"

namespace hotspot::ctl {
namespace {

namespace fs = std::filesystem;

// In a directory, files of unit tests are formatted too.
bool is_yaml(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

Error cannot_write(const std::string& path) { return {"cannot write " + path + ": " + std::strerror(errno)}; }

// Writes into the file itself, if replacing it would lose its owner or its other names.
Result<void> overwrite(const std::string& target, const std::string& text) {
  const files::Descriptor file(open(target.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW));
  return file && files::write_to_disk(file, text) ? Result<void>() : cannot_write(target);
}

// Writes a new file and renames it, so that a full disk leaves the old one intact. A symbolic link is kept: its target
// is written, with the same mode and owner.
Result<void> replace(const std::string& path, const std::string& text) {
  std::error_code error;
  const std::string target = fs::canonical(path, error).string();
  struct stat before {};
  if (error || stat(target.c_str(), &before) != 0) return Error{"cannot replace " + path + ": it is gone"};
  if (before.st_nlink > 1) return overwrite(target, text);
  std::string beside = target + ".fmt-XXXXXX";
  bool done = false;
  {
    const files::Descriptor file(mkostemp(beside.data(), O_CLOEXEC));
    if (!file) return errno == EACCES || errno == EPERM ? overwrite(target, text) : cannot_write(beside);
    if (fchown(file.get(), before.st_uid, before.st_gid) != 0) {
      unlink(beside.c_str());
      return overwrite(target, text);
    }
    done = fchmod(file.get(), before.st_mode & 07777) == 0 && files::write_to_disk(file, text) &&
           rename(beside.c_str(), target.c_str()) == 0;
  }
  if (done) return {};
  const Error problem = cannot_write(target);
  unlink(beside.c_str());
  return problem;
}

// To standard output; with --check only the name, if the text would change.
int format_standard_input(FmtMode mode) {
  const auto file = read_standard_input();
  if (!file) return fail(file.error().message);
  const auto text = rules::format_rule_file(*file);
  if (!text) {
    std::fputs(rules::format(text.error(), {*file}).c_str(), stderr);
    return kFailed;
  }
  if (mode == FmtMode::kWrite) return std::fputs(text->c_str(), stdout), kDone;
  if (*text == file->text) return kDone;
  say(kStandardInput);
  return kFailed;
}

}  // namespace

int rule_fmt(const std::vector<std::string>& paths, FmtMode mode, Format format) {
  if (paths == std::vector<std::string>{"-"}) return format_standard_input(mode);
  if (std::find(paths.begin(), paths.end(), kStandardInput) != paths.end())
    return fail("'-' is standard input, which is formatted alone");
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
