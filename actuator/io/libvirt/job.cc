#include "actuator/io/libvirt/job.h"

#include <limits>

namespace hotspot::io {
namespace {

// libvirt's list of typed parameters, freed at the end.
class JobParameters {
 public:
  JobParameters(virDomainPtr domain, unsigned flags) {
    if (virDomainGetJobStats(domain, &type_, &list_, &count_, flags) != 0) type_ = VIR_DOMAIN_JOB_NONE;
  }
  ~JobParameters() { virTypedParamsFree(list_, count_); }
  JobParameters(const JobParameters&) = delete;
  JobParameters& operator=(const JobParameters&) = delete;

  bool there() const { return type_ != VIR_DOMAIN_JOB_NONE; }
  std::optional<std::int64_t> find(const char* name) const {
    unsigned long long wide = 0;
    int narrow = 0;
    if (virTypedParamsGetULLong(list_, count_, name, &wide) == 1 &&
        wide <= static_cast<unsigned long long>(std::numeric_limits<std::int64_t>::max()))
      return static_cast<std::int64_t>(wide);
    if (virTypedParamsGetInt(list_, count_, name, &narrow) == 1) return narrow;
    return std::nullopt;
  }

 private:
  virTypedParameterPtr list_ = nullptr;
  int count_ = 0;
  int type_ = VIR_DOMAIN_JOB_NONE;
};

// A driver that does not say which job it is has no others.
bool is_migration(const JobParameters& job) {
  const auto operation = job.find(VIR_DOMAIN_JOB_OPERATION);
  return !operation || *operation == VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT ||
         *operation == VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN;
}

}  // namespace

std::optional<ports::MigrationProgress> job_figures(virDomainPtr domain, JobWhen when) {
  const unsigned flags =
      when == JobWhen::kCompleted ? VIR_DOMAIN_JOB_STATS_COMPLETED | VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED : 0u;
  const JobParameters job(domain, flags);
  if (!job.there() || !is_migration(job)) return std::nullopt;
  ports::MigrationProgress figures;
  figures.elapsed_ms = job.find(VIR_DOMAIN_JOB_TIME_ELAPSED).value_or(0);
  figures.memory_total_bytes = job.find(VIR_DOMAIN_JOB_MEMORY_TOTAL);
  figures.memory_processed_bytes = job.find(VIR_DOMAIN_JOB_MEMORY_PROCESSED);
  figures.memory_remaining_bytes = job.find(VIR_DOMAIN_JOB_MEMORY_REMAINING);
  figures.bandwidth_bytes_per_second = job.find(VIR_DOMAIN_JOB_MEMORY_BPS);
  const auto dirty_pages = job.find(VIR_DOMAIN_JOB_MEMORY_DIRTY_RATE);  // per second
  const auto page_bytes = job.find(VIR_DOMAIN_JOB_MEMORY_PAGE_SIZE);
  if (dirty_pages && page_bytes) figures.dirty_bytes_per_second = *dirty_pages * *page_bytes;
  figures.disk_total_bytes = job.find(VIR_DOMAIN_JOB_DISK_TOTAL);
  figures.disk_processed_bytes = job.find(VIR_DOMAIN_JOB_DISK_PROCESSED);
  figures.disk_remaining_bytes = job.find(VIR_DOMAIN_JOB_DISK_REMAINING);
  figures.disk_bytes_per_second = job.find(VIR_DOMAIN_JOB_DISK_BPS);
  figures.iteration = job.find(VIR_DOMAIN_JOB_MEMORY_ITERATION);
  // "expected to happen during migration. The real computed value is available only in completed statistics."
  (when == JobWhen::kCompleted ? figures.downtime_ms : figures.expected_downtime_ms) =
      job.find(VIR_DOMAIN_JOB_DOWNTIME);
  figures.setup_ms = job.find(VIR_DOMAIN_JOB_SETUP_TIME);
  figures.throttle_percent = job.find(VIR_DOMAIN_JOB_AUTO_CONVERGE_THROTTLE);
  figures.memory_normal_bytes = job.find(VIR_DOMAIN_JOB_MEMORY_NORMAL_BYTES);
  figures.memory_constant_pages = job.find(VIR_DOMAIN_JOB_MEMORY_CONSTANT);
  figures.post_copy_requests = job.find(VIR_DOMAIN_JOB_MEMORY_POSTCOPY_REQS);
  return figures;
}

}  // namespace hotspot::io
