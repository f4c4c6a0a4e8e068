#include "actuator/plan/placement.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "actuator/plan/affinity_unit.h"
#include "actuator/plan/migration_method.h"
#include "actuator/plan/storage.h"
#include "actuator/plan/target_needs.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::plan {
namespace {

// A move back to a node that the domain left within this time would undo what was done: other targets come first.
constexpr Milliseconds kReturnsLast{std::chrono::hours(6)};

using model::DomainRef;
using model::Node;
using model::Refusal;
using model::RefusalKind;
using model::Wording;

ExpectedMigration expected(const Planning& planning, const DomainRef& domain, const Node& target,
                           const StoragePlan& storage) {
  static const MigrationBook nothing_learned;
  const MigrationBook* book = planning.input().migrations;
  if (book == nullptr) book = &nothing_learned;
  const MigrationSettings& settings = planning.input().migration;
  ExpectedMigration made = book->expect(domain, target, settings);
  book->expect_storage({domain, target}, storage, settings, made);
  return made;
}

// Only what the snapshot measured counts here. If it has no dirty rate, that is sampled just before the migration.
std::optional<Refusal> convergence_refusal(const Planning& planning, const ExpectedMigration& known) {
  ExpectedMigration measured = known;
  measured.last_dirty_bytes_per_second.reset();
  if (const auto method = choose_migration(planning.input().migration, outlook_of(measured)); !method)
    return Refusal{RefusalKind::kNoConvergence, method.error().message};
  return std::nullopt;
}

// Promised memory varies little between nodes of one kind: a step of the ranking is half of a node's memory.
constexpr double kPromisedStepRatio = 0.5;

// The first other domain; null: there is none.
const telemetry::DomainSample* another(const NodeRoster::Domains& domains, const telemetry::DomainSample& than) {
  const auto found =
      std::find_if(domains.begin(), domains.end(), [&](const auto* other) { return other->uuid != than.uuid; });
  return found == domains.end() ? nullptr : *found;
}

// The domains that it belongs with must already be there: one that is on its way might not arrive. If they move as a
// unit, they are planned to be there before it, or to follow.
bool has_mate(const Planning& planning, const DomainRef& of, const Node& target, const std::string& group) {
  const auto& mates = planning.roster(target).in_group(group);
  if (std::any_of(mates.begin(), mates.end(), [&](const auto* other) {
        return other->uuid != of.domain->uuid && !planning.is_leaving(other->uuid, target);
      }))
    return true;
  const NodeRoster::Domains coming = planning.coming_to(target);
  const auto first = [&](const auto* other) {
    return other->uuid != of.domain->uuid && other->policy.group == group && planning.goes_before(other->uuid);
  };
  return std::any_of(coming.begin(), coming.end(), first) || brings_along(planning, of, group);
}

// The sentences of all that its affinity forbids there, or of the first. Includes what is under way, and what this
// round has planned already.
struct Extent {
  Wording wording = Wording::kSentence;
  bool all = false;
};

std::vector<Refusal> affinity_refusals(const Planning& planning, const DomainRef& of, const Node& target,
                                       Extent extent) {
  std::vector<Refusal> found;
  const auto apart = [&](const auto& sentence) {
    found.push_back(model::refused(RefusalKind::kAffinity, extent.wording, sentence));
    return !extent.all;
  };
  const telemetry::DomainSample& domain = *of.domain;
  const NodeRoster& there = planning.roster(target);
  NodeRoster::Domains coming = planning.coming_to(target);
  std::erase_if(coming, [&](const auto* other) { return other->uuid == domain.uuid; });
  for (const std::string& group : domain.policy.anti_affinity) {
    if (another(there.in_group(group), domain) == nullptr &&
        std::none_of(coming.begin(), coming.end(), [&](const auto* other) { return other->policy.group == group; }))
      continue;
    if (apart([&] { return "a domain of group '" + group + "' runs on " + target.name(); })) return found;
  }
  for (const std::string& group : domain.policy.affinity) {
    if (has_mate(planning, of, target, group)) continue;
    if (apart([&] { return "no domain of group '" + group + "' runs on " + target.name(); })) return found;
  }
  // Anti-affinity applies in both directions: a domain on the target may exclude this one.
  if (!domain.policy.group) return found;
  const telemetry::DomainSample* unwilling = another(there.against(*domain.policy.group), domain);
  for (const telemetry::DomainSample* other : coming) {
    const auto& unwanted = other->policy.anti_affinity;
    if (unwilling == nullptr && std::find(unwanted.begin(), unwanted.end(), *domain.policy.group) != unwanted.end())
      unwilling = other;
  }
  if (unwilling != nullptr)
    apart([&] {
      return unwilling->name + " on " + target.name() + " does not go with group '" + *domain.policy.group + "'";
    });
  return found;
}

std::optional<Refusal> affinity_refusal(const Planning& planning, const DomainRef& of, const Node& target,
                                        Wording wording) {
  const auto found = affinity_refusals(planning, of, target, {.wording = wording});
  return found.empty() ? std::nullopt : std::optional(found.front());
}

// libvirt does not accept a second domain of the same name.
std::optional<Refusal> name_refusal(const Planning& planning, const DomainRef& domain, const Node& target,
                                    Wording wording) {
  const telemetry::DomainSample* other = another(planning.roster(target).named(domain.domain->name), *domain.domain);
  if (other == nullptr) return std::nullopt;
  return model::refused(RefusalKind::kTargetCannot, wording, [&] {
    return text::visible(target.name()) + " has another domain of the name '" + text::visible(other->name) + "' (" +
           text::visible(other->uuid) + ")";
  });
}

// Refuses the node that the domain left a moment ago, unless an operator drains its current node or orders the move;
// and what was just skipped.
std::optional<Refusal> return_refusal(const Planning& planning, const DomainRef& domain, const Node& target,
                                      Wording /*wording*/) {
  const PlanInput& input = planning.input();
  if (input.steps == nullptr) return std::nullopt;
  if (!domain.node->drain_requested && input.order == nullptr) {
    if (auto refusal =
            input.steps->against_return(domain.domain->uuid, target.uuid(), input.now, input.limits.return_rest))
      return refusal;
  }
  model::MigrateTo move;
  move.target_uuid = target.uuid();
  return planning.repetition_refusal(domain, move);
}

std::optional<Refusal> stale_refusal(const Planning& planning, const DomainRef& /*domain*/, const Node& target,
                                     Wording wording) {
  return planning.stale_refusal(target, wording);
}

std::optional<Refusal> held_refusal(const Planning& planning, const DomainRef& /*domain*/, const Node& target,
                                    Wording wording) {
  return planning.input().restraints.on_target(target, planning.input().now, wording);
}

std::optional<Refusal> drain_refusal(const Planning& /*planning*/, const DomainRef& /*domain*/, const Node& target,
                                     Wording wording) {
  if (!target.drain_requested) return std::nullopt;
  return model::refused(RefusalKind::kHeld, wording, [&] { return target.name() + " is to be drained"; });
}

std::optional<Refusal> earlier_refusal(const Planning& planning, const DomainRef& domain, const Node& target,
                                       Wording wording) {
  const PlanInput& input = planning.input();
  if (input.refusals == nullptr) return std::nullopt;
  return input.refusals->refusal(domain.domain->uuid, target.uuid(), input.now, wording);
}

// In this order: the first is what a decision says.
using Check = std::optional<Refusal> (*)(const Planning&, const DomainRef&, const Node&, Wording);
constexpr Check kChecks[] = {stale_refusal,    held_refusal, drain_refusal, return_refusal,
                             affinity_refusal, name_refusal, needs_refusal, earlier_refusal};

void add_network(const model::Projection& before, const model::Projection& after, const Node& node, Effect& effect) {
  effect.net_used_ratio_before = before.net_used_ratio(node);
  effect.net_used_ratio_after = after.net_used_ratio(node);
}

}  // namespace

ExpectedMigration expected_migration(const Planning& planning, const DomainRef& domain, const Node& target) {
  const auto storage = plan_storage(domain, target, planning.input().migration, Wording::kKindAlone);
  return expected(planning, domain, target, storage ? *storage : StoragePlan{});
}

MigrationEstimate estimate_of(const Planning& planning, const DomainRef& domain, const Node& target) {
  const MigrationOutlook outlook = outlook_of(expected_migration(planning, domain, target));
  const auto method = choose_migration(planning.input().migration, outlook);
  return method ? method->estimate
                : estimate_migration(outlook.memory, {.bytes_per_second = outlook.bytes_per_second, .throttle = {}});
}

Result<StoragePlan, Refusal> find_place(const Planning& planning, const DomainRef& domain, const Node& target,
                                        Wording wording) {
  for (const Check check : kChecks)
    if (auto refusal = check(planning, domain, target, wording)) return *std::move(refusal);
  auto storage = plan_storage(domain, target, planning.input().migration, wording);
  if (!storage) return storage;
  if (auto refusal = convergence_refusal(planning, expected(planning, domain, target, *storage))) return *refusal;
  return storage;
}

std::vector<Refusal> place_refusals(const Planning& planning, const DomainRef& domain, const Node& target,
                                    StoragePlan* copied) {
  constexpr Wording kWording = Wording::kSentence;
  std::vector<Refusal> found;
  const auto add = [&](std::vector<Refusal> more) { std::move(more.begin(), more.end(), std::back_inserter(found)); };
  for (const Check check : kChecks) {
    if (check == affinity_refusal)
      add(affinity_refusals(planning, domain, target, {.all = true}));
    else if (check == needs_refusal)
      add(needs_refusals(planning, domain, target));
    else if (auto refusal = check(planning, domain, target, kWording))
      found.push_back(*std::move(refusal));
  }
  const auto storage = plan_storage(domain, target, planning.input().migration, kWording);
  if (!storage) return found.push_back(storage.error()), found;
  if (copied != nullptr) *copied = *storage;
  if (auto refusal = convergence_refusal(planning, expected(planning, domain, target, *storage)))
    found.push_back(*std::move(refusal));
  return found;
}

std::optional<Refusal> comes_last(const Planning& planning, const DomainRef& domain, const Node& target) {
  const TargetRefusals* refusals = planning.input().refusals;
  if (refusals != nullptr) {
    if (auto why = refusals->comes_last(domain.domain->uuid, target, planning.input().now)) return why;
  }
  if (const auto& why = planning.distrust(target))
    return Refusal{RefusalKind::kRefusedBefore, text::visible(target.name()) + " comes last: " + *why};
  // It may return to a node that it left some time ago (a drain may send it back at once), but prefers other nodes.
  const PlanInput& input = planning.input();
  if (input.steps != nullptr) {
    const auto left = input.steps->left_at(domain.domain->uuid, target.uuid());
    if (left && input.now < *left + std::max(input.limits.return_rest, kReturnsLast))
      return Refusal{RefusalKind::kInCooldown, text::visible(target.name()) +
                                                   " comes last: " + text::visible(domain.domain->name) + " left it " +
                                                   text::duration_text(input.now - *left) + " ago"};
  }
  if (const auto file = doubtful_file(domain, target, planning.input().migration))
    return Refusal{RefusalKind::kTargetCannot, text::visible(target.name()) + " comes last: it may refuse " +
                                                   text::visible(domain.domain->name) + ", since " +
                                                   text::visible(*file)};
  return std::nullopt;
}

double promised_ratio(const Planning& planning, const DomainRef& domain, const Node& target) {
  const auto memory = static_cast<double>(target.snapshot->node.memory_bytes);
  if (memory <= 0) return 0;
  std::int64_t promised = planning.roster(target).promised_bytes() + promised_to(*domain.domain);
  for (const telemetry::DomainSample* other : planning.coming_to(target))
    if (other->uuid != domain.domain->uuid) promised += promised_to(*other);
  return static_cast<double>(promised) / memory;
}

int promised_rank(double promised_ratio) {
  return promised_ratio <= 1 ? 0 : static_cast<int>(std::ceil((promised_ratio - 1) / kPromisedStepRatio));
}

model::Action move_action(Planning& planning, const rules::Firing& firing, const Trip& trip, Decision& decision) {
  const auto& [domain, target] = trip;
  Effect before_move = begin_effect(planning, *domain.node);
  Effect after_move = begin_effect(planning, target);
  const model::Projection before = planning.projection();
  planning.change_projection().assume_move(domain, target);
  finish_effect(planning, *domain.node, before_move);
  finish_effect(planning, target, after_move);
  if (decision.about == rules::AimedAt::kNetwork) {
    add_network(before, planning.projection(), *domain.node, before_move);
    add_network(before, planning.projection(), target, after_move);
  }
  after_move.memory_promised_ratio_after = promised_ratio(planning, domain, target);
  planning.change_projection() = before;
  planning.change_projection().assume_arrival(domain, target);
  decision.effects = {before_move, after_move};
  for (const DomainRef& follower : followers(planning, domain)) decision.followers.push_back(follower.domain->name);
  const telemetry::NodeSample& sample = target.snapshot->node;
  const auto storage = plan_storage(domain, target, planning.input().migration);
  const StoragePlan copied = storage ? *storage : StoragePlan{};
  model::Action action = planning.new_action(
      firing, domain,
      model::MigrateTo{sample.uuid, sample.name, sample.uri, copied.copied_disks, copied.shared_by_statement});
  action.expected = figures_of(expected(planning, domain, target, copied));
  const PlanInput& input = planning.input();
  if (const auto closes = input.restraints.closes(ActionKind::kMigrate, firing.rule->name, input.now))
    action.expected[kExpectedWindowCloses] = to_unix_seconds(*closes);
  return action;
}

}  // namespace hotspot::plan
