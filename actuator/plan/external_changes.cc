#include "actuator/plan/external_changes.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "actuator/model/text.h"

namespace hotspot::plan {
namespace {

using model::ActionState;
using model::DomainRef;
using telemetry::DomainSample;

// A guest's balloon fluctuates by less than this; nobody sets it by so little.
constexpr std::int64_t kBalloonNoiseBytes = 16 * kMebibyte;
// A guest that has just started inflates its balloon by itself; one that is seen for the first time may have just
// started.
constexpr Milliseconds kStartup{std::chrono::minutes(2)};
// How long after its end the effect of our own action may appear: slow reads, and guests that free memory slowly.
constexpr Milliseconds kLate{std::chrono::minutes(2)}, kLateMemory{std::chrono::minutes(15)};
constexpr Milliseconds kSkew{5000};  // between a node's clock and ours
constexpr Milliseconds kGoneAfter{std::chrono::minutes(1)};
constexpr Milliseconds kForgotten{std::chrono::hours(24)};
constexpr Milliseconds kLookForGone{10'000};
constexpr Milliseconds kForgetEvery{std::chrono::minutes(10)};

// Balloon, virtio-mem or DIMMs: a snapshot gives only their sum, so only the difference can be compared. Memory that is
// being removed does not come back by itself, and the reverse.
bool explains_memory(const model::MemoryChange& own, const ExternalChange& change) {
  const std::int64_t wanted = own.to_bytes - own.from_bytes, seen = change.to - change.from;
  return (wanted > 0) == (seen > 0) && std::llabs(seen) <= std::llabs(wanted) + kBalloonNoiseBytes;
}

// libvirt plugs vCPUs one by one, and an unplug may stop half-way.
bool explains_vcpus(const model::SetVcpus& own, const ExternalChange& change, bool also_back) {
  const bool on_the_way = std::min(own.from, own.to) <= change.to && change.to <= std::max(own.from, own.to);
  return on_the_way && (also_back || (own.to > own.from) == (change.to > change.from));
}

// also_back: the step may have been rolled back, too.
bool explains_step(const model::Step& own, const ExternalChange& change, bool also_back) {
  if (const auto* move = std::get_if<model::MigrateTo>(&own)) {
    if (change.kind == ExternalChangeKind::kMoved)
      return change.node_uuid == move->target_uuid || (also_back && change.from_node_uuid == move->target_uuid);
    return change.kind != ExternalChangeKind::kVcpus && change.kind != ExternalChangeKind::kTuned;
  }
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&own))
    return change.kind == ExternalChangeKind::kVcpus && explains_vcpus(*vcpus, change, also_back);
  if (const auto memory = model::memory_change(own))
    return change.kind == ExternalChangeKind::kMemory && explains_memory(*memory, change);
  return model::is_tuning(own) && change.kind == ExternalChangeKind::kTuned;
}

}  // namespace

std::string describe(const ExternalChange& change) {
  switch (change.kind) {
    case ExternalChangeKind::kVcpus:
      return "vCPUs " + std::to_string(change.from) + " → " + std::to_string(change.to);
    case ExternalChangeKind::kMemory:
      return "balloon " + model::bytes_text(change.from) + " → " + model::bytes_text(change.to);
    case ExternalChangeKind::kMoved:
      return "moved from " + change.from_node_name + " to " + change.node_name;
    case ExternalChangeKind::kPaused:
      return "paused";
    case ExternalChangeKind::kResumed:
      return "resumed";
    case ExternalChangeKind::kRestarted:
      return "stopped and started again";
    case ExternalChangeKind::kGone:
      return "stopped";
    case ExternalChangeKind::kTuned:
      return "CPU cap or shares changed";
    case ExternalChangeKind::kJob:
      return "a job (a backup, a save, a migration) begun";
  }
  return "";
}

std::vector<ExternalChange> ExternalChanges::look(const model::Node& node, const model::Cluster& cluster) {
  std::vector<ExternalChange> changes;
  const auto before = newest_.find(node.uuid());
  const NodeSeen node_seen = before == newest_.end() ? NodeSeen::kFirst : NodeSeen::kBefore;
  if (node_seen == NodeSeen::kBefore) note_absent(*before->second, *node.snapshot);
  for (const DomainSample& sample : node.snapshot->domains) {
    if (!cluster.belongs_here(node, sample)) continue;
    // Two nodes say that it runs. It has moved once one of them no longer reports it; until then nothing is known.
    if (!cluster.reported_elsewhere().empty() && cluster.find_running(sample.uuid).size() > 1) continue;
    look_at({&node, &sample}, node_seen, changes);
  }
  newest_.insert_or_assign(node.uuid(), node.snapshot);
  return changes;
}

void ExternalChanges::note_absent(const telemetry::NodeSnapshot& before, const telemetry::NodeSnapshot& now) {
  const auto same = [](const DomainSample& a, const DomainSample& b) { return a.uuid == b.uuid; };
  if (std::equal(before.domains.begin(), before.domains.end(), now.domains.begin(), now.domains.end(), same)) return;
  std::set<std::string> there;
  for (const DomainSample& sample : now.domains) there.insert(sample.uuid);
  for (const DomainSample& sample : before.domains) {
    const auto seen = seen_.find(sample.uuid);
    if (there.contains(sample.uuid) || seen == seen_.end() || seen->second.node_uuid != now.node.uuid) continue;
    seen->second.absent_since = now.taken_at;
    absent_.insert_or_assign(sample.uuid, now.taken_at);
  }
}

void ExternalChanges::look_at(const DomainRef& domain, NodeSeen node, std::vector<ExternalChange>& changes) {
  const DomainSample& sample = *domain.domain;
  const WallTime at = domain.node->taken_at();
  const auto [place, is_new] = seen_.try_emplace(sample.uuid);
  Seen& seen = place->second;  // unchanged until the end of the comparison
  const auto note = [&](ExternalChangeKind kind, std::int64_t from = 0, std::int64_t to = 0) {
    changes.push_back({kind, sample.uuid, sample.name, domain.node->uuid(), domain.node->name(), from, to,
                       seen.node_uuid, seen.node_name, seen.at, at});
  };
  const bool moved = !is_new && seen.node_uuid != domain.node->uuid();
  const bool started = (is_new && node == NodeSeen::kBefore) || (!moved && seen.absent_since);
  const bool paused = sample.state == telemetry::DomainState::kPaused && sample.state_reason == "by user";
  const auto& balloon = sample.memory_balloon_bytes;
  const bool fresh = is_new || started || moved;
  const bool counts = !fresh && seen.balloon_bytes && balloon && at >= seen.balloon_counts_from;
  const bool changed = counts && std::llabs(*balloon - *seen.balloon_bytes) > kBalloonNoiseBytes;
  if (moved) note(ExternalChangeKind::kMoved);
  if (!is_new && started) note(ExternalChangeKind::kRestarted);
  if (!is_new && !started && sample.vcpus && seen.vcpus && *sample.vcpus != *seen.vcpus)
    note(ExternalChangeKind::kVcpus, *seen.vcpus, *sample.vcpus);
  if (changed) note(ExternalChangeKind::kMemory, *seen.balloon_bytes, *balloon);
  if (!is_new && paused && !seen.paused_by_user) note(ExternalChangeKind::kPaused);
  if (seen.paused_by_user && model::is_running(sample)) note(ExternalChangeKind::kResumed);
  if (!is_new && sample.job_active && !seen.job) note(ExternalChangeKind::kJob);

  if (is_new || moved) {
    seen.name = sample.name;
    seen.node_uuid = domain.node->uuid();
    seen.node_name = domain.node->name();
  }
  if (seen.absent_since) absent_.erase(sample.uuid);
  seen.absent_since.reset();
  seen.told_gone = false;
  if (fresh) seen.balloon_counts_from = at + kStartup;
  if (balloon && (!counts || changed)) seen.balloon_bytes = balloon;
  if (sample.vcpus) seen.vcpus = sample.vcpus;
  seen.paused_by_user = paused;
  seen.job = sample.job_active;
  seen.at = at;
}

std::vector<ExternalChange> ExternalChanges::look_for_gone(WallTime now) {
  std::vector<ExternalChange> gone;
  if (next_look_ > now && next_look_ <= now + kLookForGone) return gone;
  next_look_ = now + kLookForGone;
  forget_old(now);
  std::erase_if(absent_, [&](const auto& entry) {
    if (now - entry.second < kGoneAfter) return false;
    if (now - entry.second > kForgotten) return seen_.erase(entry.first), true;
    const auto known = seen_.find(entry.first);
    if (known == seen_.end()) return true;
    Seen& seen = known->second;
    if (!seen.told_gone) {
      gone.push_back({ExternalChangeKind::kGone, entry.first, seen.name, seen.node_uuid, seen.node_name, 0, 0,
                      seen.node_uuid, seen.node_name, seen.at, entry.second});
    }
    seen.told_gone = true;
    return false;
  });
  return gone;
}

// Nodes that have been silent for long do not show that their domains are gone.
void ExternalChanges::forget_old(WallTime now) {
  if (next_forget_ > now && next_forget_ <= now + kForgetEvery) return;
  next_forget_ = now + kForgetEvery;
  std::erase_if(newest_, [&](const auto& entry) { return now - entry.second->taken_at > kForgotten; });
  std::erase_if(seen_, [&](const auto& entry) {
    if (now - entry.second.at <= kForgotten) return false;
    absent_.erase(entry.first);
    return true;
  });
  for (auto entry = own_.begin(); entry != own_.end();) {
    // If another leader observed the end, only the beginning is known here.
    std::erase_if(entry->second, [&](const Own& own) {
      return own.ended ? now - *own.ended > kLateMemory + kSkew : now - own.begun > kForgotten;
    });
    entry = entry->second.empty() ? own_.erase(entry) : std::next(entry);
  }
}

void ExternalChanges::note_reboot(const std::string& domain_uuid, WallTime at) {
  const auto seen = seen_.find(domain_uuid);
  if (seen != seen_.end()) seen->second.balloon_counts_from = at + kStartup;
}

void ExternalChanges::note_own(const model::Action& action, ActionState state, WallTime at, Found found) {
  std::vector<Own>& all = own_[action.domain_uuid];
  std::erase_if(all, [at](const Own& own) { return own.ended && at - *own.ended > kLateMemory + kSkew; });
  const auto known = std::find_if(all.begin(), all.end(), [&](const Own& own) { return own.action.id == action.id; });
  Own& own = known == all.end() ? all.emplace_back(Own{.action = action,
                                                       .begun = std::min(action.planned_at, at),
                                                       .ended = std::nullopt,
                                                       .end = ActionState::kDone,
                                                       .adopted = false})
                                : *known;
  own.adopted = own.adopted || found == Found::kAdopted;
  if (!model::is_final(state)) return;
  own.ended = at;
  own.end = state;
}

bool ExternalChanges::explains(const Own& own, const ExternalChange& change) {
  // A skipped action has changed nothing.
  if (own.ended && own.end == ActionState::kSkipped && !own.adopted) return false;
  const bool moves = std::holds_alternative<model::MigrateTo>(own.action.step);
  const Milliseconds late = change.kind == ExternalChangeKind::kMemory && !moves ? kLateMemory : kLate;
  const bool in_time = own.begun <= change.at + kSkew && (!own.ended || change.after <= *own.ended + late);
  const bool was_under_way = !own.ended || change.at <= *own.ended;
  return in_time && explains_step(own.action.step, change, was_under_way || own.end != ActionState::kDone);
}

bool ExternalChanges::is_own(const ExternalChange& change) const {
  const auto found = own_.find(change.domain_uuid);
  return found != own_.end() &&
         std::any_of(found->second.begin(), found->second.end(), [&](const Own& own) { return explains(own, change); });
}

}  // namespace hotspot::plan
