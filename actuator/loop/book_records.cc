#include "actuator/loop/book_records.h"

#include <map>
#include <utility>

#include "actuator/record/cooldown.h"
#include "actuator/record/learned_migrations.h"

namespace hotspot::loop {
namespace {

// What a version before JSON wrote has to pass the same checks.
template <typename Book>
Result<void> restore_old(Book& book, const std::string& text) {
  Book old;
  if (auto read = old.restore(text); !read) return read;
  return restore(book, save(old));
}

}  // namespace

std::string save(const plan::CooldownBook& cooldowns) {
  record::Cooldowns all;
  for (const auto& [uuid, one] : cooldowns.entries())
    all[uuid] = {.until = one.until,
                 .until_growth = one.until_growth,
                 .until_drain = one.until_drain,
                 .repetitions = one.repetitions,
                 .last_action = one.last_action};
  return record::to_json(all);
}

Result<void> restore(plan::CooldownBook& cooldowns, const std::string& text) {
  if (text.empty()) return {};
  if (!text.starts_with('{')) return restore_old(cooldowns, text);
  const auto all = record::cooldowns_from_json(text);
  if (!all) return all.error();
  std::map<std::string, plan::Cooldown> entries;
  for (const auto& [uuid, one] : *all)
    entries[uuid] = {.until = one.until,
                     .until_growth = one.until_growth,
                     .until_drain = one.until_drain,
                     .repetitions = one.repetitions,
                     .last_action = one.last_action};
  cooldowns.restore(std::move(entries));
  return {};
}

std::string save(const plan::MigrationBook& migrations) {
  record::LearnedMigrations learned;
  for (const auto& [nodes, pair] : migrations.pairs())
    learned.routes.push_back({.source = nodes.first,
                              .target = nodes.second,
                              .bytes_per_second = pair.bytes_per_second,
                              .overhead_seconds = pair.overhead_seconds,
                              .migrations = pair.migrations,
                              .storage_bytes_per_second = pair.storage_bytes_per_second,
                              .copies = pair.copies,
                              .stop_bytes_per_second = pair.stop_bytes_per_second});
  for (const auto& [uuid, memory] : migrations.domains())
    learned.domains[uuid] = {.dirty_bytes_per_second = memory.dirty_bytes_per_second,
                             .first_round_bytes = memory.first_round_bytes,
                             .estimate_bytes = memory.estimate_bytes,
                             .at = memory.at};
  return record::to_json(learned);
}

Result<void> restore(plan::MigrationBook& migrations, const std::string& text) {
  if (text.empty()) return {};
  if (!text.starts_with('{')) return restore_old(migrations, text);
  const auto learned = record::learned_migrations_from_json(text);
  if (!learned) return learned.error();
  plan::MigrationBook::Pairs pairs;
  for (const record::LearnedRoute& one : learned->routes)
    pairs[{one.source, one.target}] = {.bytes_per_second = one.bytes_per_second,
                                       .overhead_seconds = one.overhead_seconds,
                                       .migrations = one.migrations,
                                       .storage_bytes_per_second = one.storage_bytes_per_second,
                                       .copies = one.copies,
                                       .stop_bytes_per_second = one.stop_bytes_per_second};
  plan::MigrationBook::Domains domains;
  for (const auto& [uuid, one] : learned->domains)
    domains[uuid] = {.dirty_bytes_per_second = one.dirty_bytes_per_second,
                     .first_round_bytes = one.first_round_bytes,
                     .estimate_bytes = one.estimate_bytes,
                     .at = one.at};
  migrations.restore(std::move(pairs), std::move(domains));
  return {};
}

}  // namespace hotspot::loop
