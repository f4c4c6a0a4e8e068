// The figures and sentences of a migration in the journal (docs/journal.md).
//
// PURE.
#pragma once

#include <map>
#include <string>

#include "actuator/plan/migration_book.h"
#include "actuator/ports/hypervisor.h"

namespace hotspot::act {

// Figures in every entry of a migration from `started` on: a new leader has only the newest entry.
constexpr const char* kMayPostCopy = "may_post_copy";
constexpr const char* kTurnsEarly = "turns_early";  // to post-copy, after the first round
constexpr const char* kHadAutostart = "autostart";  // at the source; libvirt does not take it along

// For a migration without success, each 1: what has to change before another attempt makes sense, and whether anything
// was copied. Without one of the first three it was not refused.
constexpr const char* kRefusedByTarget = "refused_by_target";
constexpr const char* kRefusedForDomain = "refused_for_domain";
constexpr const char* kRefusedForNow = "refused_for_now";
constexpr const char* kCopied = "copied";

// The figures of a migration that ended with this error; `copied`: some of its memory had been sent.
enum class Sent { kNothing, kSome };
std::map<std::string, double> refusal_figures(const ports::CallError& error, Sent sent);

// What the hypervisor is told.
ports::MigrationOptions options_of(const plan::MigrationSettings& settings, const plan::MigrationMethod& method);
// "predicted_total_ms", … beside what it was predicted from.
std::map<std::string, double> predicted_figures(const plan::MigrationOutlook& outlook,
                                                const plan::MigrationMethod& method,
                                                const plan::MigrationSettings& settings, const plan::Figures& expected);
// "pre-copy: 127 MiB over 20 MiB/s, dirty rate 5 MiB/s (sampled); 9.6 s and 90 ms of downtime are expected".
std::string prediction_sentence(const plan::MigrationOutlook& outlook, const plan::MigrationMethod& method,
                                const std::string& dirty_rate_source);
// "no progress for 2 min 30 s, at best 60 MiB were left to copy".
std::string stall_sentence(Milliseconds limit, std::int64_t least_remaining_bytes);

std::map<std::string, double> figures_of(const ports::MigrationProgress& progress);

}  // namespace hotspot::act
