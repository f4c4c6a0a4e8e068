#include "collectd-plugin/libvirt_files.h"

#include <sys/stat.h>

#include <cerrno>

namespace hotspot::collector {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

}  // namespace

std::optional<DomainStamp> LibvirtFiles::stamp(const std::string& name) const {
  if (!folders_ || name.find('/') != std::string::npos) return std::nullopt;
  struct stat state {
  }, definition{};
  if (stat((folders_->state + "/" + name + ".xml").c_str(), &state) != 0) return std::nullopt;
  const bool defined = stat((folders_->definitions + "/" + name + ".xml").c_str(), &definition) == 0;
  if (!defined && errno != ENOENT) return std::nullopt;  // /etc/libvirt/qemu is root's alone
  DomainStamp stamp{.state_inode = state.st_ino, .state_ns = state.st_mtim.tv_sec * kSecondNs + state.st_mtim.tv_nsec};
  if (defined) {
    stamp.definition_inode = definition.st_ino;
    stamp.definition_ns = definition.st_mtim.tv_sec * kSecondNs + definition.st_mtim.tv_nsec;
  }
  return stamp;
}

}  // namespace hotspot::collector
