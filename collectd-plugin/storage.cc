#include "collectd-plugin/storage.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <string_view>

#include "telemetry/storage_places.h"

namespace hotspot::collector {
namespace {

using telemetry::lies_under;

// A machine with thousands of containers has thousands of mounts. Beyond the limit a snapshot includes none: which of
// them a disk is on would be a guess, and a wrong guess could treat a local disk as shared.
constexpr std::size_t kMostFilesystems = 128, kMostBlockDevices = 512;
constexpr int kMostLinks = 40;  // the kernel's own limit
constexpr int kMostLayers = 8;  // of stacked device mapper devices

constexpr std::array<std::string_view, 27> kWithoutDisks{
    "proc",      "sysfs",      "cgroup",     "cgroup2", "devpts",     "devtmpfs",       "mqueue",
    "hugetlbfs", "securityfs", "pstore",     "bpf",     "tracefs",    "debugfs",        "configfs",
    "fusectl",   "autofs",     "rpc_pipefs", "nsfs",    "overlay",    "binfmt_misc",    "squashfs",
    "efivarfs",  "selinuxfs",  "ramfs",      "iso9660", "fuse.lxcfs", "fuse.gvfsd-fuse"};
constexpr std::array<std::string_view, 7> kFoldersWithoutDisks{"/proc", "/sys", "/dev", "/run",
                                                               "/boot", "/etc", "/snap"};
// Their source is a device of this node: querying their free space cannot hang on a server.
constexpr std::array<std::string_view, 9> kLocal{"ext2", "ext3",  "ext4", "xfs", "btrfs",
                                                 "f2fs", "tmpfs", "zfs",  "vfat"};

template <typename List>
bool is_in(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// mountinfo writes blanks and other characters as octal escapes, \040.
std::string unescaped(std::string_view word) {
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\\' && i + 3 < word.size()) {
      text += static_cast<char>((word[i + 1] - '0') * 64 + (word[i + 2] - '0') * 8 + (word[i + 3] - '0'));
      i += 3;
    } else {
      text += word[i];
    }
  }
  return text;
}

telemetry::MeasuredBytes free_bytes_of(const std::string& path) {
  struct statvfs room {};
  if (statvfs(path.c_str(), &room) != 0) return std::nullopt;
  return static_cast<std::int64_t>(room.f_bavail) * static_cast<std::int64_t>(room.f_frsize);
}

std::string target_of_link(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t length = readlink(path.c_str(), target.data(), target.size());
  return length <= 0 ? "" : std::string(target.data(), static_cast<std::size_t>(length));
}

std::string word_in(SmallFile& file, const std::string& path) {
  auto text = file.read(path);
  return text ? std::string(next_line(*text)) : "";
}

}  // namespace

std::optional<telemetry::Filesystem> filesystem_from(std::string_view line) {
  std::array<std::string_view, 5> head;
  for (std::string_view& word : head) word = next_word(line);
  const std::size_t separator = line.find(" - ");
  if (head[4].empty() || separator == std::string_view::npos) return std::nullopt;
  line.remove_prefix(separator + 3);
  telemetry::Filesystem filesystem;
  filesystem.type = next_word(line);
  filesystem.source = unescaped(next_word(line));
  filesystem.root = unescaped(head[3]);
  filesystem.path = unescaped(head[4]);
  if (filesystem.type.empty() || is_in(kWithoutDisks, filesystem.type)) {
    // The root file system counts, whatever its type.
    if (filesystem.path != "/" || filesystem.type.empty()) return std::nullopt;
  }
  for (const std::string_view folder : kFoldersWithoutDisks)
    if (lies_under(filesystem.path, folder)) return std::nullopt;
  return filesystem;
}

bool Storage::is_too_much() const { return filesystems_.size() > kMostFilesystems; }

const std::vector<telemetry::Filesystem>& Storage::filesystems() const {
  static const std::vector<telemetry::Filesystem> kNone;
  return is_too_much() ? kNone : filesystems_;
}

void Storage::refresh(SteadyTime now) {
  if (now < due_) return;
  due_ = now + refresh_interval_;
  read_filesystems();
  read_block_devices();
}

// From the first process: a confined collectd has a mount namespace of its own.
void Storage::read_filesystems() {
  filesystems_.clear();
  auto text = file_.read(proc_path_ + "/1/mountinfo");
  if (!text || text->empty()) text = file_.read(proc_path_ + "/self/mountinfo");
  while (text && !text->empty()) {
    auto filesystem = filesystem_from(next_line(*text));
    if (!filesystem) continue;
    filesystems_.push_back(std::move(*filesystem));
  }
  if (is_too_much()) return;
  for (telemetry::Filesystem& one : filesystems_) {
    if (is_in(kLocal, one.type)) one.free_bytes = free_bytes_of(one.path);
  }
}

void Storage::read_block_devices() {
  block_devices_.clear();
  for (const std::string& device : names_in(sys_path_ + "/class/block")) {
    if (device.starts_with("loop") || device.starts_with("ram") || device.starts_with("zram")) continue;
    std::string id = id_of(device, 0);
    if (!id.empty()) block_devices_.push_back({device, std::move(id)});
    if (block_devices_.size() >= kMostBlockDevices) break;
  }
}

// Only unique identifiers: no serial numbers, which many emulated disks share; and for a logical volume also what it is
// on, because cloned machines have the same volumes on different disks.
std::string Storage::id_of(const std::string& device, int depth) {
  if (depth > kMostLayers) return "";
  const std::string folder = sys_path_ + "/class/block/" + device;
  if (const std::string number = word_in(file_, folder + "/partition"); !number.empty()) {
    std::string whole = target_of_link(folder);  // ../../devices/…/sda/sda1
    whole = whole.substr(0, whole.rfind('/'));
    const std::string id = id_of(whole.substr(whole.rfind('/') + 1), depth + 1);
    return id.empty() ? "" : id + "-part" + number;
  }
  if (const std::string uuid = word_in(file_, folder + "/dm/uuid"); !uuid.empty()) {
    if (uuid.starts_with("mpath-")) return uuid;
    std::string below;
    for (const std::string& slave : names_in(folder + "/slaves")) {
      const std::string id = id_of(slave, depth + 1);
      if (id.empty()) return "";
      below += (below.empty() ? "@" : "+") + id;
    }
    return below.empty() ? "" : uuid + below;
  }
  for (const char* place : {"/device/wwid", "/wwid"}) {
    const std::string name = word_in(file_, folder + place);
    if (name.starts_with("naa.") || name.starts_with("eui.") || name.starts_with("uuid.")) return name;
  }
  return "";
}

bool Storage::is_remote(const std::string& path) const {
  const telemetry::Filesystem* nearest = telemetry::filesystem_of(filesystems_, path);
  return nearest != nullptr && !is_in(kLocal, nearest->type);
}

// Resolves link by link, and stops before a server would have to be asked.
std::string Storage::real_path(const std::string& path) const {
  std::string done, left = path;
  int links = 0;
  while (!left.empty()) {
    const std::size_t begin = left.find_first_not_of('/');
    if (begin == std::string::npos) break;
    const std::size_t end = std::min(left.find('/', begin), left.size());
    const std::string name = left.substr(begin, end - begin);
    left.erase(0, end);
    if (name == ".") continue;
    if (name == "..") {
      done.erase(std::min(done.rfind('/'), done.size()));
      continue;
    }
    const std::string next = done + "/" + name;
    if (is_remote(next)) return next + left;
    const std::string target = target_of_link(next);
    if (target.empty()) {
      done = next;
    } else if (++links > kMostLinks) {
      return path;
    } else {
      left = target + "/" + left;
      if (target.front() == '/') done.clear();
    }
  }
  return done;
}

void Storage::locate(telemetry::DiskSource& disk) const {
  if (disk.source.empty() || disk.source.front() != '/') return;
  const std::string real = real_path(disk.source);
  if (disk.type == "file") disk.real_path = real;
  if (disk.type != "block") return;
  const std::string device = real.substr(real.rfind('/') + 1);
  for (const telemetry::BlockDevice& one : block_devices_)
    if (one.device == device) disk.id = one.id;
}

}  // namespace hotspot::collector
