// The snapshot: everything that one read of one node measured. The collector sends it and the actuator reads it.
//
// The contract between hotspot.so and hotspotd. docs/snapshot.md describes its JSON form; codec.h encodes and decodes
// it. The names give the units. A ratio is 0 to 1 (a node's or domain's CPU ratio covers all its CPUs). An empty
// optional means that the value was not measured; it is never replaced by zero. Every rate is over the elapsed time
// that was measured on a steady clock, not over the configured interval.
// Plain values: copy them freely, share them between threads only as const.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::telemetry {

constexpr int kSchema = 1;

using Measured = std::optional<double>;
using MeasuredBytes = std::optional<std::int64_t>;
// Empty optional: not known. Empty list: there are none.
using Names = std::optional<std::vector<std::string>>;

// virDomainState, by name. Only a running domain has rates.
enum class DomainState { kUnknown, kRunning, kBlocked, kPaused, kShutdown, kShutoff, kCrashed, kSuspended };

struct VcpuSample {
  int vcpu = 0;
  Measured cpu_ratio;    // busy share of the elapsed time
  Measured steal_ratio;  // runnable but not running (libvirt vcpu.N.delay)
  Measured wait_ratio;   // waiting for I/O (libvirt vcpu.N.wait)
  bool operator==(const VcpuSample&) const = default;
};

struct DiskSample {
  std::string device;  // target name, "vda"
  Measured read_bytes_per_second, write_bytes_per_second;
  Measured read_ops_per_second, write_ops_per_second, flush_ops_per_second;
  Measured read_latency_seconds, write_latency_seconds;  // mean over completed requests; empty: there were none
  MeasuredBytes allocation_bytes, capacity_bytes, physical_bytes;
  bool operator==(const DiskSample&) const = default;
};

// Where a disk's data are, from the domain's XML. Whether another node can reach them too is decided by comparing the
// file systems and block devices of both nodes (actuator/plan/storage.h).
struct DiskSource {
  std::string device;           // target name, "vda"
  std::string type;             // libvirt's: "file", "block", "network", "volume"
  std::string source;           // path on the node, or "rbd:pool/image"; "" if the drive is empty
  std::string real_path;        // of a file: the target of the path's symbolic links, within the node's own storage
  std::string id;               // of a block device: BlockDevice::id; "" if it has none
  std::string format;           // "qcow2"
  bool read_only = false;       // read-only: a CD-ROM, or marked so
  bool backed = false;          // it has backing images
  bool may_be_missing = false;  // libvirt leaves the drive empty if the file is missing (startupPolicy)
  bool operator==(const DiskSource&) const = default;
};

// Memory that is or can be plugged in: virtio-mem changes its size by blocks, a DIMM is plugged in or not.
struct MemoryDevice {
  std::string device;  // libvirt's alias, "virtiomem0"
  std::string model;   // "virtio-mem", "dimm"
  std::int64_t size_bytes = 0;
  MeasuredBytes requested_bytes, current_bytes, block_bytes;  // virtio-mem only
  bool operator==(const MemoryDevice&) const = default;
};

struct InterfaceSample {
  std::string device;  // name on the node, "vnet0"
  Measured receive_bytes_per_second, transmit_bytes_per_second;
  Measured receive_packets_per_second, transmit_packets_per_second;
  Measured receive_errors_per_second, transmit_errors_per_second;
  Measured receive_drops_per_second, transmit_drops_per_second;
  bool operator==(const InterfaceSample&) const = default;
};

// What the operator allows, from the domain's own metadata element (https://hotspot/xmlns/policy/1).
struct Policy {
  std::optional<std::string> mode;  // observe | recommend | enforce
  std::optional<int> vcpus_min, vcpus_max;
  MeasuredBytes memory_min_bytes, memory_max_bytes;
  std::optional<std::string> group;
  std::vector<std::string> affinity, anti_affinity;  // names of policy groups
  std::optional<std::string> storage;                // refuse | copy: how to treat disks that only its node has
  std::optional<int> priority;
  bool operator==(const Policy&) const = default;
};

struct DomainSample {
  std::string uuid;
  std::string name;
  DomainState state = DomainState::kUnknown;
  std::string state_reason;  // libvirt's word for the reason, "migrating"; "" if unknown
  bool persistent = false;
  bool emulated = false;  // QEMU emulates its vCPUs: there is no KVM

  std::optional<int> vcpus, vcpus_max;
  Measured cpu_ratio;  // CPU time of its vCPUs ÷ (vCPUs × elapsed): how busy the guest is
  Measured cpu_cores;  // CPU time of all its threads (emulator, I/O threads too) ÷ elapsed: what it costs the node
  Measured cpu_steal_ratio;                   // mean over vCPUs
  Measured cpu_user_ratio, cpu_system_ratio;  // of vCPUs × elapsed

  MeasuredBytes memory_balloon_bytes;      // what the guest may use now, including plugged memory (balloon current)
  MeasuredBytes memory_balloon_max_bytes;  // the balloon's limit plus the full size of plugged memory
  MeasuredBytes memory_max_bytes;          // including all that can be plugged in (maxMemory); empty: nothing can
  std::optional<int> memory_slots;         // for memory devices, used and free; empty: none
  MeasuredBytes memory_rss_bytes;          // resident memory of the QEMU process
  MeasuredBytes memory_available_bytes;    // the guest's total as it reports it (MemTotal)
  MeasuredBytes memory_unused_bytes;       // the guest's own MemFree
  MeasuredBytes memory_usable_bytes;       // the guest's own MemAvailable
  MeasuredBytes memory_disk_caches_bytes;
  Measured swap_in_bytes_per_second, swap_out_bytes_per_second;
  Measured major_faults_per_second, minor_faults_per_second;
  Measured dirty_bytes_per_second;

  // Why this domain cannot be migrated live to another node, as sentences; empty: no obstacle is known.
  std::vector<std::string> migration_obstacles;
  bool job_active = false;                             // a libvirt job (migration, save, backup) is running
  MeasuredBytes job_total_bytes, job_remaining_bytes;  // of that job, if known
  Policy policy;

  // When its QEMU process started on this node, in Unix seconds. A migration starts another process, a reboot does not.
  std::optional<std::int64_t> started_at;

  // What it needs from a migration target, from its live XML, besides disk_sources. Empty: nothing, or not known.
  std::string machine;                // "pc-q35-7.2", if it runs in the emulator that libvirt reports for this node
  std::string cpu_mode;               // "host-passthrough", "host-model", "custom", "maximum"
  std::string cpu_vendor;             // "Intel", if the XML names it
  MeasuredBytes huge_page_bytes;      // the size of a huge page; 0: the node's default. Empty: it needs none
  MeasuredBytes huge_pages_bytes;     // its memory in huge pages; empty: not known, or only a part of it
  std::vector<std::string> networks;  // names of libvirt networks
  std::vector<std::string> node_interfaces;  // bridges and devices of the node that it is connected to
  std::vector<std::string> files;            // kernel, initrd, device tree, ACPI tables, firmware
  bool emulated_tpm = false;

  std::vector<VcpuSample> vcpu_samples;
  std::vector<DiskSample> disks;
  std::vector<InterfaceSample> interfaces;
  std::vector<DiskSource> disk_sources;
  std::vector<MemoryDevice> memory_devices;
  bool operator==(const DomainSample&) const = default;
};

struct NumaCell {
  int cell = 0;
  MeasuredBytes memory_bytes, memory_free_bytes;
  std::optional<int> cpus;
  bool operator==(const NumaCell&) const = default;
};

// A network link that leads out of the node.
struct LinkSample {
  std::string device;
  Measured speed_bits_per_second;
  Measured receive_bytes_per_second, transmit_bytes_per_second;
  bool operator==(const LinkSample&) const = default;
};

// A file system of the node that may hold disks.
struct Filesystem {
  std::string path;          // where it is mounted
  std::string type;          // the kernel's name for it: "ext4", "nfs4"
  std::string source;        // "10.0.0.5:/srv/vms", "/dev/vda1"
  std::string root;          // the directory of it that is mounted, "/" for the whole
  MeasuredBytes free_bytes;  // for users other than root; not measured for network file systems: the server may hang
  bool operator==(const Filesystem&) const = default;
};

// A block device with an identifier that is the same on every node that has it.
struct BlockDevice {
  std::string device;  // the kernel's name on this node, "dm-3"
  std::string id;      // world-wide name, or the device mapper's UUID
  bool operator==(const BlockDevice&) const = default;
};

// The huge pages of one size.
struct HugePagePool {
  std::int64_t page_bytes = 0;
  MeasuredBytes pool_bytes;
  MeasuredBytes free_bytes;  // what is left for domains: neither used nor reserved, or the kernel may add it
  bool operator==(const HugePagePool&) const = default;
};

// Pressure stall information (kernel Documentation/accounting/psi.rst): share of time that some, or all, tasks waited.
struct Pressure {
  Measured cpu_some_ratio, memory_some_ratio, memory_full_ratio, io_some_ratio, io_full_ratio;
  bool operator==(const Pressure&) const = default;
};

struct NodeSample {
  std::string uuid;  // libvirt host UUID
  std::string name;
  std::string uri;         // libvirt URI at which the actuator reaches this node
  std::string hypervisor;  // virConnectGetType: "QEMU"
  std::string cpu_model;
  std::string arch;
  int cpus = 0;  // logical CPUs online
  std::int64_t memory_bytes = 0;
  MeasuredBytes memory_free_bytes, memory_available_bytes;
  MeasuredBytes memory_buffers_bytes, memory_cached_bytes, memory_slab_bytes;
  MeasuredBytes huge_pages_bytes, huge_pages_free_bytes;  // of the default huge page size
  std::vector<HugePagePool> huge_page_pools;              // for every size; empty: not known
  MeasuredBytes ksm_saved_bytes;  // memory saved by kernel same-page merging (pages_sharing × page size)
  MeasuredBytes swap_bytes, swap_free_bytes;
  Measured swap_in_bytes_per_second, swap_out_bytes_per_second;
  Measured cpu_ratio;  // neither idle nor waiting for I/O, over all CPUs
  Measured cpu_user_ratio, cpu_system_ratio, cpu_iowait_ratio, cpu_steal_ratio;
  Measured cpu_domains_ratio;  // the share of all CPUs that running domains used
  Measured load_1m, load_5m, load_15m;
  Pressure pressure;
  std::vector<NumaCell> numa_cells;
  std::vector<LinkSample> links;
  std::vector<Filesystem> filesystems;
  std::vector<BlockDevice> block_devices;
  // What the node offers to domains.
  Names networks;             // active libvirt networks
  Names interfaces;           // bridges, devices, VLANs; without those of domains
  std::string machine_types;  // format: machine_types.h; empty: not known
  std::string cpu_vendor;
  std::optional<std::string> cpu_features;  // CPU features beyond cpu_model, by libvirt's names, separated by blanks
  std::optional<bool> emulated_tpm;         // libvirt can give a domain an emulated TPM
  bool operator==(const NodeSample&) const = default;
};

// The collector's own state.
struct CollectorSample {
  std::string version;
  Measured read_seconds;
  std::int64_t dropped_snapshots = 0;  // since its start, because Redis was unreachable
  std::int64_t timed_out_domains = 0;  // running domains whose QEMU did not answer the last query
  bool operator==(const CollectorSample&) const = default;
};

// Impossible values that were removed when the snapshot was read (plausible.h).
struct Implausible {
  std::uint32_t count = 0;
  std::string first;  // describes the first of them
  bool operator==(const Implausible&) const = default;
};

struct NodeSnapshot {
  std::string cluster;
  WallTime taken_at{};
  std::uint64_t sequence = 0;             // counts the reads of one collector process, from 1
  std::optional<double> elapsed_seconds;  // since the previous read; empty at the first
  double interval_seconds = 0;            // as configured; used only to judge staleness
  CollectorSample collector;
  NodeSample node;
  std::vector<DomainSample> domains;
  Implausible implausible;
  bool operator==(const NodeSnapshot&) const = default;
};

const char* to_string(DomainState state);
DomainState domain_state_from_string(const std::string& text);  // kUnknown for anything else

}  // namespace hotspot::telemetry
