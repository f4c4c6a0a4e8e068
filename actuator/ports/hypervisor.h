// What the actuator needs from libvirt, and nothing more.
//
// Thread rule: every method may be called from several threads at once. Calls block until libvirt answers, so they are
// made from workers only. A hanging node delays only the calls to that node, each of which returns kUnreachable after
// the implementation's time limit at the latest.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/action.h"
#include "telemetry/result.h"
#include "telemetry/snapshot.h"

namespace hotspot::ports {

enum class CallFault {
  kNotFound,     // no such domain on that node
  kUnreachable,  // the node does not answer: what happened there is not known
  kRefused,      // libvirt refused; nothing was changed
  kBusy,         // another job is running on the domain
  kCancelled,    // ended by us; the domain runs where it was
  kDryRun        // this implementation only pretends to act
};
const char* to_string(CallFault fault);

// For a migration that was refused: what has to change before it can succeed.
enum class Blame {
  kNotSaid,
  kTarget,  // another target may accept it: a file, a network, huge pages, a CPU, a name that is in use
  kDomain,  // no target will accept it: a host device, a job, disks that are not shared
  kPassing  // a time-out, a broken link
};

struct CallError {
  CallFault fault = CallFault::kRefused;
  std::string message;  // libvirt's own words, with node and domain
  Blame blame = Blame::kNotSaid;

  static CallError unreachable(std::string message) { return {CallFault::kUnreachable, std::move(message)}; }
};

struct NodeAddress {
  std::string uuid, name, uri;
};

// The present state of a domain in libvirt, for the final check and for the verification.
struct DomainFacts {
  telemetry::DomainState state = telemetry::DomainState::kUnknown;
  bool persistent = false;
  bool job_active = false;        // includes an incoming migration
  bool emulated = false;          // QEMU emulates its vCPUs: there is no KVM
  bool autostart = false;         // of a persistent domain: it starts with its node
  bool post_copy = false;         // a post-copy is in progress: its memory is partly here, partly there
  bool post_copy_failed = false;  // ... and has failed: neither part can run without the other
  bool was_suspended = false;     // it runs again after a migration that had stopped it: the target may have all of it
  std::string block_job;          // "copy of vda": a job on its disks, by anybody; empty: none
  int vcpus = 0, vcpus_max = 0;
  std::optional<int> persistent_vcpus;                    // in its definition; empty: it has none, or it is not known
  std::int64_t balloon_bytes = 0, balloon_max_bytes = 0;  // without virtio-mem; includes DIMMs
  std::vector<telemetry::MemoryDevice> memory_devices;
  std::optional<std::int64_t> guest_memory_bytes;  // the guest's own total; empty: it does not report it
  std::optional<std::int64_t> guest_usable_bytes;  // of that, what it could still give out (MemAvailable)
};
bool runs(const DomainFacts& facts);  // includes "blocked", which means running in Xen
const telemetry::MemoryDevice* find_memory_device(const DomainFacts& facts, const std::string& device);

struct MigrationProgress;
// What on_progress requests.
enum class Verdict { kGoOn, kPostCopy, kCancel };
using OnProgress = std::function<Verdict(const MigrationProgress&)>;

struct MigrationOptions {
  std::optional<int> max_downtime_ms;
  std::optional<std::int64_t> bandwidth_bytes_per_second;
  bool auto_converge = true;
  std::optional<int> throttle_initial_percent, throttle_increment_percent;  // empty: the hypervisor's default
  int connections = 1;                                                      // more than one: multifd
  bool post_copy = false;                                                   // on_progress may switch to it
  bool tls = false, tunnelled = false;
  std::vector<std::string> copied_disks;  // target names; the other disks are there already
  bool shared_by_statement = false;       // do not let libvirt check whether the others are shared
  // Called just before the call to the hypervisor, from any thread; false ends the migration as kCancelled. Empty: yes.
  std::function<bool()> may_begin;
  // Called about four times a second, from the thread that migrates or from another one, and decides how the migration
  // continues; kPostCopy only if `post_copy` is set, and after that it cannot be cancelled. Empty: it goes on.
  OnProgress on_progress;
};

// The phases of Clark et al., "Live Migration of Virtual Machines" (NSDI 2005), section 3.1, delimited by libvirt's
// events. Empty: an event did not arrive.
struct MigrationPhases {
  std::optional<std::int64_t> initialization_ms;  // from the call until the target has started its QEMU
  std::optional<std::int64_t> reservation_ms;     // until the first page is sent
  std::optional<std::int64_t> precopy_ms;         // the rounds, until the guest stops
  std::optional<std::int64_t> stop_and_copy_ms;   // until it runs on the target
  std::optional<std::int64_t> commitment_ms;      // until the source has released it
  std::optional<std::int64_t> activation_ms;      // until libvirt's call returns: definition, network, locks
  std::optional<std::int64_t> first_round_ms, last_round_ms, rounds;
  bool operator==(const MigrationPhases&) const = default;
};

// virDomainGetJobStats, as far as the hypervisor supports it; empty: not reported.
struct MigrationProgress {
  std::int64_t elapsed_ms = 0;
  std::optional<std::int64_t> memory_total_bytes, memory_processed_bytes, memory_remaining_bytes;
  std::optional<std::int64_t> bandwidth_bytes_per_second, dirty_bytes_per_second;
  std::optional<std::int64_t> iteration, setup_ms, throttle_percent;
  std::optional<std::int64_t> downtime_ms, expected_downtime_ms;  // measured, when it is done; QEMU's estimate
  std::optional<std::int64_t> memory_normal_bytes, memory_constant_pages, post_copy_requests;
  std::optional<std::int64_t> disk_total_bytes, disk_processed_bytes, disk_remaining_bytes, disk_bytes_per_second;
  std::optional<std::int64_t> storage_ms;  // from when the target waited until all disks were identical on both sides
  // Sent while the guest was stopped, at least; when it is done, and if the bandwidth was limited until then.
  std::optional<std::int64_t> stop_and_copy_bytes;
  bool post_copy = false;  // it has switched to post-copy
  MigrationPhases phases;  // when the migration is done
};

// Whether libvirt shows a step. Memory counts within kBalloonToleranceBytes.
struct Applied {
  bool shown = false;
  std::optional<int> guest_vcpus;  // if vCPUs were added: how many the guest uses; empty: its agent does not answer
};
// A guest frees memory slowly: a balloon counts as reached within this distance.
constexpr std::int64_t kBalloonToleranceBytes = 8 * kMebibyte;

class Hypervisor {
 public:
  virtual ~Hypervisor() = default;

  // Has the connection made before it is needed. A node that was known only by its URI keeps it under its UUID. Returns
  // at once.
  virtual void know_node(const NodeAddress& node) = 0;
  // Closes the connection, and reports nothing more about the node. Returns at once.
  virtual void forget_node(const std::string& node_uuid) = 0;

  virtual Result<DomainFacts, CallError> look(const NodeAddress& node, const std::string& domain_uuid) = 0;

  // What the node could give to guests now: its free memory and reclaimable caches.
  virtual Result<std::int64_t, CallError> available_memory_bytes(const NodeAddress& node) = 0;

  // Why the target would refuse the domain, as far as that can be queried without beginning anything: a name in use,
  // networks, files, huge pages, machine type, CPU. Empty: no obstacle is known.
  virtual Result<std::optional<std::string>, CallError> target_obstacle(const NodeAddress& source,
                                                                        const std::string& domain_uuid,
                                                                        const NodeAddress& target) {
    static_cast<void>(source), static_cast<void>(domain_uuid), static_cast<void>(target);
    return std::optional<std::string>();
  }

  // Does the step, of any kind except a migration. kNow: to the running domain. Returns when libvirt reports success;
  // for tuning, when libvirt shows the new values; for memory devices, when libvirt has asked the guest: whether the
  // guest plugs or unplugs the memory has to be checked later. kNextStart: in the domain's definition, for vCPUs and
  // memory only. A transient domain has none: kRefused.
  enum class Reach { kNow, kNextStart };
  virtual Result<void, CallError> apply(const NodeAddress& node, const std::string& domain_uuid,
                                        const model::Step& step, Reach reach) = 0;
  // Does libvirt show the step for a running domain?
  virtual Result<Applied, CallError> is_applied(const NodeAddress& node, const std::string& domain_uuid,
                                                const model::Step& step) = 0;

  // Live and peer to peer; a persistent definition moves along. Copied disks get files of their own on the target, in
  // an existing storage pool; those files are removed again if the domain has not moved and the target has nothing of
  // it. A failure is kUnreachable if the domain may be running on the target as well. Returns the completed job's
  // figures.
  virtual Result<MigrationProgress, CallError> migrate(const NodeAddress& source, const std::string& domain_uuid,
                                                       const NodeAddress& target, const MigrationOptions& options) = 0;

  // How fast the guest writes to its memory, sampled over this time; not during a migration.
  virtual Result<double, CallError> dirty_bytes_per_second(const NodeAddress& node, const std::string& domain_uuid,
                                                           int seconds) = 0;

  // --- for a migration that another process waits for, or nobody any more -------------------------------------------

  // The figures of the outgoing migration of the node, or of the last completed one (either node has them). Empty:
  // there is none, or the job is not a migration.
  enum class JobWhen { kRunning, kCompleted };
  using Figures = std::optional<MigrationProgress>;
  virtual Result<Figures, CallError> migration_figures(const NodeAddress& node, const std::string& domain_uuid,
                                                       JobWhen when) = 0;
  // Switches it to post-copy. kRefused: the migration does not allow it, or QEMU has not begun yet.
  virtual Result<void, CallError> start_post_copy(const NodeAddress& source, const std::string& domain_uuid) = 0;
  // Marks a persistent domain to start with its node.
  virtual Result<void, CallError> set_autostart(const NodeAddress& node, const std::string& domain_uuid) = 0;

  // Cancels the job that is running on the domain, whoever started it.
  virtual Result<void, CallError> cancel_job(const NodeAddress& node, const std::string& domain_uuid) = 0;
};

}  // namespace hotspot::ports
