#include "actuator/io/libvirt/migration.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "actuator/io/libvirt/job.h"
#include "actuator/io/libvirt/migrate_call.h"
#include "actuator/io/libvirt/migration_events.h"
#include "actuator/ports/migration_fate.h"

namespace hotspot::io {
namespace {

using Figures = std::optional<ports::MigrationProgress>;
using Steady = std::chrono::steady_clock;
// Near the end: several times in each window by which the bandwidth limit is enforced (stopped_copy.h).
constexpr Milliseconds kOftenInterval{30};
constexpr Milliseconds kNearTheEnd{2000};
constexpr Milliseconds kLateEvents{2000};  // from a loaded node; usually events arrive within a few milliseconds
using ports::CallError;
using ports::CallFault;

}  // namespace

LibvirtMigration::LibvirtMigration(std::shared_ptr<LibvirtNode> source, std::shared_ptr<LibvirtNode> target,
                                   std::string domain_uuid, ports::MigrationOptions options)
    : source_(std::move(source)),
      target_(std::move(target)),
      domain_uuid_(std::move(domain_uuid)),
      options_(std::move(options)) {}

LibvirtMigration::Outcome LibvirtMigration::run() {
  begun_at_ = Steady::now();
  clock_->mark(MigrationClock::Mark::kCalled, begun_at_);
  const MigrationEvents at_source(*source_, MigrationSide::kSource, domain_uuid_, clock_);
  const MigrationEvents at_target(*target_, MigrationSide::kTarget, domain_uuid_, clock_);
  if (const auto no_room = make_room_at_target()) return *no_room;
  auto pending = begin();
  if (!pending) return not_begun(pending.error());
  for (;;) {
    if (const auto ended = (*pending)->wait_for(until_next_figures())) return conclude(*ended);
    if (const auto hopeless = follow()) {
      // It may have ended during the query.
      if (const auto ended = (*pending)->wait_for(Milliseconds(0))) return conclude(*ended);
      if (!room_.empty()) return with_files_left(*hopeless);
      return *hopeless;
    }
  }
}

Result<std::shared_ptr<virt::Pending<LibvirtMigration::Ended>>, CallError> LibvirtMigration::begin() {
  using Opened = Result<virt::ConnectionHandle, CallError>;
  // The shared connection first: it reports at once if a node is known to be unreachable, and it is used for the
  // progress.
  if (const auto shared = source_->connection(source_->options().call_limit); !shared) return shared.error();
  auto opened = source_->calls().run<Opened>(source_->options().call_limit,
                                             [source = source_]() -> Opened { return source->connect_anew(); });
  if (!opened) return source_->unreachable("no answer while connecting to libvirtd for a migration");
  if (!*opened) return opened->error();
  return source_->calls().begin<Ended>([connection = std::move(**opened), name = source_->address().name,
                                        uuid = domain_uuid_, uri = target_->address().uri,
                                        options = options_]() -> Ended {
    auto domain = find_domain(connection, name, uuid);
    if (!domain) return domain.error();
    if (options.may_begin && !options.may_begin())
      return CallError{CallFault::kCancelled, "the lease ran out before libvirt was asked"};
    return migrate_now(*domain, uri, options);
  });
}

std::optional<CallError> LibvirtMigration::make_room_at_target() {
  if (options_.copied_disks.empty()) return std::nullopt;
  auto disks = with_domain<std::vector<CopiedDisk>>(
      *source_, domain_uuid_,
      [devices = options_.copied_disks](const LibvirtDomain& domain) { return copied_disks_of(domain, devices); });
  if (!disks) return disks.error();
  const auto connection = target_->connection(target_->options().call_limit);
  if (!connection) return connection.error();
  using Made = Result<int, CallError>;
  const auto made = target_->calls().run<Made>(
      target_->options().call_limit, [target = *connection, name = target_->address().name, all = *disks]() -> Made {
        return make_room(target, name, all);
      });
  if (!made)
    return CallError{CallFault::kRefused, target_->address().name + ": libvirtd did not answer while files for the " +
                                              "disks were made; nothing was moved, look for files that are left there"};
  if (!*made) return made->error();
  room_ = std::move(*disks);
  return std::nullopt;
}

// libvirt was not asked to move anything.
CallError LibvirtMigration::not_begun(CallError error) {
  if (!remove_room_at_target()) return with_files_left(std::move(error));
  return error;
}

// In one call, so that nothing happens in between: check that the target has no such domain, then remove its files.
bool LibvirtMigration::remove_room_at_target() {
  if (room_.empty()) return true;
  const auto connection = target_->connection(target_->options().call_limit);
  if (!connection) return false;
  return target_->calls()
      .run<bool>(target_->options().call_limit,
                 [target = *connection, name = target_->address().name, uuid = domain_uuid_, disks = room_] {
                   const auto there = find_domain(target, name, uuid);
                   if (there || there.error().fault != CallFault::kNotFound) return false;
                   remove_room(target, disks);
                   return true;
                 })
      .value_or(false);
}

CallError LibvirtMigration::with_files_left(CallError error) const {
  if (room_.empty()) return error;
  std::string files;
  for (const CopiedDisk& disk : room_) files += (files.empty() ? "" : ", ") + disk.path;
  error.message += "; files that were made for its disks may be left on " + target_->address().name + ": " + files;
  return error;
}

void LibvirtMigration::note_storage(const ports::MigrationProgress& figures) {
  if (!figures.disk_total_bytes || *figures.disk_total_bytes == 0) return;
  storage_ = figures;
  if (figures.disk_remaining_bytes.value_or(1) == 0) clock_->mark(MigrationClock::Mark::kCopied, Steady::now());
}

std::optional<CallError> LibvirtMigration::follow() {
  if (const auto hopeless = ask_for_figures()) return hopeless;
  if (!cancelled_at_ && options_.on_progress) {
    const ports::Verdict verdict = options_.on_progress(current());
    if (verdict == ports::Verdict::kPostCopy && options_.post_copy && !post_copy_) turn_to_post_copy();
    // From then on a part of the guest's memory is on each side: there is no way back.
    if (verdict == ports::Verdict::kCancel && !post_copy_) cancelled_at_ = Steady::now();
  }
  return cancelled_at_ ? keep_cancelling() : std::nullopt;
}

// What is sent while the guest is stopped can only be measured if the figures were queried just before.
Milliseconds LibvirtMigration::until_next_figures() const {
  const Milliseconds usual = source_->options().progress_interval;
  // Before the migration begins, libvirt reports that nothing remains.
  if (!options_.bandwidth_bytes_per_second || !progress_ || progress_->memory_remaining_bytes.value_or(0) == 0 ||
      clock_->suspended_at())
    return usual;
  const std::int64_t near_ms = options_.max_downtime_ms.value_or(0) + kNearTheEnd.count();
  const bool near = *progress_->memory_remaining_bytes < *options_.bandwidth_bytes_per_second * near_ms / 1000;
  return near ? std::min(usual, kOftenInterval) : usual;
}

std::optional<CallError> LibvirtMigration::ask_for_figures() {
  const auto asked_at = Steady::now();
  const auto max_downtime_ms = downtime_set_ ? std::nullopt : options_.max_downtime_ms;
  struct Asked {
    Figures figures;
    bool downtime_set = false;
  };
  auto asked = with_domain<Asked>(
      *source_, domain_uuid_, [max_downtime_ms](const LibvirtDomain& domain) -> Result<Asked, CallError> {
        Asked answer{job_figures(domain.handle.get(), JobWhen::kRunning), false};
        if (answer.figures && max_downtime_ms)
          answer.downtime_set = virDomainMigrateSetMaxDowntime(
                                    domain.handle.get(), static_cast<unsigned long long>(*max_downtime_ms), 0) == 0;
        return answer;
      });
  if (!asked && asked.error().fault == CallFault::kUnreachable)
    return CallError{CallFault::kUnreachable, "what became of the migration to " + target_->address().name +
                                                  " is not known; " + asked.error().message};
  if (!asked) return std::nullopt;  // the domain has just left, or is busy: the call itself will report it
  downtime_set_ = downtime_set_ || asked->downtime_set;
  if (asked->figures) {
    if (asked->figures->memory_processed_bytes && !clock_->suspended_at())
      stopped_copy_.note(asked_at, Steady::now(), *asked->figures->memory_processed_bytes);
    // libvirt does not always report it.
    if (!asked->figures->throttle_percent && progress_) asked->figures->throttle_percent = progress_->throttle_percent;
    progress_ = asked->figures;
  }
  if (asked->figures && !options_.copied_disks.empty()) note_storage(*asked->figures);
  return std::nullopt;
}

// Refused for instance while QEMU has not begun: tried again at the next figures.
void LibvirtMigration::turn_to_post_copy() {
  const auto turned =
      with_domain<int>(*source_, domain_uuid_, [](const LibvirtDomain& domain) -> Result<int, CallError> {
        if (virDomainMigrateStartPostCopy(domain.handle.get(), 0) != 0) return domain_error(domain);
        return 0;
      });
  post_copy_ = turned.ok();
}

std::optional<CallError> LibvirtMigration::keep_cancelling() {
  // An abort may come too early or too late for libvirt and is then refused: it is repeated until the call ends.
  auto asked = with_domain<int>(*source_, domain_uuid_, [](const LibvirtDomain& domain) -> Result<int, CallError> {
    return virDomainAbortJob(domain.handle.get());
  });
  if (Steady::now() - *cancelled_at_ < source_->options().cancel_limit) return std::nullopt;
  return source_->unreachable("the migration to " + target_->address().name +
                              " was cancelled, but libvirt has not ended it" +
                              (asked ? "" : "; " + asked.error().message));
}

LibvirtMigration::Outcome LibvirtMigration::conclude(const Ended& ended) {
  if (!ended) return not_migrated(ended.error());
  clock_->mark(MigrationClock::Mark::kReturned, Steady::now());
  Outcome outcome = completed();
  if (!outcome) return outcome;
  clock_->wait_for_events(kLateEvents);
  outcome->phases = clock_->phases();
  if (const auto suspended = clock_->suspended_at();
      suspended && options_.bandwidth_bytes_per_second && outcome->memory_processed_bytes && !post_copy_)
    outcome->stop_and_copy_bytes =
        stopped_copy_.least_bytes(*suspended, *outcome->memory_processed_bytes, *options_.bandwidth_bytes_per_second);
  outcome->post_copy = post_copy_;
  if (storage_) {  // libvirt drops all of these when the migration is over
    outcome->disk_total_bytes = storage_->disk_total_bytes;
    outcome->disk_processed_bytes = storage_->disk_processed_bytes;
    outcome->disk_remaining_bytes = storage_->disk_remaining_bytes;
    outcome->storage_ms = clock_->storage_ms();
  }
  // libvirt drops the throttle when the migration is over.
  if (!outcome->throttle_percent && progress_) outcome->throttle_percent = progress_->throttle_percent;
  return outcome;
}

LibvirtMigration::Outcome LibvirtMigration::completed() {
  // A transient domain has left the source by now, and its figures are at the target.
  for (const auto& node : {source_, target_}) {
    auto figures =
        with_domain<Figures>(*node, domain_uuid_, [](const LibvirtDomain& domain) -> Result<Figures, CallError> {
          return job_figures(domain.handle.get(), JobWhen::kCompleted);
        });
    if (figures && *figures) return **figures;
  }
  return current();
}

// Also while libvirt has no figures yet, or no longer: the observer must see that time passes.
ports::MigrationProgress LibvirtMigration::current() const {
  ports::MigrationProgress progress = progress_.value_or(ports::MigrationProgress{});
  const auto elapsed = std::chrono::duration_cast<Milliseconds>(Steady::now() - begun_at_);
  progress.post_copy = post_copy_;
  progress.elapsed_ms = std::max<std::int64_t>(progress.elapsed_ms, elapsed.count());
  return progress;
}

// libvirt's words may refer to the target, or to a consequence of the cancellation.
CallFault LibvirtMigration::fault_while_running(CallFault said) const {
  if (cancelled_at_) return CallFault::kCancelled;
  return said == CallFault::kNotFound ? CallFault::kRefused : said;
}

LibvirtMigration::Outcome LibvirtMigration::not_migrated(const CallError& error) {
  if (error.fault == CallFault::kUnreachable) return with_files_left(error);
  const auto ended_by = Steady::now() + source_->options().resume_limit;
  for (;;) {
    auto facts = with_domain<ports::DomainFacts>(*source_, domain_uuid_, look_at);
    if (!facts && facts.error().fault == CallFault::kNotFound && error.fault == CallFault::kNotFound) return error;
    const bool runs = facts && ports::runs(*facts);
    // Refused because of another job, which may be the one that brings the domain to the target.
    if (runs && facts->job_active && error.fault == CallFault::kBusy) return with_files_left(error);
    const auto target = runs ? with_domain<ports::DomainFacts>(*target_, domain_uuid_, look_at) : facts;
    const auto stay = runs ? ports::stay_of(*facts, target) : ports::Stay::kNotKnown;
    const CallError said{fault_while_running(error.fault), error.message, error.blame};
    if (stay == ports::Stay::kStayedNotThere && remove_room_at_target()) return said;
    if (stay != ports::Stay::kNotKnown) return with_files_left(said);
    if (!facts || Steady::now() > ended_by) return with_files_left(not_known(error, facts, target));
    std::this_thread::sleep_for(source_->options().progress_interval);
  }
}

CallError LibvirtMigration::not_known(const CallError& error, const Facts& source, const Facts& target) const {
  const std::string failed = "the migration failed (" + error.message + "), ";
  if (source && ports::runs(*source))
    return target_->unreachable(
        failed + "and the domain runs at the source; whether it runs here as well is not known: " +
        (target ? std::string("it is ") + telemetry::to_string(target->state) : target.error().message));
  return source_->unreachable(
      failed + "and the domain was not seen to run here; " +
      (source ? std::string("it is ") + telemetry::to_string(source->state) : source.error().message));
}

}  // namespace hotspot::io
