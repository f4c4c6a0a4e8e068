// What the actuator asks of libvirt, and nothing more.
//
// Thread rule: every method may be called from several threads at once; calls block until libvirt answers, so they are
// made from workers only. One hung node delays only the calls to that node, each of which ends at the latest after the
// body's own time limit with kUnreachable.
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
  kUnreachable,  // the node does not answer: what happened there is unknown
  kRefused,      // libvirt said no; nothing was changed
  kBusy,         // another job holds the domain
  kCancelled,    // we ended it; the domain runs where it was
  kDryRun        // this body only pretends
};
const char* to_string(CallFault fault);

// Of a migration that was refused: what has to change before it may go well.
enum class Blame {
  kNotSaid,
  kTarget,  // another target may take it: a file, a network, huge pages, a CPU, a name that is taken
  kDomain,  // no target will: a host device, a job, disks that are not shared
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

// A domain as libvirt sees it now, for the second look and for the verification.
struct DomainFacts {
  telemetry::DomainState state = telemetry::DomainState::kUnknown;
  bool persistent = false;
  bool job_active = false;        // a migration that comes in counts, too
  bool emulated = false;          // its vCPUs are, by QEMU: there is no KVM
  bool autostart = false;         // of a persistent domain: it is started with its node
  bool post_copy = false;         // it is in the middle of a post-copy: a part of its memory here, a part there
  bool post_copy_failed = false;  // ... which has failed: neither part can run on without the other
  bool was_suspended = false;  // it runs again after a migration that had stopped it: the target may have got it whole
  std::string block_job;       // "copy of vda": of its disks, by whomever; empty: none
  int vcpus = 0, vcpus_max = 0;
  std::optional<int> persistent_vcpus;                    // in its definition; empty: it has none, or it is not known
  std::int64_t balloon_bytes = 0, balloon_max_bytes = 0;  // without virtio-mem; DIMMs are the balloon's too
  std::vector<telemetry::MemoryDevice> memory_devices;
  std::optional<std::int64_t> guest_memory_bytes;  // the guest's own total; empty: it tells nothing
  std::optional<std::int64_t> guest_usable_bytes;  // of it, what it could still give out (MemAvailable)
};
bool runs(const DomainFacts& facts);  // blocked is running, for Xen
const telemetry::MemoryDevice* find_memory_device(const DomainFacts& facts, const std::string& device);

struct MigrationOptions {
  std::optional<int> max_downtime_ms;
  std::optional<std::int64_t> bandwidth_bytes_per_second;
  bool auto_converge = true;
  std::optional<int> throttle_initial_percent, throttle_increment_percent;  // empty: the hypervisor's own
  int connections = 1;                                                      // several: multifd
  bool post_copy = false;                                                   // on_progress may turn to it
  bool tls = false, tunnelled = false;
  std::vector<std::string> copied_disks;  // target names; the others are there already
  bool shared_by_statement = false;       // libvirt is not asked whether it takes the others for shared
  // Asked in the last moment before the hypervisor is, from any thread; false ends it as kCancelled. Empty: yes.
  std::function<bool()> may_begin;
};

// The phases of Clark et al., "Live Migration of Virtual Machines" (NSDI 2005), section 3.1, as libvirt's events part
// them. Empty: an event did not come.
struct MigrationPhases {
  std::optional<std::int64_t> initialization_ms;  // from the call until the target has begun its QEMU
  std::optional<std::int64_t> reservation_ms;     // until the first page goes out
  std::optional<std::int64_t> precopy_ms;         // the rounds, until the guest stops
  std::optional<std::int64_t> stop_and_copy_ms;   // until it runs on the target
  std::optional<std::int64_t> commitment_ms;      // until the source lets it go
  std::optional<std::int64_t> activation_ms;      // until libvirt's call returns: definition, network, locks
  std::optional<std::int64_t> first_round_ms, last_round_ms, rounds;
  bool operator==(const MigrationPhases&) const = default;
};

// virDomainGetJobStats, as far as the hypervisor fills it in; empty: not told.
struct MigrationProgress {
  std::int64_t elapsed_ms = 0;
  std::optional<std::int64_t> memory_total_bytes, memory_processed_bytes, memory_remaining_bytes;
  std::optional<std::int64_t> bandwidth_bytes_per_second, dirty_bytes_per_second;
  std::optional<std::int64_t> iteration, setup_ms, throttle_percent;
  std::optional<std::int64_t> downtime_ms, expected_downtime_ms;  // measured, of one that is done; QEMU's expectation
  std::optional<std::int64_t> memory_normal_bytes, memory_constant_pages, post_copy_requests;
  std::optional<std::int64_t> disk_total_bytes, disk_processed_bytes, disk_remaining_bytes, disk_bytes_per_second;
  std::optional<std::int64_t> storage_ms;  // from when the target waited, until all disks were the same on both sides
  // Sent while the guest stood still, at least; of one that is done whose bandwidth was limited until then.
  std::optional<std::int64_t> stop_and_copy_bytes;
  bool post_copy = false;  // it was turned to
  MigrationPhases phases;  // of a migration that is done
};

// Whether libvirt shows a step. Memory counts within kBalloonToleranceBytes.
struct Applied {
  bool shown = false;
  std::optional<int> guest_vcpus;  // where vCPUs were added: how many the guest uses; empty: no agent of it answers
};
// A guest frees memory slowly: a balloon counts as reached within this distance.
constexpr std::int64_t kBalloonToleranceBytes = 8 * kMebibyte;

// What on_progress wants.
enum class Verdict { kGoOn, kPostCopy, kCancel };

class Hypervisor {
 public:
  virtual ~Hypervisor() = default;

  // Has the connection made before it is needed; what was known by its URI alone keeps it under its UUID. At once.
  virtual void know_node(const NodeAddress& node) = 0;
  // Closes the connection, and reports nothing of the node any more. Returns at once.
  virtual void forget_node(const std::string& node_uuid) = 0;

  virtual Result<DomainFacts, CallError> look(const NodeAddress& node, const std::string& domain_uuid) = 0;

  // What the node could give to guests now: its free memory, and what it can take back from its caches.
  virtual Result<std::int64_t, CallError> available_memory_bytes(const NodeAddress& node) = 0;

  // Why the target would refuse the domain, as far as it can be asked without beginning anything: a name that is taken,
  // networks, files, huge pages, machine type, CPU. Empty: nothing is known against it.
  virtual Result<std::optional<std::string>, CallError> target_obstacle(const NodeAddress& source,
                                                                        const std::string& domain_uuid,
                                                                        const NodeAddress& target) {
    static_cast<void>(source), static_cast<void>(domain_uuid), static_cast<void>(target);
    return std::optional<std::string>();
  }

  // Does the step, which may be of any kind but a migration. kNow: to the domain that runs. Returns when libvirt says
  // that it is done; for tuning, when libvirt shows it; for memory devices, when libvirt has asked the guest: whether
  // the guest takes memory, or gives it back, a look shows. kNextStart: in the domain's definition, vCPUs and memory
  // alone. A transient domain has none: kRefused.
  enum class Reach { kNow, kNextStart };
  virtual Result<void, CallError> apply(const NodeAddress& node, const std::string& domain_uuid,
                                        const model::Step& step, Reach reach) = 0;
  // Does libvirt show the step, of a domain that runs?
  virtual Result<Applied, CallError> is_applied(const NodeAddress& node, const std::string& domain_uuid,
                                                const model::Step& step) = 0;

  // Live, peer to peer; a persistent definition follows the domain. Disks that are copied get files of their own on the
  // target, in a storage pool that is there; those files are removed again when the domain has not moved and the target
  // has nothing of it. A failure is kUnreachable where the domain may run on the target as well. on_progress
  // is called about four times a second from the calling thread or another one of the body's, and says what becomes of
  // the migration; post-copy only where the options have it, and from then on nothing cancels it. Returns the completed
  // job's figures.
  using OnProgress = std::function<Verdict(const MigrationProgress&)>;
  virtual Result<MigrationProgress, CallError> migrate(const NodeAddress& source, const std::string& domain_uuid,
                                                       const NodeAddress& target, const MigrationOptions& options,
                                                       const OnProgress& on_progress) = 0;

  // How fast the guest writes to its memory, sampled for so long; not while it migrates.
  virtual Result<double, CallError> dirty_bytes_per_second(const NodeAddress& node, const std::string& domain_uuid,
                                                           int seconds) = 0;

  // --- for a migration that another waits for, or nobody any more ----------------------------------------------------
  // The figures of the migration that goes out of the node, or of the one that was completed last (either node has
  // them). Empty: there is none; other jobs are none.
  enum class JobWhen { kRunning, kCompleted };
  using Figures = std::optional<MigrationProgress>;
  virtual Result<Figures, CallError> migration_figures(const NodeAddress& node, const std::string& domain_uuid,
                                                       JobWhen when) = 0;
  // Turns it to post-copy. kRefused: it was not begun with that, or QEMU has not begun yet.
  virtual Result<void, CallError> start_post_copy(const NodeAddress& source, const std::string& domain_uuid) = 0;
  // Marks a persistent domain to be started with its node.
  virtual Result<void, CallError> set_autostart(const NodeAddress& node, const std::string& domain_uuid) = 0;

  // Cancels the job that is running on the domain, whoever began it.
  virtual Result<void, CallError> cancel_job(const NodeAddress& node, const std::string& domain_uuid) = 0;
};

}  // namespace hotspot::ports
