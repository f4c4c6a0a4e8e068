// Carries out a migration: predicts it with a fresh dirty rate, begins it, follows it.
#include <algorithm>

#include "actuator/act/migration_record.h"
#include "actuator/act/worker.h"
#include "common/text/duration.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using ports::CallFault;

}  // namespace

// Predicts with what can be known at the last moment, and chooses the method. Empty: it was told why not.
std::optional<Worker::Prepared> Worker::prepare(WorkOrder& order) {
  const model::Action& action = order.action;
  plan::Figures expected = action.expected;
  if (order.own.emulated) expected[plan::kExpectedEmulated] = 1;
  std::string source = expected.contains(plan::kExpectedDirty) ? "of the snapshot" : look_at_writing(order, expected);
  plan::MigrationOutlook outlook = plan::outlook_of(expected);
  auto method = plan::choose_migration(options_.migration, outlook);
  const auto closes = expected.find(plan::kExpectedWindowCloses);
  const auto too_late = [&] {
    return method && closes != expected.end() &&
           to_unix_seconds(clock_.now()) + method->estimate.total_seconds > closes->second;
  };
  // What is only assumed refuses nothing, and turns nothing to post-copy.
  if (expected.contains(plan::kExpectedDirtyAssumed) && (!method || method->turn_early || too_late())) {
    expected[plan::kExpectedDirty] = expected[plan::kExpectedDirtySampled];
    expected.erase(plan::kExpectedDirtyAssumed);
    outlook = plan::outlook_of(expected);
    method = plan::choose_migration(options_.migration, outlook);
    source = "sampled, at least";
  }
  if (!method) {
    tell(order, ActionState::kSkipped, method.error().message + " (dirty rate " + source + ")", expected);
    return std::nullopt;
  }
  // What is known by now may be more than what the plan knew.
  if (too_late()) {
    tell(order, ActionState::kSkipped,
         "it would take " +
             text::duration_text(Milliseconds(static_cast<std::int64_t>(method->estimate.total_seconds * 1000))) +
             ", and its window of time closes before (dirty rate " + source + ")",
         expected);
    return std::nullopt;
  }
  return Prepared{*method, predicted_figures(outlook, *method, options_.migration, expected),
                  prediction_sentence(outlook, *method, source)};
}

// Samples how the guest writes, and returns where the dirty rate is from.
std::string Worker::look_at_writing(const WorkOrder& order, plan::Figures& expected) {
  const auto last = expected.find(plan::kExpectedDirtyLast);
  const auto of_last = last == expected.end() ? std::nullopt : std::optional(last->second);
  const plan::MigrationOutlook outlook = plan::outlook_of(expected);
  auto brief = sample_dirty_rate(order, plan::brief_sampling(static_cast<double>(outlook.memory.bytes)));
  if (!brief) return (of_last ? "of its last migration; " : "not known; ") + brief.error().message;
  std::optional<plan::DirtySample> longer;
  std::string trouble;
  const double first_round_seconds = static_cast<double>(outlook.memory.bytes) / outlook.bytes_per_second;
  double spent_seconds = brief->seconds * brief->times;
  while (const auto sampling =
             plan::further_sampling(*brief, longer, {outlook.bytes_per_second, first_round_seconds, spent_seconds})) {
    spent_seconds += sampling->seconds * sampling->times;
    const auto sampled = sample_dirty_rate(order, *sampling);
    if (!sampled) trouble = "; a further sample failed: " + sampled.error().message;
    if (sampled && sampled->bytes_per_second <= 0) trouble = "; in a further sample it wrote less than libvirt tells";
    if (!trouble.empty()) break;
    plan::add_sample(*sampled, *brief, longer);
  }
  const plan::DirtyRate rate = plan::dirty_rate_of(*brief, longer);
  const double busy = expected.contains(plan::kExpectedBusy) ? outlook.memory.busy_ratio : 0;
  const double believed = plan::believed_dirty_rate(rate, of_last, busy);
  expected[plan::kExpectedDirtySampled] = rate.bytes_per_second;
  expected[plan::kExpectedDirty] = believed;
  if (rate.writable_bytes) expected[plan::kExpectedWritable] = *rate.writable_bytes;
  if (believed == rate.bytes_per_second) return "sampled" + trouble;
  if (!rate.least) return "of its last migration, confirmed by a sample";
  expected[plan::kExpectedDirtyAssumed] = 1;
  return "assumed of a guest so busy; sampled: all that it writes, within a second";
}

Worker::Sampled Worker::sample_dirty_rate(const WorkOrder& order, const plan::DirtySampling& sampling) {
  const auto [seconds, times] = sampling;
  double sum = 0;
  for (int i = 0; i < times; ++i) {
    if (order.abandon || order.cancel || order.over)
      return ports::CallError{CallFault::kCancelled, "it was not sampled"};
    const auto sampled = hypervisor_.dirty_bytes_per_second(source_of(order.action), order.action.domain_uuid, seconds);
    if (!sampled) return sampled.error();
    sum += *sampled;
  }
  return plan::DirtySample{sum / times, static_cast<double>(seconds), times};
}

void Worker::migrate(WorkOrder& order, const Prepared& prepared) {
  const Milliseconds begun = clock_.steady();
  ports::MigrationOptions options = options_of(options_.migration, prepared.method);
  const auto& move = std::get<model::MigrateTo>(order.action.step);
  options.copied_disks = move.copied_disks;
  options.shared_by_statement = move.shared_by_statement;
  // When the executor ends, libvirt finishes the migration, and the next leader finds it.
  options.on_progress = [&](const ports::MigrationProgress& progress) { return follow(order, progress); };
  // Files are made and connections opened before libvirt is asked: the lease may run out meanwhile.
  options.may_begin = [deadline = deadline_, &clock = clock_] { return clock.steady() < deadline->load(); };
  const auto result =
      hypervisor_.migrate(source_of(order.action), order.action.domain_uuid, target_of(order.action), options);
  if (result) {
    auto figures = figures_of(*result);
    // libvirt's own count begins after we have connected.
    figures["total_ms"] = static_cast<double>(std::max((clock_.steady() - begun).count(), result->elapsed_ms));
    figures.insert(prepared.figures.begin(), prepared.figures.end());
    return confirm(order, std::move(figures), keep_autostart(order));
  }
  ports::CallError error = result.error();
  if (error.fault == CallFault::kCancelled && order.own.watch && !order.own.watch->stopped().empty())
    error.message = order.own.watch->stopped();
  settle(order, error);
}

ports::Verdict Worker::follow(WorkOrder& order, const ports::MigrationProgress& progress) {
  if (!order.own.watch) {
    order.own.watch.emplace(MigrationWatch::Options{.stall_limit = options_.stall_limit,
                                                    .progress_interval = options_.progress_interval,
                                                    .post_copy = order.own.recorded.contains(kMayPostCopy),
                                                    .turn_early = order.own.recorded.contains(kTurnsEarly)});
  }
  const Milliseconds now = clock_.steady();
  order.own.copied = order.own.copied || progress.memory_processed_bytes.value_or(0) > 0 ||
                     progress.disk_processed_bytes.value_or(0) > 0;
  if (order.own.watch->is_due(now)) tell(order, ActionState::kProgress, "", figures_of(progress));
  return order.own.watch->judge(progress, now, order.cancel ? std::optional(cancel_reason(order)) : std::nullopt);
}

// What could not be done: a sentence. libvirt does not take the mark along.
std::string Worker::keep_autostart(const WorkOrder& order) {
  if (!order.own.recorded.contains(kHadAutostart)) return "";
  const auto marked = hypervisor_.set_autostart(target_of(order.action), order.action.domain_uuid);
  return marked ? "" : "it is not marked to be started with its node any more: " + marked.error().message;
}

}  // namespace hotspot::act
