#include "collectd-plugin/kept_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace hotspot::collector {
namespace {

bool is_the_kernels(int file) {
  struct statfs system {};
  if (fstatfs(file, &system) != 0) return false;
  return system.f_type == PROC_SUPER_MAGIC || system.f_type == CGROUP_SUPER_MAGIC ||
         system.f_type == CGROUP2_SUPER_MAGIC;
}

}  // namespace

KeptFileBudget kept_file_budget() {
  constexpr rlim_t kMost = 2048;  // the kernel keeps a page of text for each
  rlimit limit{};
  const bool known = getrlimit(RLIMIT_NOFILE, &limit) == 0;
  return std::make_shared<std::size_t>(known ? std::min(limit.rlim_cur / 2, kMost) : 0);
}

KeptFile& KeptFile::operator=(KeptFile&& from) noexcept {
  if (this == &from) return *this;
  close();
  path_ = std::move(from.path_);
  budget_ = std::move(from.budget_);
  file_ = std::exchange(from.file_, -1);
  return *this;
}

void KeptFile::keep(int file) {
  file_ = file;
  --*budget_;
}

void KeptFile::close() {
  if (file_ < 0) return;
  ::close(std::exchange(file_, -1));
  ++*budget_;
}

std::optional<std::string_view> KeptFile::read(SmallFile& buffer) {
  if (file_ >= 0) {
    if (const auto text = buffer.read_again(file_)) return text;
    close();  // the path now belongs to something else
    return std::nullopt;
  }
  const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  const auto text = buffer.read_from(file);
  if (text && budget_ && *budget_ > 0 && is_the_kernels(file))
    keep(file);
  else
    ::close(file);
  return text;
}

}  // namespace hotspot::collector
