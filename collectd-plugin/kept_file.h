// Keeps kernel files open between reads, so that their paths are resolved only once.
//
// Only files in /proc and of control groups are kept open: each belongs to one process, thread or group, and reading
// fails when that has ended, so that a successor with the same number is never read instead. Every other file is opened
// each time, and so are files beyond the limit. Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "collectd-plugin/small_file.h"

namespace hotspot::collector {

// How many more files may be kept open.
using KeptFileBudget = std::shared_ptr<std::size_t>;

// Half of the process's limit (RLIMIT_NOFILE), but at most 2,048: the rest is for collectd's other plugins.
KeptFileBudget kept_file_budget();

class KeptFile {
 public:
  KeptFile() = default;
  KeptFile(std::string path, KeptFileBudget budget) : path_(std::move(path)), budget_(std::move(budget)) {}
  ~KeptFile() { close(); }
  KeptFile(KeptFile&& from) noexcept { *this = std::move(from); }
  KeptFile& operator=(KeptFile&& from) noexcept;

  // The present text, in the buffer's memory; empty if it cannot be read.
  std::optional<std::string_view> read(SmallFile& buffer);
  bool is_kept() const { return file_ >= 0; }
  explicit operator bool() const { return !path_.empty(); }

 private:
  void keep(int file);
  void close();

  std::string path_;
  KeptFileBudget budget_;
  int file_ = -1;
};

}  // namespace hotspot::collector
