#include "collectd-plugin/small_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace hotspot::collector {
namespace {

struct FolderCloser {
  void operator()(DIR* folder) const { closedir(folder); }
};

}  // namespace

std::optional<std::string_view> SmallFile::read(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  const auto text = read_from(file);
  ::close(file);
  return text;
}

std::optional<std::string_view> SmallFile::read_from(int file) {
  std::size_t length = 0;
  while (true) {
    const ssize_t got = ::read(file, buffer_.data() + length, buffer_.size() - length);
    if (got < 0) return std::nullopt;
    if (got == 0) return std::string_view(buffer_.data(), length);
    length += static_cast<std::size_t>(got);
    if (length == buffer_.size()) buffer_.resize(2 * buffer_.size());
  }
}

std::optional<std::string_view> SmallFile::read_again(int file) {
  while (true) {
    const ssize_t got = ::pread(file, buffer_.data(), buffer_.size(), 0);
    if (got < 0) return std::nullopt;
    if (static_cast<std::size_t>(got) < buffer_.size())
      return std::string_view(buffer_.data(), static_cast<std::size_t>(got));
    buffer_.resize(2 * buffer_.size());
  }
}

std::string_view next_word(std::string_view& text) {
  constexpr std::string_view kBlank = " \t\n";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) {
    text = {};
    return {};
  }
  const std::size_t end = std::min(text.find_first_of(kBlank, begin), text.size());
  const std::string_view word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::optional<std::uint64_t> number_in(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (fault != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::uint64_t ns_of_tick() { return 1'000'000'000u / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK)); }

std::optional<std::uint64_t> number_of(SmallFile& file, const std::string& path) {
  auto text = file.read(path);
  return text ? number_in(next_word(*text)) : std::nullopt;
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, FolderCloser> opened(opendir(folder.c_str()));
  while (const dirent* entry = opened ? readdir(opened.get()) : nullptr)
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace hotspot::collector
