// The members of what the planner is configured with, and of what it remembers, as they stand in a stored input
// (input_text.h). For that alone. PURE.
//
// In the namespace of the archives, where they are looked for.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "actuator/model/cluster_image.h"
#include "actuator/model/memory_peaks.h"
#include "actuator/plan/planner.h"
#include "actuator/record/json_members.h"

namespace hotspot::record {

template <typename Enum, std::size_t kCount>
using Words = const std::pair<Enum, const char*> (&)[kCount];

// As a word; one that is not known leaves the default.
template <typename Archive, typename Enum, std::size_t kCount>
void word(Archive& archive, const char* name, Enum& value, Words<std::remove_const_t<Enum>, kCount> words) {
  std::string text;
  for (const auto& [known, said] : words)
    if (known == value) text = said;
  archive(name, text);
  if constexpr (Archive::kReads) {
    for (const auto& [known, said] : words)
      if (text == said) value = known;
  }
}

inline constexpr std::pair<plan::LocalStorage, const char*> kLocalStorageWords[] = {
    {plan::LocalStorage::kRefuse, "refuse"},
    {plan::LocalStorage::kByPolicy, "by_policy"},
    {plan::LocalStorage::kCopy, "copy"}};

template <typename Archive>
void members(Archive& archive, As<Archive, plan::Standing>& one) {
  archive("margin_ratio", one.margin_ratio);
  archive("rounds", one.rounds);
}

template <typename Archive>
void members(Archive& archive, As<Archive, plan::Limits>& one) {
  archive("migrations_in_per_node", one.migrations_in_per_node);
  archive("migrations_out_per_node", one.migrations_out_per_node);
  archive("migrations_per_cluster", one.migrations_per_cluster);
  archive("actions_per_cluster", one.actions_per_cluster);
  archive("cooldown_cap", one.cooldown_cap);
  archive("cooldown_window", one.cooldown_window);
  archive("settle_samples", one.settle_samples);
  archive("reversal_rest", one.reversal_rest);
  archive("return_rest", one.return_rest);
  archive("standing", one.standing);
}

template <typename Archive>
void members(Archive& archive, As<Archive, model::Margins>& one) {
  archive("node_cpu_ceiling_ratio", one.node_cpu_ceiling_ratio);
  archive("node_memory_margin_ratio", one.node_memory_margin_ratio);
}

template <typename Archive>
void members(Archive& archive, As<Archive, model::Freshness>& one) {
  archive("max_age_intervals", one.max_age_intervals);
  archive("min_max_age", one.min_max_age);
  archive("max_clock_skew", one.max_clock_skew);
  archive("max_interval", one.max_interval);
}

template <typename Archive>
void members(Archive& archive, As<Archive, plan::MigrationSettings>& one) {
  archive("bandwidth_bytes_per_second", one.bandwidth_bytes_per_second);
  archive("max_downtime_ms", one.max_downtime_ms);
  archive("auto_converge", one.auto_converge);
  archive("connections", one.connections);
  archive("post_copy", one.post_copy);
  archive("tls", one.tls);
  archive("tunnelled", one.tunnelled);
  word(archive, "storage", one.storage, kLocalStorageWords);
  archive("storage_max_bytes", one.storage_max_bytes);
  archive("storage_max_time", one.storage_max_time);
  archive("shared_paths", one.shared_paths);
}

template <typename Archive>
void members(Archive& archive, As<Archive, plan::ShrinkPace>& one) {
  archive("step_bytes", one.step_bytes);
  archive("step_pause", one.step_pause);
  archive("watch", one.watch);
}

template <typename Archive>
void members(Archive& archive, As<Archive, model::TimeZone::Span>& one) {
  archive("from", one.from_unix_seconds);
  archive("offset", one.offset_seconds);
  archive("abbreviation", one.abbreviation);
}

template <typename Archive>
void members(Archive& archive, As<Archive, model::TimeZone>& one) {
  archive("name", one.name);
  if constexpr (Archive::kReads) one.spans.clear();
  archive("spans", one.spans);
}

template <typename Archive>
void members(Archive& archive, As<Archive, model::NodeImage>& one) {
  archive("gaps", one.gaps);
  archive("draining", one.drain_requested);
  archive("set_aside", one.set_aside);
}

template <typename Archive>
void members(Archive& archive, As<Archive, rules::Subject>& one) {
  archive("node", one.node_uuid);
  archive("domain", one.domain_uuid);
  archive("labels", one.labels);
}

template <typename Archive>
void members(Archive& archive, As<Archive, model::MemoryPeak>& one) {
  archive.unix_ms("from_ms", one.from);
  archive("used_bytes", one.used_bytes);
}

template <typename Archive>
void members(Archive& archive, As<Archive, model::MemoryFloor>& one) {
  archive("bytes", one.bytes);
  archive.unix_ms("at_ms", one.at);
  archive("why", one.why);
}

template <typename Archive>
void members(Archive& archive, As<Archive, model::DomainMemory>& one) {
  archive.unix_ms("known_since_ms", one.known_since);
  archive.unix_ms("last_seen_ms", one.last_seen);
  archive.unix_ms("booted_at_ms", one.booted_at);
  archive("peaks", one.peaks);
  archive("floor", one.floor);
}

template <typename Archive>
void members(Archive& archive, As<Archive, plan::RecentSteps::Departure>& one) {
  archive("node", one.node_uuid);
  archive("name", one.node_name);
  archive.unix_ms("at_ms", one.at);
  archive("rule", one.rule);
  archive("cooldown", one.cooldown);
  archive("approved_by", one.approved_by);
}

template <typename Archive>
void members(Archive& archive, As<Archive, plan::RecentSteps::Skipped>& one) {
  archive("what", one.what);
  archive("why", one.why);
  archive.unix_ms("at_ms", one.at);
  archive.unix_ms("until_ms", one.until);
}

}  // namespace hotspot::record
