#include "common/files/regular_file.h"

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace hotspot::files {
namespace {

constexpr std::size_t kPart = 65536;

std::string words(int number) { return std::generic_category().message(number); }

std::string size_text(std::size_t bytes) {
  static constexpr std::array<std::pair<std::size_t, const char*>, 2> kUnits{{{1u << 20, " MiB"}, {1u << 10, " KiB"}}};
  for (const auto& [size, unit] : kUnits) {
    if (bytes >= size && bytes % size == 0) return std::to_string(bytes / size) + unit;
  }
  return std::to_string(bytes) + " bytes";
}

// null(4): people pass it to say that there is no such file.
bool is_null_device(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  if (S_ISFIFO(mode)) return "a pipe";
  return S_ISSOCK(mode) ? "a socket" : "something else";
}

OpenError not_regular(const std::string& path, mode_t mode) {
  return {Trouble::kNotRegular, path + " is no regular file but " + kind_of(mode) + ": give the path of a file"};
}

// Why open() failed. open() cannot open a socket at all.
OpenError cannot_open(const std::string& path, int number) {
  if (number == ENOENT) return {Trouble::kMissing, path + " cannot be read: " + words(number)};
  if (number == ELOOP) return {Trouble::kLink, path + " is a symbolic link that is not followed: " + words(number)};
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) return not_regular(path, status.st_mode);
  return {Trouble::kUnreadable, path + " cannot be read: " + words(number)};
}

// Appends up to `most` bytes. Returns errno, or 0.
int append(int descriptor, std::size_t most, std::string& text) {
  std::array<char, kPart> part{};
  while (text.size() < most) {
    const ssize_t got = ::read(descriptor, part.data(), std::min(part.size(), most - text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) return 0;
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  return 0;
}

// Reads one byte more than the limit, to detect a file that is too large.
Result<std::string> read_up_to(int descriptor, const std::string& name, std::size_t most) {
  std::string text;
  if (const int number = append(descriptor, most + 1, text); number != 0)
    return Error{name + " cannot be read: " + words(number)};
  if (text.size() > most) return Error{name + " is larger than " + size_text(most)};
  return text;
}

}  // namespace

RegularFile::RegularFile(std::string path, int descriptor, const struct stat& status)
    : path_(std::move(path)), descriptor_(descriptor), status_(status) {}
RegularFile::RegularFile(RegularFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), status_(other.status_) {}
RegularFile::~RegularFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<RegularFile, OpenError> RegularFile::open(const std::string& path, Links links) {
  // Merely opening a device may have an effect, so the kind of file is checked before.
  struct stat before {};
  const int looked = links == Links::kFollow ? ::stat(path.c_str(), &before) : ::lstat(path.c_str(), &before);
  if (looked == 0 && !S_ISREG(before.st_mode) && !S_ISLNK(before.st_mode)) return not_regular(path, before.st_mode);
  // Non-blocking: otherwise opening a pipe would wait for a writer.
  const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (links == Links::kRefuse ? O_NOFOLLOW : 0);
  const int descriptor = ::open(path.c_str(), flags);
  if (descriptor < 0) return cannot_open(path, errno);
  RegularFile file(path, descriptor, {});
  if (::fstat(descriptor, &file.status_) != 0) return cannot_open(path, errno);
  if (!S_ISREG(file.status_.st_mode)) return not_regular(path, file.status_.st_mode);
  return file;
}

Result<std::string> RegularFile::read(std::size_t most_bytes) { return read_up_to(descriptor_, path_, most_bytes); }

Result<std::string> RegularFile::read_beginning(std::size_t most_bytes) {
  std::string text;
  if (const int number = append(descriptor_, most_bytes, text); number != 0)
    return Error{path_ + " cannot be read: " + words(number)};
  return text;
}

Result<std::string> read_text(const std::string& path, std::size_t most_bytes) {
  if (is_null_device(path)) return std::string();
  auto file = RegularFile::open(path);
  if (!file) return Error{file.error().message};
  return file->read(most_bytes);
}

std::string why_not_readable(const std::string& path) {
  const auto file = RegularFile::open(path);
  return file ? "" : file.error().message;
}

Result<std::string> read_stream(int descriptor, const std::string& name, std::size_t most_bytes) {
  return read_up_to(descriptor, name, most_bytes);
}

Result<void> read_lines(const std::string& path, std::size_t most_bytes_of_line,
                        const std::function<void(std::size_t, std::string_view)>& take) {
  auto file = RegularFile::open(path);
  if (!file) return Error{file.error().message};
  std::string waiting;
  std::size_t number = 1;
  const auto too_long = [&] {
    return Error{path + ":" + std::to_string(number) + ": the line is longer than " + size_text(most_bytes_of_line)};
  };
  for (;;) {
    auto part = file->read_beginning(kPart);
    if (!part) return Error{part.error().message};
    const bool end = part->empty();
    std::size_t from = 0, at = waiting.size();
    waiting += *part;
    for (; (at = waiting.find('\n', at)) != std::string::npos; from = ++at) {
      if (at - from > most_bytes_of_line) return too_long();
      take(number++, std::string_view(waiting).substr(from, at - from));
    }
    waiting.erase(0, from);
    if (waiting.size() > most_bytes_of_line) return too_long();
    if (!end) continue;
    if (!waiting.empty()) take(number, waiting);
    return {};
  }
}

}  // namespace hotspot::files
