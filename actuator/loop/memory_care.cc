#include "actuator/loop/memory_care.h"

#include <algorithm>

#include "actuator/act/shrink_guard.h"
#include "actuator/model/asker.h"
#include "actuator/model/text.h"
#include "actuator/plan/planning.h"
#include "actuator/record/memory_record.h"
#include "common/text/duration.h"

namespace hotspot::loop {
namespace {

using model::ActionState;

constexpr Milliseconds kWritten{std::chrono::minutes(1)}, kTidied{std::chrono::minutes(1)};

bool grows_memory(const model::Action& action) {
  const auto change = model::memory_change(action.step);
  return change && change->to_bytes > change->from_bytes;
}

bool gives_memory(const rules::Firing& firing) {
  return firing.rule != nullptr && firing.fresh &&
         std::any_of(firing.rule->remedies.begin(), firing.rule->remedies.end(), [](const rules::Remedy& remedy) {
           const auto* memory = std::get_if<rules::ScaleMemory>(&remedy);
           return memory != nullptr && memory->by_bytes > 0;
         });
}

// All memory of the guest with the step's device at so much, by a snapshot of any time since the action was planned; 0:
// it is not known.
std::int64_t bytes_with(std::int64_t carried_bytes, const model::Action& action, const model::Cluster& cluster) {
  const model::DomainRef found = cluster.find_domain(action.domain_uuid);
  if (!found || !found.domain->memory_balloon_bytes) return 0;
  const auto carried = plan::memory_carried_by(action.step, *found.domain);
  return carried ? *found.domain->memory_balloon_bytes - *carried + carried_bytes : 0;
}
std::int64_t bytes_from(const model::Action& action, const model::Cluster& cluster) {
  return bytes_with(model::memory_change(action.step)->from_bytes, action, cluster);
}
std::int64_t bytes_to(const model::Action& action, const model::Cluster& cluster) {
  return bytes_with(model::memory_change(action.step)->to_bytes, action, cluster);
}

// Empty: the guest has it back already, or does not run.
std::optional<model::Action> undo_of(const model::Action& shrink, const std::string& sign,
                                     const MemoryCare::Situation& situation) {
  const model::DomainRef found = situation.cluster.find_domain(shrink.domain_uuid);
  if (!found || !model::is_running(*found.domain)) return std::nullopt;
  const auto carried = plan::memory_carried_by(shrink.step, *found.domain);
  const model::MemoryChange taken = *model::memory_change(shrink.step);
  if (!carried || *carried >= taken.from_bytes) return std::nullopt;
  model::Action undo = shrink;
  undo.undoes = undo.id;
  undo.id += "-back" + std::to_string(situation.token);
  undo.node_uuid = found.node->uuid();
  undo.node_name = found.node->name();
  undo.node_uri = found.node->snapshot->node.uri;
  undo.step = model::with_ends(undo.step, *carried, taken.from_bytes);
  undo.reason = "rolls back " + undo.undoes + ": " + sign;
  undo.planned_at = situation.now;
  return undo;
}

}  // namespace

void MemoryCare::saw(const model::Node& node, const model::Cluster& cluster) {
  peaks_.observe(*node.snapshot);
  for (const telemetry::DomainSample& sample : node.snapshot->domains) {
    if (!model::is_running(sample) || !cluster.belongs_here(node, sample)) continue;
    const auto sign = watches_[sample.uuid].look(sample, node.taken_at());
    const auto shrink = shrinks_.find(sample.uuid);
    if (sign && shrink != shrinks_.end() && shrink->second.sign.empty()) shrink->second.sign = *sign;
  }
}

void MemoryCare::saw(const ports::DomainEvent& event) {
  if (event.kind == ports::DomainEventKind::kRebooted) peaks_.note_boot(event.domain_uuid, event.at);
}

void MemoryCare::note(const ports::JournalEntry& entry, const model::Cluster& cluster) {
  if (!entry.action.undoes.empty()) return note_roll_back(entry, cluster);
  if (act::is_shrink(entry.action)) return note_shrink(entry, cluster);
  if (grows_memory(entry.action)) note_growth(entry);
}

void MemoryCare::note_roll_back(const ports::JournalEntry& entry, const model::Cluster& cluster) {
  const model::Action& action = entry.action;
  if (entry.state != ActionState::kIntent || !grows_memory(action)) return;
  const auto known = shrinks_.find(action.domain_uuid);
  const Shrink failed =
      known != shrinks_.end() ? known->second : Shrink{action, bytes_to(action, cluster), std::nullopt, ""};
  // The reason begins with which action it undoes.
  const std::size_t colon = action.reason.find(": ");
  fail(failed, colon == std::string::npos ? action.reason : action.reason.substr(colon + 2), entry.at);
  shrinks_.erase(action.domain_uuid);
}

void MemoryCare::note_shrink(const ports::JournalEntry& entry, const model::Cluster& cluster) {
  const model::Action& action = entry.action;
  auto known = shrinks_.find(action.domain_uuid);
  if (known != shrinks_.end() && known->second.action.id != action.id) {
    shrinks_.erase(known);
    known = shrinks_.end();
  }
  const bool done = entry.state == ActionState::kDone;
  if (model::is_final(entry.state) && !done) {
    if (known != shrinks_.end()) shrinks_.erase(known);
    return;
  }
  if (known == shrinks_.end())
    known = shrinks_.emplace(action.domain_uuid, Shrink{action, bytes_from(action, cluster), std::nullopt, ""}).first;
  if (done) known->second.done_at = entry.at;
}

void MemoryCare::note_growth(const ports::JournalEntry& entry) {
  const auto known = shrinks_.find(entry.action.domain_uuid);
  if (entry.state != ActionState::kDone || known == shrinks_.end()) return;
  const Shrink shrink = known->second;
  shrinks_.erase(known);
  if (!shrink.done_at || entry.at - *shrink.done_at > options_.after) return;
  fail(shrink,
       entry.action.domain_name + " had to be given memory again " + text::duration_text(entry.at - *shrink.done_at) +
           " later (" + (entry.action.rule.empty() ? model::asked_by(entry.action) : entry.action.rule) + ")",
       entry.at);
}

void MemoryCare::fail(const Shrink& shrink, const std::string& why, WallTime at) {
  const model::Action& action = shrink.action;
  const auto change = *model::memory_change(action.step);
  const std::int64_t floor =
      shrink.bytes_before > 0 ? shrink.bytes_before : std::max(change.from_bytes, change.to_bytes);
  peaks_.raise_floor(action.domain_uuid, {floor, at, why});
  fields_at_.reset();
  ++failed_count_;
  failed_.push_back({"domain " + action.domain_name + " on " + action.node_name,
                     action.domain_name + ": the shrink " + (action.undoes.empty() ? action.id : action.undoes) +
                         " failed: " + why + "; it keeps " + model::bytes_text(floor) + " for " +
                         text::duration_text(options_.remember),
                     at});
}

MemoryCare::News MemoryCare::advance(const Situation& situation) {
  News news;
  for (const rules::Firing& firing : situation.firings) {
    const auto shrink = shrinks_.find(firing.subject.domain_uuid);
    if (shrink == shrinks_.end() || shrink->second.done_at || !gives_memory(firing)) continue;
    if (shrink->second.sign.empty())
      shrink->second.sign = shrink->second.action.domain_name + " needs it by now: " + firing.rule->name + " fires";
  }
  for (auto entry = shrinks_.begin(); entry != shrinks_.end();)
    entry = advance(entry->second, situation, news) ? std::next(entry) : shrinks_.erase(entry);
  tidy(situation.now);
  news.failed = std::exchange(failed_, {});
  return news;
}

bool MemoryCare::advance(Shrink& shrink, const Situation& situation, News& news) {
  const auto busy =
      std::find_if(situation.in_flight.begin(), situation.in_flight.end(),
                   [&](const plan::InFlight& one) { return one.action.domain_uuid == shrink.action.domain_uuid; });
  if (busy != situation.in_flight.end()) {
    const bool own = busy->action.id == shrink.action.id;
    if (own && !shrink.sign.empty()) news.give_back.emplace_back(shrink.action.id, shrink.sign);
    return true;
  }
  if (!shrink.done_at) return true;  // its end is on its way
  if (situation.now - *shrink.done_at > options_.after) return false;
  if (shrink.sign.empty()) return true;
  if (situation.mode == rules::Mode::kEnforce) {
    if (auto action = undo_of(shrink.action, shrink.sign, situation)) {
      // Its intent in the journal says that the shrink failed; without one it is begun once more.
      news.undo.push_back(std::move(*action));
      return true;
    }
  }
  fail(shrink, shrink.sign, situation.now);
  return false;
}

void MemoryCare::tidy(WallTime now) {
  if (now - tidied_at_ < kTidied && now >= tidied_at_) return;
  tidied_at_ = now;
  peaks_.forget_old(now);
  std::erase_if(watches_, [this](const auto& entry) { return peaks_.find(entry.first) == nullptr; });
}

const std::map<std::string, std::string>& MemoryCare::durable(WallTime now) {
  if (fields_at_ && now - *fields_at_ < kWritten && now >= *fields_at_) return fields_;
  fields_at_ = now;
  return fields_ = record::memory_fields(peaks_.all());
}

Result<void> MemoryCare::restore(const std::map<std::string, std::string>& state, WallTime now) {
  Result<void> result;
  for (auto field = state.lower_bound(record::kMemoryPrefix); field != state.end(); ++field) {
    if (!field->first.starts_with(record::kMemoryPrefix)) break;
    auto domains = record::memory_from_json(field->second);
    if (domains)
      peaks_.restore(std::move(*domains), now);
    else
      result = domains.error();
  }
  return result;
}

void MemoryCare::restore(const std::vector<ports::JournalEntry>& newest, const model::Cluster& cluster) {
  const std::uint64_t count = failed_count_;
  for (const ports::JournalEntry& entry : newest) note(entry, cluster);
  failed_.clear();
  failed_count_ = count;
}

}  // namespace hotspot::loop
