// Files of the kernel's that stay open from read to read, so that their paths are looked for once.
//
// Only those of /proc and of control groups are kept: each stands for one process, thread or group, and fails when that
// is gone, so that what has got its number since is never read in its place. Every other file is opened anew each time,
// and so is each beyond the bound. Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "collectd-plugin/small_file.h"

namespace hotspot::collector {

// How many files may still be kept.
using KeptFileBudget = std::shared_ptr<std::size_t>;

// Half of what this process may open (RLIMIT_NOFILE), 2,048 at most: the rest is for collectd's other plugins.
KeptFileBudget kept_file_budget();

class KeptFile {
 public:
  KeptFile() = default;
  KeptFile(std::string path, KeptFileBudget budget) : path_(std::move(path)), budget_(std::move(budget)) {}
  ~KeptFile() { close(); }
  KeptFile(KeptFile&& from) noexcept { *this = std::move(from); }
  KeptFile& operator=(KeptFile&& from) noexcept;

  // The whole text as it is now, in the buffer's memory; nothing where it cannot be read.
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
