#include "collectd-plugin/libvirt_files.h"

#include <sys/stat.h>

#include <cerrno>

namespace hotspot::collector {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
// A directory that was written this recently may be written once more within the same clock tick.
constexpr Milliseconds kTooFresh{1000};

std::int64_t ns_of(const timespec& time) { return time.tv_sec * kSecondNs + time.tv_nsec; }

// Of both paths; empty if the first does not exist, or if the second is not accessible.
std::optional<DomainStamp> stamp_of_both(const std::string& first, const std::string& second) {
  struct stat state {
  }, definition{};
  if (stat(first.c_str(), &state) != 0) return std::nullopt;
  const bool defined = stat(second.c_str(), &definition) == 0;
  if (!defined && errno != ENOENT) return std::nullopt;  // only root can access /etc/libvirt/qemu
  DomainStamp stamp{.state_inode = state.st_ino, .state_ns = ns_of(state.st_mtim)};
  if (defined) {
    stamp.definition_inode = definition.st_ino;
    stamp.definition_ns = ns_of(definition.st_mtim);
  }
  return stamp;
}

}  // namespace

std::optional<DomainStamp> LibvirtFiles::stamp_of(const std::string& name) const {
  if (name.find('/') != std::string::npos) return std::nullopt;
  return stamp_of_both(folders_->state + "/" + name + ".xml", folders_->definitions + "/" + name + ".xml");
}

bool LibvirtFiles::look(WallTime now) {
  if (!folders_) return false;
  const auto folders = stamp_of_both(folders_->state, folders_->definitions);
  const bool same = folders && folders == looked_;
  if (!same) known_.clear();
  const std::int64_t newest = to_unix_ms(now - kTooFresh) * (kSecondNs / 1000);
  const bool settled = folders && folders->state_ns < newest && folders->definition_ns < newest;
  looked_ = settled ? folders : std::nullopt;
  return same;
}

std::optional<DomainStamp> LibvirtFiles::stamp(const std::string& name) {
  if (!folders_) return std::nullopt;
  if (!looked_) return stamp_of(name);
  const auto [known, is_new] = known_.try_emplace(name);
  if (is_new) known->second = stamp_of(name);
  return known->second;
}

}  // namespace hotspot::collector
