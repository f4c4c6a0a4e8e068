// Reads files that people name: rules, unit tests, configuration, passwords.
//
// Only regular files are read, so that no name makes a program wait or read for ever: a directory, a device, a pipe and
// a socket are refused, each with a sentence, and so is what grows past a limit of bytes while it is read. Nothing here
// waits but for the disk. Errors begin with the path as it was given, which may need text::visible() before people read
// it. Thread rule: any thread.
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
  // As it was when the file was opened.
  const struct stat& status() const { return status_; }
  // The text from where reading has come to; at most so many bytes, more is an error.
  Result<std::string> read(std::size_t most_bytes);
  // The same, but what is longer is cut there.
  Result<std::string> read_beginning(std::size_t most_bytes);

 private:
  RegularFile(std::string path, int descriptor, const struct stat& status);
  std::string path_;
  int descriptor_;
  struct stat status_;
};

// The whole text of a file. Of /dev/null, by which people say that there is none, it is empty.
Result<std::string> read_text(const std::string& path, std::size_t most_bytes);

// What is wrong with a file that another library will open; empty if it can be read.
std::string why_not_readable(const std::string& path);

// From a descriptor that may be a pipe, as standard input is: waits for its end. `name` is for the error.
Result<std::string> read_stream(int descriptor, const std::string& name, std::size_t most_bytes);

// Each line without its end, with its number from 1. A line of more bytes than that ends it with an error.
Result<void> read_lines(const std::string& path, std::size_t most_bytes_of_line,
                        const std::function<void(std::size_t number, std::string_view line)>& take);

}  // namespace hotspot::files
