#include "actuator/io/libvirt/storage.h"

#include <libvirt/virterror.h>

#include <algorithm>
#include <map>
#include <memory>
#include <pugixml.hpp>
#include <sstream>

#include "actuator/io/libvirt/errors.h"
#include "common/libvirt/handles.h"
#include "telemetry/storage_places.h"

namespace hotspot::io {
namespace {

using ports::CallError;
using ports::CallFault;

std::string folder_of(const std::string& path) { return path.substr(0, std::max<std::size_t>(1, path.rfind('/'))); }
std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string megabytes(std::int64_t bytes) { return std::to_string(bytes / kMebibyte) + " MiB"; }

std::string volume_xml(const CopiedDisk& disk) {
  pugi::xml_document document;
  pugi::xml_node volume = document.append_child("volume");
  volume.append_child("name").text().set(name_of(disk.path).c_str());
  volume.append_child("capacity").text().set(static_cast<long long>(disk.capacity_bytes));
  volume.append_child("allocation").text().set(0);
  volume.append_child("target").append_child("format").append_attribute("type") = disk.format.c_str();
  std::ostringstream text;
  document.save(text, "", pugi::format_raw | pugi::format_no_declaration);
  return text.str();
}

// The active pool that would contain the disk's file.
Result<virt::PoolHandle, CallError> pool_for(const virt::ConnectionHandle& target, const std::string& target_name,
                                             const CopiedDisk& disk) {
  const std::string folder = folder_of(disk.path);
  virt::PoolHandle pool(virStoragePoolLookupByTargetPath(target.get(), folder.c_str()));
  if (!pool && virGetLastErrorCode() == VIR_ERR_NO_STORAGE_POOL)
    return CallError{CallFault::kRefused, target_name + " has no active storage pool for " + folder + ", where disk " +
                                              disk.device + " is to be copied; make one there: virsh pool-define-as " +
                                              "NAME dir --target " + folder + ", then pool-start"};
  if (!pool) return last_error(target.get(), target_name);
  // Files may have been added or removed without libvirt's knowledge.
  if (virStoragePoolRefresh(pool.get(), 0) != 0) return last_error(target.get(), target_name);
  return pool;
}

Result<int, CallError> make_one(const virt::ConnectionHandle& target, const std::string& target_name,
                                const CopiedDisk& disk, std::map<std::string, std::int64_t>& promised) {
  auto pool = pool_for(target, target_name, disk);
  if (!pool) return pool.error();
  const virt::VolumeHandle there(virStorageVolLookupByName(pool->get(), name_of(disk.path).c_str()));
  if (there)
    return CallError{CallFault::kRefused, target_name + " has a file " + disk.path +
                                              " already; it would be overwritten. Remove it if it is left from before"};
  virStoragePoolInfo info{};
  if (virStoragePoolGetInfo(pool->get(), &info) != 0) return last_error(target.get(), target_name);
  std::int64_t& taken = promised[folder_of(disk.path)];
  const std::int64_t room = telemetry::room_for_copies(static_cast<std::int64_t>(info.available)) - taken;
  if (disk.allocated_bytes > room)
    return CallError{CallFault::kRefused, target_name + " has room for " + megabytes(std::max<std::int64_t>(room, 0)) +
                                              " in " + folder_of(disk.path) + ", disk " + disk.device + " needs " +
                                              megabytes(disk.allocated_bytes)};
  const virt::VolumeHandle made(virStorageVolCreateXML(pool->get(), volume_xml(disk).c_str(), 0));
  if (!made) return last_error(target.get(), target_name);
  taken += disk.allocated_bytes;
  return 0;
}

}  // namespace

Result<std::vector<CopiedDisk>, CallError> copied_disks_of(const LibvirtDomain& domain,
                                                           const std::vector<std::string>& devices) {
  const virt::TextHandle xml(virDomainGetXMLDesc(domain.handle.get(), 0));
  if (!xml) return domain_error(domain);
  pugi::xml_document document;
  document.load_string(xml.get());
  std::vector<CopiedDisk> disks;
  for (const std::string& device : devices) {
    const pugi::xml_node disk = document.child("domain").child("devices").find_child([&](const pugi::xml_node& node) {
      return std::string(node.name()) == "disk" && device == node.child("target").attribute("dev").value();
    });
    CopiedDisk one{.device = device,
                   .path = disk.child("source").attribute("file").value(),
                   .format = disk.child("driver").attribute("type").value()};
    if (one.path.empty() || one.path.front() != '/')
      return CallError{CallFault::kRefused, domain.about + " has no disk " + device + " in a file"};
    if (one.format.empty()) one.format = "raw";
    virDomainBlockInfo info{};
    if (virDomainGetBlockInfo(domain.handle.get(), device.c_str(), &info, 0) != 0) return domain_error(domain);
    one.capacity_bytes = static_cast<std::int64_t>(info.capacity);
    // Copied together with its backing images, whose size is not known here. A raw file's physical size includes its
    // holes.
    const bool backed = static_cast<bool>(disk.child("backingStore").child("source"));
    const auto taken = one.format == "raw" ? info.allocation : std::max(info.allocation, info.physical);
    one.allocated_bytes = backed ? one.capacity_bytes : static_cast<std::int64_t>(taken);
    disks.push_back(std::move(one));
  }
  return disks;
}

Result<int, CallError> make_room(const virt::ConnectionHandle& target, const std::string& target_name,
                                 const std::vector<CopiedDisk>& disks) {
  std::vector<CopiedDisk> made;
  std::map<std::string, std::int64_t> promised;
  for (const CopiedDisk& disk : disks) {
    if (auto one = make_one(target, target_name, disk, promised); !one) {
      remove_room(target, made);
      return one;
    }
    made.push_back(disk);
  }
  return 0;
}

void remove_room(const virt::ConnectionHandle& target, const std::vector<CopiedDisk>& disks) {
  for (const CopiedDisk& disk : disks) {
    const virt::PoolHandle pool(virStoragePoolLookupByTargetPath(target.get(), folder_of(disk.path).c_str()));
    if (!pool) continue;
    const virt::VolumeHandle volume(virStorageVolLookupByName(pool.get(), name_of(disk.path).c_str()));
    if (volume) (void)virStorageVolDelete(volume.get(), 0);
  }
}

}  // namespace hotspot::io
