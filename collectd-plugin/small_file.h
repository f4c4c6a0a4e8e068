// Reads the kernel's small files: /proc, /sys, cgroups.
//
// Thread rule: any thread, each with a SmallFile of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotspot::collector {

// A reusable buffer, so that reading thousands of files allocates nothing.
class SmallFile {
 public:
  // The whole text, valid until the next read; empty if it cannot be read.
  std::optional<std::string_view> read(const std::string& path);
  // From an open file, from its position to its end.
  std::optional<std::string_view> read_from(int file);
  // From the beginning of a file that the kernel writes in one piece.
  std::optional<std::string_view> read_again(int file);

 private:
  std::vector<char> buffer_ = std::vector<char>(8192);
};

// Removes and returns the next word (separated by blanks and line ends); empty at the end.
std::string_view next_word(std::string_view& text);
// Removes and returns the next line, without its line end.
std::string_view next_line(std::string_view& text);
std::optional<std::uint64_t> number_in(std::string_view word);
std::uint64_t ns_of_tick();  // length of a kernel clock tick
// The first number in a file.
std::optional<std::uint64_t> number_of(SmallFile& file, const std::string& path);
// The entries of a directory, sorted, without names that begin with a dot; empty if it cannot be read.
std::vector<std::string> names_in(const std::string& folder);

}  // namespace hotspot::collector
