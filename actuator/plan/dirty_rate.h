// Estimates how a guest writes its memory, from samples.
//
// PURE. QEMU's sample (calc-dirty-rate) compares some pages at the beginning and end of a period: a page that was
// written ten times counts once. A brief sample therefore gives the rate. A longer sample gives a lower rate if the
// guest writes the same pages again and again; then it shows everything that the guest writes, its writable working
// set. A brief sample that covers that whole set already gives only a lower bound: the guest may write the set many
// times per second. Source: Clark, Fraser, Hand and others, "Live Migration of Virtual Machines" (NSDI 2005), section
// 3.
#pragma once

#include <limits>
#include <optional>

namespace hotspot::plan {

// Pages that differed, as bytes per second over the period; the mean of several samples.
struct DirtySample {
  double bytes_per_second = 0;
  double seconds = 1;  // length of each sample
  int times = 1;
};

struct DirtyRate {
  double bytes_per_second = 0;           // while it still finds new pages to write; at least
  double seconds = 1;                    // of the samples that this is computed from
  std::optional<double> writable_bytes;  // the writable working set; empty: no limit to it was found
  bool least = false;                    // a lower bound: the brief sample saw as many pages as the longer one
  // If it is a lower bound, the upper bound by the share of the set that the brief sample saw.
  double most_bytes_per_second = std::numeric_limits<double>::infinity();
};

// How to sample. QEMU takes 512 pages per GiB: for a small guest so few that several samples are needed, each of other
// pages.
struct DirtySampling {
  int seconds = 1, times = 1;
};
DirtySampling brief_sampling(double memory_bytes);
struct SamplingBounds {
  double link_bytes_per_second = 0;
  double first_round_seconds = 0;  // of the migration that is considered
  double spent_seconds = 0;        // on samples so far
};
// The next sample to take, given those taken: the brief ones, and those of the greatest length so far (`longer`). It is
// only worth its time if the guest writes more than may fit into a downtime of 300 ms. libvirt rounds a rate down to
// whole MiB/s, so the less the guest writes, the shorter the sample has to be. If no limit of the working set was
// found, and the guest writes a large share of the link, the next sample lasts twice as long as the first round (16 s
// at most). If one was found, the sample is repeated until enough pages were seen. If it may have been found by chance,
// whichever of the two kinds saw fewer pages is repeated. Empty: the result is certain enough, or the time is used up.
std::optional<DirtySampling> further_sampling(const DirtySample& brief, const std::optional<DirtySample>& longer,
                                              const SamplingBounds& bounds);
// Joins samples of the same length.
DirtySample joined(const DirtySample& first, const DirtySample& second);
// Adds a sample to those of the same length; one that is longer than all others replaces `longer`.
void add_sample(const DirtySample& further, DirtySample& brief, std::optional<DirtySample>& longer);

DirtyRate dirty_rate_of(const DirtySample& brief, const std::optional<DirtySample>& longer);

// Chooses between the new sample and what the last migration of the same domain showed. The number of pages that differ
// in a sample is random: if n would have differed at the last migration's rate, a difference of 2 √n does not
// contradict that rate, which is then the better one. For a lower bound: the rate of a guest whose busiest vCPU is this
// busy, within the limits that the samples set.
double believed_dirty_rate(const DirtyRate& sampled, std::optional<double> of_last_migration, double busy_ratio);

}  // namespace hotspot::plan
