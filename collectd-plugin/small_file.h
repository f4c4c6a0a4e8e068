// Reads the small files with which the kernel speaks: /proc, /sys, cgroups.
//
// Thread rule: any thread, a SmallFile to each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotspot::collector {

// One buffer for file after file, so that reading thousands of them allocates nothing.
class SmallFile {
 public:
  // The whole text, valid until the next read; nothing where it cannot be read.
  std::optional<std::string_view> read(const std::string& path);
  // Of an open file, from where it stands to its end.
  std::optional<std::string_view> read_from(int file);
  // From its beginning, a file that the kernel writes in one piece.
  std::optional<std::string_view> read_again(int file);

 private:
  std::vector<char> buffer_ = std::vector<char>(8192);
};

// Takes the next word (what stands between blanks and line ends) off the front; empty at the end.
std::string_view next_word(std::string_view& text);
// Takes the next line off the front, without its end.
std::string_view next_line(std::string_view& text);
std::optional<std::uint64_t> number_in(std::string_view word);
std::uint64_t ns_of_tick();  // how long one tick of the kernel's clock lasts
// The first number of a file that holds one.
std::optional<std::uint64_t> number_of(SmallFile& file, const std::string& path);
// What is in a folder, sorted, but for names that begin with a dot; empty where it cannot be read.
std::vector<std::string> names_in(const std::string& folder);

}  // namespace hotspot::collector
