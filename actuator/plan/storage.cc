#include "actuator/plan/storage.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "actuator/model/text.h"
#include "telemetry/storage_places.h"

namespace hotspot::plan {
namespace {

using model::Refusal;
using model::RefusalKind;
using model::Wording;
using telemetry::BlockDevice;
using telemetry::DiskSample;
using telemetry::DiskSource;
using telemetry::Filesystem;
using telemetry::filesystem_of;
using telemetry::lies_under;
using telemetry::NodeSample;

// The list of libvirt (virFileIsSharedFS), with the kernel's names.
constexpr std::array<std::string_view, 17> kNetworkFilesystems{
    "nfs",   "nfs4", "ceph", "fuse.ceph", "fuse.glusterfs", "gfs2", "ocfs2",        "cifs",       "smb3",
    "smbfs", "afs",  "gpfs", "lustre",    "beegfs",         "acfs", "fuse.quobyte", "fuse.beegfs"};

// "nas:/srv", "/", "/vms/a.raw" becomes "nas:/srv/vms/a.raw": the same wherever it is mounted.
std::string place_of(const Filesystem& filesystem, const std::string& path) {
  const std::string whole =
      filesystem.source + "/" + filesystem.root + "/" + path.substr(std::min(path.size(), filesystem.path.size()));
  std::string text;
  for (const char c : whole)
    if (c != '/' || text.empty() || text.back() != '/') text += c;
  return text;
}

// Nodes that mount it in the same way need no text for that.
bool is_same_place(const Filesystem& mine, const Filesystem& other, const std::string& path) {
  if (mine.source == other.source && mine.root == other.root && mine.path.size() == other.path.size()) return true;
  return place_of(mine, path) == place_of(other, path);
}

std::string name_of(const Filesystem* filesystem) {
  if (filesystem == nullptr) return "nothing that is known";
  return filesystem->type + " " + filesystem->source;
}

enum class Sharing { kShared, kStated, kLocal, kUnknown };
struct Judgement {
  Sharing sharing = Sharing::kUnknown;
  std::string why;  // why it is not shared, or not known to be
};

// What is judged by, and whether anybody reads why.
struct Sides {
  const NodeSample &here, &there;
  const MigrationSettings& settings;
  Wording wording = Wording::kSentence;
};

template <typename Why>
Judgement judgement(Sharing sharing, const Sides& sides, const Why& why) {
  return {sharing, sides.wording == Wording::kSentence ? why() : std::string()};
}

Judgement judge_file(const DiskSource& disk, const Sides& sides) {
  const NodeSample &here = sides.here, &there = sides.there;
  const auto& shared_paths = sides.settings.shared_paths;
  if (std::any_of(shared_paths.begin(), shared_paths.end(), [&](const std::string& folder) {
        return lies_under(disk.source, folder) || lies_under(disk.real_path, folder);
      }))
    return {Sharing::kStated, ""};
  if (here.filesystems.empty() || there.filesystems.empty())
    return judgement(Sharing::kUnknown, sides, [&] {
      return (here.filesystems.empty() ? here : there).name +
             " has not reported its file systems, so whether both have " + disk.source +
             " is not known; name its folder in 'shared_paths' if they have";
    });
  const Filesystem* mine = filesystem_of(here.filesystems, disk.real_path);
  const Filesystem* other = filesystem_of(there.filesystems, disk.real_path);
  if (mine == nullptr || !is_network_filesystem(mine->type))
    return judgement(Sharing::kLocal, sides,
                     [&] { return disk.source + " lies on " + name_of(mine) + " of " + here.name; });
  if (other != nullptr && is_same_place(*mine, *other, disk.real_path)) return {Sharing::kShared, ""};
  return judgement(Sharing::kLocal, sides, [&] {
    return disk.source + " lies on " + name_of(mine) + " on " + here.name + ", and on " + name_of(other) + " on " +
           there.name;
  });
}

// Names that udev derives from ids are the same on all nodes; the kernel's own, such as /dev/sdb, are not.
bool is_kernel_name(const std::string& path) {
  return path.starts_with("/dev/") && path.find('/', 5) == std::string::npos;
}

Judgement judge_block(const DiskSource& disk, const Sides& sides) {
  const NodeSample &here = sides.here, &there = sides.there;
  if (disk.id.empty())
    return judgement(Sharing::kLocal, sides, [&] {
      return disk.source + " has no name on " + here.name + " that other nodes would know it by";
    });
  for (const BlockDevice& other : there.block_devices) {
    if (other.id != disk.id) continue;
    if (!is_kernel_name(disk.source) || disk.source == "/dev/" + other.device) return {Sharing::kShared, ""};
    return judgement(Sharing::kLocal, sides, [&] {
      return disk.source + " is /dev/" + other.device + " on " + there.name +
             "; use a name that is the same on both, such as /dev/disk/by-id/…";
    });
  }
  return judgement(Sharing::kLocal, sides, [&] {
    return there.name + " does not show " + disk.source + " (" + disk.id + "); if both reach it, activate it there";
  });
}

Judgement judge(const DiskSource& disk, const Sides& sides) {
  if (disk.type == "network" || disk.source.empty()) return {Sharing::kShared, ""};
  if (disk.type == "file") return judge_file(disk, sides);
  if (disk.type == "block") return judge_block(disk, sides);
  return judgement(Sharing::kUnknown, sides, [&] {
    return "it is of type '" + disk.type + "', of which it is not known whether " + sides.there.name + " has it too";
  });
}

const DiskSample* sample_of(const model::DomainSample& domain, const std::string& device) {
  const auto found = std::find_if(domain.disks.begin(), domain.disks.end(),
                                  [&](const DiskSample& one) { return one.device == device; });
  return found == domain.disks.end() ? nullptr : &*found;
}

template <typename Why>
Refusal disk_refusal(const DiskSource& disk, Wording wording, const Why& why) {
  return model::refused(RefusalKind::kNotMigratable, wording, [&] { return "disk " + disk.device + ": " + why(); });
}

// May the disks that only the source has be copied? The stricter of daemon and domain applies.
std::optional<std::string> why_no_copy(const telemetry::Policy& policy, const MigrationSettings& settings) {
  if (settings.storage == LocalStorage::kRefuse)
    return "it would have to be copied, and 'storage: copy' of hotspotd.yaml does not allow it";
  if (policy.storage && *policy.storage != "copy")
    return "it would have to be copied, and the domain's own policy says '" + *policy.storage + "'";
  if (settings.storage == LocalStorage::kByPolicy && !policy.storage)
    return "it would have to be copied, and the domain's own policy does not say 'copy'";
  if (settings.tunnelled) return "it would have to be copied, which does not go through 'tunnelled'";
  return std::nullopt;
}

std::optional<Refusal> add_copy(const DiskSource& disk, const model::DomainSample& domain, Wording wording,
                                StoragePlan& plan) {
  if (disk.type != "file")
    return disk_refusal(disk, wording, [&] { return "only files are copied, and " + disk.source + " is none"; });
  const DiskSample* sample = sample_of(domain, disk.device);
  if (sample == nullptr || !sample->capacity_bytes || !sample->physical_bytes)
    return model::refused(RefusalKind::kNotMeasured, wording,
                          [&] { return "the size of disk " + disk.device + " of " + domain.name + " is not known"; });
  const std::int64_t capacity = *sample->capacity_bytes;
  // The physical size of a raw file includes its holes; the backing images are copied with it.
  const std::int64_t file =
      disk.format == "raw" ? sample->allocation_bytes.value_or(capacity) : *sample->physical_bytes;
  plan.copied_disks.push_back(disk.device);
  plan.capacity_bytes += capacity;
  plan.allocated_bytes += disk.backed ? capacity : file;
  plan.written_bytes_per_second += sample->write_bytes_per_second.value_or(0);
  return std::nullopt;
}

std::optional<Refusal> room_refusal(const std::vector<const DiskSource*>& disks, const StoragePlan& plan,
                                    const Sides& sides) {
  const NodeSample& there = sides.there;
  const auto& most = sides.settings.storage_max_bytes;
  if (most && plan.allocated_bytes > *most)
    return disk_refusal(*disks.front(), sides.wording, [&] {
      return model::bytes_text(plan.allocated_bytes) + " would have to be copied, 'storage_max' is " +
             model::bytes_text(*most);
    });
  // Disks on several file systems are treated as if on one: stricter than needed, never less strict.
  for (const DiskSource* disk : disks) {
    const Filesystem* filesystem = filesystem_of(there.filesystems, disk->real_path);
    if (filesystem == nullptr || !filesystem->free_bytes) continue;
    const std::int64_t room = telemetry::room_for_copies(*filesystem->free_bytes);
    if (plan.allocated_bytes > room)
      return disk_refusal(*disk, sides.wording, [&] {
        return there.name + " has room for " + model::bytes_text(room) + " on " + filesystem->path + ", and " +
               model::bytes_text(plan.allocated_bytes) + " would have to be copied";
      });
  }
  return std::nullopt;
}

}  // namespace

bool is_network_filesystem(const std::string& type) {
  return std::find(kNetworkFilesystems.begin(), kNetworkFilesystems.end(), type) != kNetworkFilesystems.end();
}

Result<StoragePlan, Refusal> plan_storage(const model::DomainRef& domain, const model::Node& target,
                                          const MigrationSettings& settings, Wording wording) {
  const Sides sides{domain.node->snapshot->node, target.snapshot->node, settings, wording};
  StoragePlan plan;
  std::vector<const DiskSource*> copied;
  for (const DiskSource& disk : domain.domain->disk_sources) {
    const Judgement found = judge(disk, sides);
    if (found.sharing == Sharing::kStated && !disk.read_only) plan.shared_by_statement = true;
    if (found.sharing == Sharing::kShared || found.sharing == Sharing::kStated) continue;
    // Read-only: libvirt looks for the same path on the target before anything is moved, and reports if it is missing.
    if (disk.read_only) continue;
    if (found.sharing == Sharing::kUnknown) return disk_refusal(disk, wording, [&] { return found.why; });
    if (const auto why = why_no_copy(domain.domain->policy, settings))
      return disk_refusal(disk, wording, [&] { return found.why + "; " + *why; });
    if (auto refusal = add_copy(disk, *domain.domain, wording, plan)) return *refusal;
    copied.push_back(&disk);
  }
  if (copied.empty()) return plan;
  if (auto refusal = room_refusal(copied, plan, sides)) return *refusal;
  return plan;
}

std::optional<std::string> doubtful_file(const model::DomainRef& domain, const model::Node& target,
                                         const MigrationSettings& settings) {
  const Sides sides{domain.node->snapshot->node, target.snapshot->node, settings};
  const auto why = [&](const DiskSource& file) -> std::optional<std::string> {
    const Filesystem* mine = filesystem_of(sides.here.filesystems, file.real_path);
    if (mine == nullptr || !is_network_filesystem(mine->type)) return std::nullopt;
    const Judgement found = judge_file(file, sides);
    return found.sharing == Sharing::kLocal ? std::optional(found.why) : std::nullopt;
  };
  for (const DiskSource& disk : domain.domain->disk_sources) {
    if (!disk.read_only || disk.may_be_missing || disk.type != "file" || disk.source.empty()) continue;
    if (auto found = why(disk)) return found;
  }
  for (const std::string& path : domain.domain->files) {
    DiskSource file;
    file.source = file.real_path = path;
    if (auto found = why(file)) return found;
  }
  return std::nullopt;
}

}  // namespace hotspot::plan
