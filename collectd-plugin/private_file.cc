#include "collectd-plugin/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "common/files/descriptor.h"
#include "common/files/regular_file.h"

namespace hotspot::collector {
namespace {

constexpr std::size_t kMostBytes = 16u << 10;

std::string words(int number) { return std::generic_category().message(number); }

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777));
  return text.data();
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

// Empty: the owner is right.
std::string owner_fault(const std::string& path, const struct stat& status) {
  if (status.st_uid == geteuid() || status.st_uid == 0) return "";
  return path + " belongs to the user with the number " + std::to_string(status.st_uid) +
         ", and this process runs as number " + std::to_string(geteuid()) + ": chown it to the user of this process";
}

std::string file_fault(const std::string& path, const struct stat& status, mode_t forbidden) {
  if (std::string wrong = owner_fault(path, status); !wrong.empty()) return wrong;
  if ((status.st_mode & forbidden) == 0) return "";
  const bool writable = (status.st_mode & kOthersMayNotWrite) != 0;
  return path + " may be " + (writable ? "written" : "read") + " by others (its mode is " + octal(status.st_mode) +
         "): chmod 600 it; if somebody else may have " + (writable ? "changed" : "read") + " it, remove it instead";
}

Error cannot_write(const std::string& path, int number) {
  return {path + " cannot be written: " + words(number) + "; this process's user must be able to write to " +
          folder_of(path)};
}

}  // namespace

Result<std::optional<std::string>> read_private(const std::string& path, mode_t forbidden) {
  auto file = files::RegularFile::open(path, files::Links::kRefuse);
  if (!file) {
    const auto& [trouble, message] = file.error();
    if (trouble == files::Trouble::kMissing) return std::optional<std::string>();
    if (trouble == files::Trouble::kLink)
      return Error{path + " is a symbolic link, and none is followed: give the path of the file itself"};
    if (trouble == files::Trouble::kNotRegular) return Error{message + ", or one where nothing is yet"};
    return Error{message + "; it should be this process's user's, mode 600"};
  }
  if (std::string wrong = file_fault(path, file->status(), forbidden); !wrong.empty()) return Error{std::move(wrong)};
  auto text = file->read_beginning(kMostBytes + 1);
  if (!text) return text.error();
  if (text->size() > kMostBytes)
    return Error{path + " is longer than 16 KiB, so it is not what it should be: remove it"};
  return std::optional<std::string>(std::move(*text));
}

Result<void> ensure_private_folder(const std::string& path_of_file) {
  const std::string folder = folder_of(path_of_file);
  if (::mkdir(folder.c_str(), 0700) == 0) {
    files::sync_folder(folder_of(folder));
    return {};
  }
  const int why = errno;
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0)
    return Error{folder + " cannot be made: " + words(why) + "; make it, mode 700, for this process's user"};
  if (!S_ISDIR(status.st_mode)) return Error{folder + " is no folder: give the path of a file in one"};
  if (std::string wrong = owner_fault(folder, status); !wrong.empty()) return Error{std::move(wrong)};
  if ((status.st_mode & kOthersMayNotWrite) != 0)
    return Error{folder + " may be written to by others (its mode is " + octal(status.st_mode) +
                 "): give a file in a folder of its own, mode 700"};
  return {};
}

Result<bool> write_private(const std::string& path, std::string_view text, Existing existing) {
  std::string made = path + ".XXXXXX";
  bool done = false, was_there = false;
  int why = 0;
  {
    const files::Descriptor file(::mkostemp(made.data(), O_CLOEXEC));  // 0600
    if (!file) return cannot_write(path, errno);
    if (files::write_to_disk(file, text)) {
      // link() never replaces an existing file.
      done = existing == Existing::kReplaced ? ::rename(made.c_str(), path.c_str()) == 0
                                             : ::link(made.c_str(), path.c_str()) == 0;
    }
    why = errno;
    was_there = !done && existing == Existing::kKept && why == EEXIST;
  }
  if (existing == Existing::kKept || !done) ::unlink(made.c_str());
  if (!done && !was_there) return cannot_write(path, why);
  files::sync_folder(folder_of(path));
  return done;
}

}  // namespace hotspot::collector
