#include "actuator/io/libvirt/job.h"

#include "common/libvirt/typed_fields.h"

namespace hotspot::io {
namespace {

// A driver that does not report the kind of job has only migrations.
bool is_migration(const virt::TypedFields& job) {
  const auto operation = job.whole(VIR_DOMAIN_JOB_OPERATION);
  return !operation || *operation == VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT ||
         *operation == VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN;
}

}  // namespace

std::optional<ports::MigrationProgress> job_figures(virDomainPtr domain, JobWhen when) {
  const unsigned flags =
      when == JobWhen::kCompleted ? VIR_DOMAIN_JOB_STATS_COMPLETED | VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED : 0u;
  const virt::JobFields found(domain, flags);
  const virt::TypedFields job = found.fields();
  if (!found.is_there() || !is_migration(job)) return std::nullopt;
  ports::MigrationProgress figures;
  figures.elapsed_ms = job.whole(VIR_DOMAIN_JOB_TIME_ELAPSED).value_or(0);
  figures.memory_total_bytes = job.whole(VIR_DOMAIN_JOB_MEMORY_TOTAL);
  figures.memory_processed_bytes = job.whole(VIR_DOMAIN_JOB_MEMORY_PROCESSED);
  figures.memory_remaining_bytes = job.whole(VIR_DOMAIN_JOB_MEMORY_REMAINING);
  figures.bandwidth_bytes_per_second = job.whole(VIR_DOMAIN_JOB_MEMORY_BPS);
  const auto dirty_pages = job.whole(VIR_DOMAIN_JOB_MEMORY_DIRTY_RATE);  // per second
  const auto page_bytes = job.whole(VIR_DOMAIN_JOB_MEMORY_PAGE_SIZE);
  if (dirty_pages && page_bytes) figures.dirty_bytes_per_second = *dirty_pages * *page_bytes;
  figures.disk_total_bytes = job.whole(VIR_DOMAIN_JOB_DISK_TOTAL);
  figures.disk_processed_bytes = job.whole(VIR_DOMAIN_JOB_DISK_PROCESSED);
  figures.disk_remaining_bytes = job.whole(VIR_DOMAIN_JOB_DISK_REMAINING);
  figures.disk_bytes_per_second = job.whole(VIR_DOMAIN_JOB_DISK_BPS);
  figures.iteration = job.whole(VIR_DOMAIN_JOB_MEMORY_ITERATION);
  // "expected to happen during migration. The real computed value is available only in completed statistics."
  (when == JobWhen::kCompleted ? figures.downtime_ms : figures.expected_downtime_ms) =
      job.whole(VIR_DOMAIN_JOB_DOWNTIME);
  figures.setup_ms = job.whole(VIR_DOMAIN_JOB_SETUP_TIME);
  figures.throttle_percent = job.whole(VIR_DOMAIN_JOB_AUTO_CONVERGE_THROTTLE);
  figures.memory_normal_bytes = job.whole(VIR_DOMAIN_JOB_MEMORY_NORMAL_BYTES);
  figures.memory_constant_pages = job.whole(VIR_DOMAIN_JOB_MEMORY_CONSTANT);
  figures.post_copy_requests = job.whole(VIR_DOMAIN_JOB_MEMORY_POSTCOPY_REQS);
  return figures;
}

}  // namespace hotspot::io
