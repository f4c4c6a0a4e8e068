// Reads files that people name: rules, unit tests, configuration, passwords.
//
// Only regular files are read, so that no name can make a program wait or read for ever. Directories, devices, pipes
// and sockets are refused, each with a message, and so is a file that grows past a limit of bytes while it is read.
// Nothing here waits except for the disk. Error messages begin with the path as it was given; pass it through
// text::visible() before people read it. Thread rule: any thread.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "telemetry/result.h"

namespace hotspot::files {

enum class Links { kFollow, kRefuse };

enum class Trouble { kMissing, kLink, kNotRegular, kUnreadable };
struct OpenError {
  Trouble trouble = Trouble::kUnreadable;
  std::string message;
};

class RegularFile {
 public:
  static Result<RegularFile, OpenError> open(const std::string& path, Links links = Links::kFollow);
  ~RegularFile();
  RegularFile(RegularFile&& other) noexcept;
  RegularFile& operator=(RegularFile&&) = delete;

  const std::string& path() const { return path_; }
  // The status of the file when it was opened.
  const struct stat& status() const { return status_; }
  // Reads on from the current position. More than `most_bytes` is an error.
  Result<std::string> read(std::size_t most_bytes);
  // The same, but a longer text is cut at the limit.
  Result<std::string> read_beginning(std::size_t most_bytes);

 private:
  RegularFile(std::string path, int descriptor, const struct stat& status);
  std::string path_;
  int descriptor_;
  struct stat status_;
};

// The whole text of a file. /dev/null, which people use to say that there is no file, reads as empty.
Result<std::string> read_text(const std::string& path, std::size_t most_bytes);

// What is wrong with a file that another library will open; empty if it can be read.
std::string why_not_readable(const std::string& path);

// Reads a descriptor that may be a pipe, such as standard input, to its end. `name` is used in error messages.
Result<std::string> read_stream(int descriptor, const std::string& name, std::size_t most_bytes);

// Passes on each line without its line end, and its number, from 1. A line longer than the limit is an error.
Result<void> read_lines(const std::string& path, std::size_t most_bytes_of_line,
                        const std::function<void(std::size_t number, std::string_view line)>& take);

}  // namespace hotspot::files
