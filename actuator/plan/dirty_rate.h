// How a guest writes its memory, from samples of it.
//
// PURE. QEMU's sample (calc-dirty-rate) compares some pages at both ends of a time: a page that was written ten times
// counts once. So a brief sample tells the rate, and a longer one tells less than that rate where the guest writes the
// same pages again and again: then what it tells is all that the guest writes, its writable working set. A brief sample
// that held all of that already tells the least rate: the guest may write it many times a second. Source: Clark,
// Fraser, Hand and others, "Live Migration of Virtual Machines" (NSDI 2005), section 3.
#pragma once

#include <limits>
#include <optional>

namespace hotspot::plan {

// Pages that differed, as bytes per second of the time between; the mean of several such.
struct DirtySample {
  double bytes_per_second = 0;
  double seconds = 1;  // of each
  int times = 1;
};

struct DirtyRate {
  double bytes_per_second = 0;           // as long as it finds other pages to write; at least
  double seconds = 1;                    // of the samples that this is from
  std::optional<double> writable_bytes;  // what it writes again and again; empty: it found no end of them
  bool least = false;                    // the brief sample saw as many pages as the longer one
  // Of a least one: at most, by the share of all these pages that the brief sample saw.
  double most_bytes_per_second = std::numeric_limits<double>::infinity();
};

// How to sample. QEMU takes 512 pages of each GiB: of a small guest so few that it needs several samples, each time of
// other pages.
struct DirtySampling {
  int seconds = 1, times = 1;
};
DirtySampling brief_sampling(double memory_bytes);
// The next sample to take, with those that were taken: the brief ones, and those of the last greater length (`longer`).
// Worth its time only where the guest writes what may not fit into a downtime of 300 ms. libvirt cuts a rate to whole
// MiB/s, so the less was written, the shorter it has to be; where it found no end of what the guest writes, and that is
// much of the link, one of twice the first round follows (16 s at most); where it found an end, it is taken again until
// enough of these pages were seen; where it may have found one by chance only, that or the brief ones are taken again,
// whichever saw fewer pages. Empty: it is sure enough, or all the time is spent.
std::optional<DirtySampling> further_sampling(const DirtySample& brief, const std::optional<DirtySample>& longer,
                                              double link_bytes_per_second, double first_round_seconds,
                                              double spent_seconds);
// Of samples as long as each other.
DirtySample joined(const DirtySample& first, const DirtySample& second);
// Joins a further sample with those that are as long; one that is longer than all takes the place of `longer`.
void add_sample(const DirtySample& further, DirtySample& brief, std::optional<DirtySample>& longer);

DirtyRate dirty_rate_of(const DirtySample& brief, const std::optional<DirtySample>& longer);

// What was sampled just before, or what the last migration of the same domain taught. How many pages of a sample
// changed is by chance: where n would have changed at the last migration's rate, 2 √n more or less do not contradict
// it, and it is the better one. Of a least rate, what a guest writes whose busiest vCPU is so busy, as far as the
// samples allow.
double believed_dirty_rate(const DirtyRate& sampled, std::optional<double> of_last_migration, double busy_ratio);

}  // namespace hotspot::plan
