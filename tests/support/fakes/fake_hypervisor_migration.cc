// Migrations of the faked hypervisor: how they run, what they tell, and what ends them.
#include <algorithm>
#include <chrono>

#include "tests/support/fakes/fake_hypervisor.h"

namespace hotspot::fakes {
namespace {

using ports::CallError;
using ports::CallFault;
using ports::NodeAddress;

constexpr std::int64_t kMigrationBytes = 128 * kMebibyte;
// How often a migration that is held reports; short, so that tests are quick.
constexpr Milliseconds kHeldReport{2};

ports::MigrationProgress progress_at(int step, int steps) {
  ports::MigrationProgress progress;
  progress.elapsed_ms = 250 * step;
  progress.memory_total_bytes = kMigrationBytes;
  progress.memory_processed_bytes = kMigrationBytes * step / steps;
  progress.memory_remaining_bytes = kMigrationBytes - *progress.memory_processed_bytes;
  progress.iteration = 1 + step / 2;
  progress.expected_downtime_ms = 300;
  return progress;
}

}  // namespace

FakeHypervisor::Outcome FakeHypervisor::migrate(const NodeAddress& source, const std::string& domain_uuid,
                                                const NodeAddress& target, const ports::MigrationOptions& options) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "migrate", source, domain_uuid + " " + target.name)) return *error;
  const auto domain = find(source, domain_uuid);
  if (!domain) return domain.error();
  if ((*domain)->job_active) return CallError{CallFault::kBusy, source.name + ": another job holds " + domain_uuid};
  if (failing_nodes_.contains(key_of(target)) || hanging_[key_of(target)])
    return CallError{CallFault::kRefused, source.name + ": cannot connect to " + target.name};
  if (options.may_begin && !options.may_begin())
    return CallError{CallFault::kCancelled, "the lease ran out before libvirt was asked"};
  const auto& refusing = refusing_[key_of(target)];
  if (const auto refused = refusing.find(domain_uuid); refused != refusing.end())
    return CallError{CallFault::kRefused, source.name + ": " + refused->second.first, ports::Blame::kTarget};
  migration_options_ = options;
  (*domain)->job_active = true;
  cancelled_[domain_uuid] = false;
  ports::DomainFacts arriving = **domain;
  arriving.state = telemetry::DomainState::kPaused;
  auto left_behind = nodes_[key_of(target)].extract(domain_uuid);
  nodes_[key_of(target)][domain_uuid] = arriving;
  auto outcome = run_migration(lock, source, domain_uuid, target, options.on_progress);
  if (auto still_here = find(source, domain_uuid); still_here) (*still_here)->job_active = false;
  if (outcome) return outcome;
  nodes_[key_of(target)].erase(domain_uuid);
  if (!left_behind.empty()) nodes_[key_of(target)].insert(std::move(left_behind));
  return outcome;
}

FakeHypervisor::Outcome FakeHypervisor::run_migration(Lock& lock, const NodeAddress& source,
                                                      const std::string& domain_uuid, const NodeAddress& target,
                                                      const ports::OnProgress& on_progress) {
  for (int step = 0; step < migration_steps_;) {
    const auto progress = progress_at(step, migration_steps_);
    figures_[key_of(source)][domain_uuid].running = progress;
    lock.unlock();
    const bool go_on = !on_progress || on_progress(progress) != ports::Verdict::kCancel;
    lock.lock();
    if (!go_on || cancelled_[domain_uuid])
      return CallError{CallFault::kCancelled, source.name + ": the migration of " + domain_uuid + " was cancelled"};
    if (hanging_[key_of(source)]) return CallError{CallFault::kUnreachable, source.name + ": does not answer any more"};
    if (held_)
      changed_.wait_for(lock, kHeldReport);
    else
      ++step;
  }
  auto domain = find(source, domain_uuid);
  if (!domain) return domain.error();
  nodes_[key_of(target)][domain_uuid] = **domain;
  ports::DomainFacts& moved = nodes_[key_of(target)][domain_uuid];
  if (moved.post_copy) moved.state = telemetry::DomainState::kRunning;
  moved.job_active = moved.post_copy = false;
  nodes_[key_of(source)].erase(domain_uuid);
  auto figures = progress_at(migration_steps_, migration_steps_);
  figures.expected_downtime_ms.reset();
  figures.downtime_ms = 60;
  figures.setup_ms = 5;
  figures_[key_of(target)][domain_uuid] = {std::nullopt, figures};
  figures_[key_of(source)].erase(domain_uuid);
  return figures;
}

void FakeHypervisor::set_dirty_rate(const std::string& domain_uuid, double bytes_per_second, double writable_bytes) {
  const std::lock_guard lock(mutex_);
  dirty_rates_[domain_uuid] = {bytes_per_second, writable_bytes};
}

ports::MigrationOptions FakeHypervisor::migration_options() const {
  const Lock lock(mutex_);
  return migration_options_;
}

void FakeHypervisor::refuse_at(const std::string& node_uuid, const std::string& domain_uuid, const std::string& reason,
                               Refuses when) {
  const Lock lock(mutex_);
  refusing_[node_uuid][domain_uuid] = {reason, when};
}

Result<std::optional<std::string>, CallError> FakeHypervisor::target_obstacle(const NodeAddress& source,
                                                                              const std::string& domain_uuid,
                                                                              const NodeAddress& target) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "look", target, domain_uuid + " needs")) return *error;
  const auto domain = find(source, domain_uuid);
  if (!domain) return domain.error();
  const auto& at_target = refusing_[key_of(target)];
  const auto found = at_target.find(domain_uuid);
  if (found == at_target.end() || found->second.second == Refuses::kWhenItBegins) return std::optional<std::string>();
  return std::optional<std::string>(found->second.first);
}

Result<double, CallError> FakeHypervisor::dirty_bytes_per_second(const NodeAddress& node,
                                                                 const std::string& domain_uuid, int seconds) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "look", node, domain_uuid + " dirty rate")) return *error;
  const auto rate = dirty_rates_.find(domain_uuid);
  if (rate == dirty_rates_.end()) return CallError{CallFault::kRefused, node.name + ": cannot sample the dirty rate"};
  return std::min(rate->second.bytes_per_second, rate->second.writable_bytes / seconds);
}

void FakeHypervisor::set_figures(const std::string& node_uuid, const std::string& domain_uuid, Figures running,
                                 Figures completed) {
  const Lock lock(mutex_);
  figures_[node_uuid][domain_uuid] = {std::move(running), std::move(completed)};
}

Result<FakeHypervisor::Figures, CallError> FakeHypervisor::migration_figures(const NodeAddress& node,
                                                                             const std::string& domain_uuid,
                                                                             JobWhen when) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "look", node, domain_uuid + " job")) return *error;
  const auto domain = find(node, domain_uuid);
  if (!domain) return domain.error();
  const Job& job = figures_[key_of(node)][domain_uuid];
  if (when == JobWhen::kCompleted) return job.completed;
  return (*domain)->job_active ? job.running : Figures();
}

Result<void, CallError> FakeHypervisor::start_post_copy(const NodeAddress& source, const std::string& domain_uuid) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "start_post_copy", source, domain_uuid)) return *error;
  const auto domain = find(source, domain_uuid);
  if (!domain) return domain.error();
  Figures& running = figures_[key_of(source)][domain_uuid].running;
  if (!(*domain)->job_active || !running) return CallError{CallFault::kRefused, source.name + ": nothing migrates"};
  running->post_copy = (*domain)->post_copy = true;
  (*domain)->state = telemetry::DomainState::kPaused;
  return {};
}

Result<void, CallError> FakeHypervisor::cancel_job(const NodeAddress& node, const std::string& domain_uuid) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "cancel_job", node, domain_uuid)) return *error;
  const auto domain = find(node, domain_uuid);
  if (!domain) return domain.error();
  if (!(*domain)->job_active) return CallError{CallFault::kRefused, node.name + ": no job is active on " + domain_uuid};
  cancelled_[domain_uuid] = true;
  changed_.notify_all();
  return {};
}

}  // namespace hotspot::fakes
