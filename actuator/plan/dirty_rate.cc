#include "actuator/plan/dirty_rate.h"

#include <algorithm>
#include <cmath>

#include "telemetry/units.h"

namespace hotspot::plan {
namespace {

// libvirt keeps QEMU's default of 512 samples per GiB (qapi/migration.json, calc-dirty-rate).
constexpr double kSamplesPerByte = 512.0 / static_cast<double>(kGibibyte);
// A guest that writes less than this share of the link's bandwidth fits into the downtime (migration_method.cc leaves
// QEMU two thirds of 300 ms).
constexpr double kWorthLonger = 0.15;
// A longer sample that gives only a slightly lower rate than the brief ones proves nothing.
constexpr double kSaturated = 0.65;
// ... and one that shows hardly more pages means that the brief samples already saw all of them.
constexpr double kSawAll = 1.25;
// Written per second: libvirt's rounding would turn so little into nothing over eight seconds.
constexpr double kLeastBytes = 4 * static_cast<double>(kMebibyte);
constexpr double kLittleBytes = 16 * static_cast<double>(kMebibyte);
// Pages seen among the samples: their number is random by about a tenth.
constexpr double kEnoughPages = 100;
constexpr double kMostSeconds = 30;
constexpr double kLongSeconds = 8, kLongestSeconds = 16;
// Above this share of the link the rounds shrink slowly, so that the size of the writable working set matters.
constexpr double kWorthLongest = 0.4;
// What a vCPU writes while it computes on memory (y = a x + y) under emulation, as measured; with KVM it writes more.
constexpr double kBusyBytesPerSecond = 200 * static_cast<double>(kMebibyte);

double all_seconds(const DirtySample& sample) { return sample.seconds * sample.times; }
double bytes_of_each(const DirtySample& sample) { return sample.bytes_per_second * sample.seconds; }

double pages_seen(const DirtySample& sample) { return bytes_of_each(sample) * kSamplesPerByte * sample.times; }

// Does the longer sample show fewer pages than the brief ones would lead to ...
bool seems_saturated(const DirtySample& brief, const DirtySample& longer) {
  return longer.bytes_per_second < kSaturated * brief.bytes_per_second;
}

// ... and not by chance? If n pages changed, √n more or less are within the random variation of either sample.
bool saturated(const DirtySample& brief, const DirtySample& longer) {
  const double sigma = std::hypot(brief.bytes_per_second / std::sqrt(pages_seen(brief)),
                                  longer.bytes_per_second / std::sqrt(pages_seen(longer)));
  return seems_saturated(brief, longer) && brief.bytes_per_second - longer.bytes_per_second > 2 * sigma;
}

double by_chance(const DirtySample& brief, const DirtySample& longer) {
  return std::sqrt(1 / pages_seen(brief) + 1 / pages_seen(longer));
}

bool saw_all(const DirtySample& brief, const DirtySample& longer) {
  return bytes_of_each(longer) <= (kSawAll + by_chance(brief, longer)) * bytes_of_each(brief);
}

// A guest that writes pages at random has written 1 - e^(-rate * time / all) of them.
double most_rate(const DirtySample& brief, const DirtySample& longer) {
  const double all = bytes_of_each(longer);
  const double share = (1 + by_chance(brief, longer)) * bytes_of_each(brief) / all;
  return share < 1 ? -std::log(1 - share) * all / brief.seconds : INFINITY;
}

std::optional<DirtySampling> so_often(int seconds, double wanted, double left_seconds) {
  const int times = static_cast<int>(std::min(wanted, std::floor(left_seconds / seconds)));
  return times < 1 ? std::nullopt : std::optional(DirtySampling{seconds, times});
}

}  // namespace

DirtySampling brief_sampling(double memory_bytes) {
  return memory_bytes >= static_cast<double>(kGibibyte) ? DirtySampling{1, 1} : DirtySampling{1, 4};
}

std::optional<DirtySampling> further_sampling(const DirtySample& brief, const std::optional<DirtySample>& longer,
                                              const SamplingBounds& bounds) {
  if (!longer) {
    if (brief.bytes_per_second <= kWorthLonger * bounds.link_bytes_per_second) return std::nullopt;
    if (bytes_of_each(brief) < kLeastBytes) return DirtySampling{2, 3};
    return bytes_of_each(brief) < kLittleBytes ? DirtySampling{3, 2} : DirtySampling{static_cast<int>(kLongSeconds), 1};
  }
  if (longer->bytes_per_second <= 0) return std::nullopt;
  const double left = kMostSeconds - bounds.spent_seconds;
  const int seconds = static_cast<int>(longer->seconds);
  if (!seems_saturated(brief, *longer)) {
    const int longest =
        static_cast<int>(std::clamp(std::ceil(2 * bounds.first_round_seconds), kLongSeconds, kLongestSeconds));
    if (seconds >= longest || longest > left || brief.bytes_per_second < kWorthLongest * bounds.link_bytes_per_second)
      return std::nullopt;
    return DirtySampling{longest, 1};
  }
  const double seen = pages_seen(*longer);
  if (saturated(brief, *longer))
    return so_often(seconds, std::ceil((kEnoughPages - seen) * longer->times / seen), left);
  // Repeats the kind of sample in which fewer pages were seen.
  return pages_seen(brief) < seen ? so_often(static_cast<int>(brief.seconds), brief.times, left)
                                  : so_often(seconds, longer->times, left);
}

DirtySample joined(const DirtySample& first, const DirtySample& second) {
  const int times = first.times + second.times;
  return {(first.bytes_per_second * first.times + second.bytes_per_second * second.times) / times, first.seconds,
          times};
}

void add_sample(const DirtySample& further, DirtySample& brief, std::optional<DirtySample>& longer) {
  if (further.seconds == brief.seconds)
    brief = joined(brief, further);
  else
    longer = longer && longer->seconds == further.seconds ? joined(*longer, further) : further;
}

DirtyRate dirty_rate_of(const DirtySample& brief, const std::optional<DirtySample>& longer) {
  const double first = all_seconds(brief);
  // If the guest has stopped writing in the meantime, the longer sample says nothing about how it writes.
  if (!longer || longer->bytes_per_second <= 0) return {brief.bytes_per_second, first, std::nullopt};
  if (saturated(brief, *longer)) {
    const double most = std::max(bytes_of_each(*longer), bytes_of_each(brief));
    return {brief.bytes_per_second, first, most, saw_all(brief, *longer), most_rate(brief, *longer)};
  }
  const double all = first + all_seconds(*longer);
  return {(brief.bytes_per_second * first + longer->bytes_per_second * (all - first)) / all, all, std::nullopt};
}

double believed_dirty_rate(const DirtyRate& sampled, std::optional<double> of_last_migration, double busy_ratio) {
  if (sampled.least)
    return std::max(sampled.bytes_per_second,
                    std::min(busy_ratio * kBusyBytesPerSecond, sampled.most_bytes_per_second));
  if (!of_last_migration) return sampled.bytes_per_second;
  const double each = kSamplesPerByte * sampled.seconds;
  const double seen = sampled.bytes_per_second * each, due = *of_last_migration * each;
  return std::abs(seen - due) <= 2 * std::sqrt(std::max(due, 1.0)) ? *of_last_migration : sampled.bytes_per_second;
}

}  // namespace hotspot::plan
