#include <algorithm>
#include <map>
#include <tuple>

#include "actuator/model/load.h"
#include "actuator/model/text.h"
#include "actuator/plan/migration_method.h"
#include "actuator/plan/placement.h"
#include "actuator/plan/storage.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::Refusal;
using model::RefusalKind;
using model::Wording;

// One domain, and the node that suits it best.
struct Candidate {
  DomainRef domain;
  const Node* target = nullptr;
  double cores = 0;
  std::int64_t footprint_bytes = 0;
  double vsr = 0;
  bool cures = false;
  MigrationEstimate estimate;  // of the migration to the target
};

class MigrationPlanner {
 public:
  MigrationPlanner(Planning& planning, const rules::Firing& firing, const rules::Migrate& remedy, Decision& decision)
      : planning_(planning), firing_(firing), remedy_(remedy), decision_(decision) {}

  std::optional<model::Action> plan() {
    const Node* source = find_source();
    if (source == nullptr)
      return no("", "", {RefusalKind::kNotRunning, "the subject is not in the snapshots any more"});
    if (auto refusal = window_refusal()) return no("", "", *refusal);
    if (auto refusal = planning_.action_limit_refusal()) return no("", "", *refusal);
    if (auto refusal = planning_.migration_limit_refusal(*source)) return no("", "", *refusal);
    if (auto refusal = planning_.settling_refusal(*source)) return no("", "", *refusal);
    std::vector<Candidate> candidates;
    for (const DomainRef& domain : domains_of_subject(*source)) {
      if (auto candidate = consider(domain)) candidates.push_back(*candidate);
    }
    if (candidates.empty()) return no("", "", {RefusalKind::kNoTarget, nowhere_text(*source)});
    const Candidate& chosen = best(candidates);
    list_alternatives(candidates, chosen);
    return move_action(planning_, firing_, chosen.domain, *chosen.target, decision_);
  }

 private:
  std::string nowhere_text(const Node& source) const {
    if (firing_.subject.kind != rules::SubjectKind::kDomain)
      return "no domain of " + source.name() + " can go anywhere that would help";
    const DomainRef domain = planning_.input().cluster.find_domain(firing_.subject.domain_uuid);
    return (domain ? domain.domain->name : "it") + std::string(" can go nowhere that would help");
  }

  // The best target of each domain, best first, and the other targets of the chosen domain.
  void list_alternatives(std::vector<Candidate>& candidates, const Candidate& chosen) {
    decision_.alternatives = {alternative(chosen, *chosen.target)};
    decision_.alternatives.front().chosen = true;
    decision_.more_alternatives = 0;
    for (const Node* other : also_possible_[chosen.domain.domain->uuid])
      if (other != chosen.target) list_alternative(chosen, *other);
    std::vector<const Candidate*> others;
    for (const Candidate& one : candidates)
      if (&one != &chosen) others.push_back(&one);
    std::sort(others.begin(), others.end(), [&](const auto* a, const auto* b) { return rank(*a) < rank(*b); });
    for (const Candidate* one : others) list_alternative(*one, *one->target);
  }

  // Beside the chosen one; the others are counted.
  void list_alternative(const Candidate& candidate, const Node& target) {
    if (decision_.alternatives.size() <= kMaxAlternatives)
      decision_.alternatives.push_back(alternative(candidate, target));
    else
      ++decision_.more_alternatives;
  }

  Alternative alternative(const Candidate& candidate, const Node& target) const {
    const model::NodeProjection now = planning_.projection().node(target);
    Alternative one{.domain = candidate.domain.domain->name,
                    .target = target.name(),
                    .cpu_ratio = std::nullopt,
                    .memory_used_ratio = std::nullopt,
                    .seconds = candidate.estimate.total_seconds,
                    .downtime_seconds = candidate.estimate.downtime_seconds,
                    .cures = candidate.cures,
                    .chosen = false};
    if (now.cores_used && now.cpus > 0) one.cpu_ratio = (*now.cores_used + candidate.cores) / now.cpus;
    if (const auto used = now.memory_used_ratio(); used && now.memory_bytes > 0)
      one.memory_used_ratio =
          *used + static_cast<double>(candidate.footprint_bytes) / static_cast<double>(now.memory_bytes);
    return one;
  }

  std::optional<model::Action> no(const std::string& domain, const std::string& target, Refusal refusal) {
    refuse(decision_, {"migrate", domain, target, std::move(refusal)});
    return std::nullopt;
  }

  // Many are only counted: no names are copied for those.
  void no_target(const DomainRef& domain, const Node& target, Refusal refusal) {
    if (wording_of_next(decision_) == Wording::kKindAlone) return count_refusal(decision_, refusal.kind);
    no(domain.domain->name, target.name(), std::move(refusal));
  }

  const Node* find_source() const {
    if (firing_.subject.kind == rules::SubjectKind::kDomain) {
      return planning_.input().cluster.find_domain(firing_.subject.domain_uuid).node;
    }
    return planning_.input().cluster.find_node(firing_.subject.node_uuid);
  }

  std::vector<DomainRef> domains_of_subject(const Node& source) const {
    if (firing_.subject.kind == rules::SubjectKind::kDomain) {
      return {planning_.input().cluster.find_domain(firing_.subject.domain_uuid)};
    }
    std::vector<DomainRef> domains;
    for (const telemetry::DomainSample& domain : source.snapshot->domains) {
      if (planning_.input().cluster.belongs_here(source, domain)) domains.push_back({&source, &domain});
    }
    return domains;
  }

  std::optional<Candidate> consider(const DomainRef& domain) {
    const std::string& name = domain.domain->name;
    const auto refused = [&](Refusal refusal) {
      no(name, "", std::move(refusal));
      return std::nullopt;
    };
    if (auto refusal = planning_.domain_refusal(domain)) return refused(*refusal);
    // For a firing of the domain itself, the decision already has the domain's mode.
    if (planning_.mode_for(*firing_.rule, domain.domain) < decision_.mode) {
      return refused({RefusalKind::kMode, "the policy of " + name + " says " + *domain.domain->policy.mode});
    }
    const auto cores = model::domain_cores_used(*domain.domain);
    const auto footprint = model::domain_footprint_bytes(*domain.domain);
    if (!cores || !footprint) return refused({RefusalKind::kNotMeasured, "the load of " + name + " is not known"});
    Candidate candidate{
        domain, nullptr, *cores, *footprint, model::domain_vsr(*domain.domain, domain.node->snapshot->node).value_or(0),
        false,  {}};
    if (auto refusal = gain_refusal(candidate)) return refused(*refusal);
    candidate.target = best_target(candidate);
    if (candidate.target == nullptr) return std::nullopt;  // the refusals of the targets are recorded
    const MigrationOutlook outlook = outlook_of(expected_migration(planning_, domain, *candidate.target));
    const auto method = choose_migration(planning_.input().migration, outlook);
    candidate.estimate = method ? method->estimate : estimate_migration(outlook.memory, {outlook.bytes_per_second});
    if (auto refusal = window_refusal(length_of(candidate.estimate))) return refused(*refusal);
    return candidate;
  }

  std::optional<Refusal> window_refusal(Milliseconds length = Milliseconds(0)) const {
    const PlanInput& input = planning_.input();
    return input.restraints.by_window(ActionKind::kMigrate, firing_.rule->name, input.now, length);
  }

  // Does the move help the source?
  std::optional<Refusal> gain_refusal(Candidate& candidate) const {
    const model::NodeProjection source = planning_.projection().node(*candidate.domain.node);
    if (!source.cpu_ratio()) return Refusal{RefusalKind::kNotMeasured, "the CPU of the source is not known"};
    const double gain = candidate.cores / source.cpus;
    const double after = *source.cpu_ratio() - gain;
    candidate.cures = after <= planning_.input().margins.node_cpu_ceiling_ratio * kCuredShareOfCeiling;
    if (gain >= kMinGainRatio || firing_.subject.kind == rules::SubjectKind::kDomain) return std::nullopt;
    return Refusal{RefusalKind::kNotApplicable, "moving " + candidate.domain.domain->name + " would free " +
                                                    model::ratio_text(gain) + " of the node's CPU, the least gain is " +
                                                    model::ratio_text(kMinGainRatio)};
  }

  const Node* best_target(const Candidate& candidate) {
    const Node* best = nullptr;
    std::tuple<bool, bool, double, std::int64_t> best_score;
    std::vector<std::pair<const Node*, Refusal>> last;
    for (const auto& [uuid, node] : planning_.input().cluster.nodes()) {
      if (uuid == candidate.domain.node->uuid()) continue;
      const auto storage = storage_at(candidate, node);
      if (!storage) {
        no_target(candidate.domain, node, storage.error());
        continue;
      }
      also_possible_[candidate.domain.domain->uuid].push_back(&node);
      const model::NodeProjection now = planning_.projection().node(node);
      // A move without copying disks costs a fraction. Nodes differ in size, so the ratio after the move counts next.
      // Then the most memory left.
      const auto why_last = comes_last(planning_, candidate.domain, node);
      if (why_last) last.emplace_back(&node, *why_last);
      const std::tuple score{why_last.has_value(), !storage->copied_disks.empty(),
                             (*now.cores_used + candidate.cores) / now.cpus, -*now.memory_available_bytes};
      if (best != nullptr && !(score < best_score)) continue;
      best = &node;
      best_score = score;
    }
    for (auto& [node, why] : last)
      if (node != best) no_target(candidate.domain, *node, std::move(why));
    return best;
  }

  // What becomes of its disks on a target that may take it; else why it may not.
  Result<StoragePlan, Refusal> storage_at(const Candidate& candidate, const Node& target) const {
    const PlanInput& input = planning_.input();
    const Wording wording = wording_of_next(decision_);
    if (auto refusal = planning_.target_limit_refusal(target, wording)) return *refusal;
    if (auto refusal = planning_.settling_refusal(target, wording)) return *refusal;
    auto storage = find_place(planning_, candidate.domain, target, wording);
    if (!storage) return storage;
    const model::Projection& projection = planning_.projection();
    if (auto refusal = projection.arrival_refusal(candidate.domain, target, input.margins, wording)) return *refusal;
    const auto before = projection.node(*candidate.domain.node).cpu_ratio();
    const auto after = projection.after_arrival(candidate.domain, target).cpu_ratio();
    if (*after <= *before - kMinGainRatio) return storage;
    return model::refused(RefusalKind::kNoCpu, wording, [&] {
      const char* than = *after < *before ? " of its CPUs, hardly better than " : " of its CPUs, no better than ";
      return target.name() + " would be at " + model::ratio_text(*after) + than + candidate.domain.node->name() +
             " is now at " + model::ratio_text(*before);
    });
  }

  const Candidate& best(const std::vector<Candidate>& candidates) const {
    const auto better = [&](const Candidate& a, const Candidate& b) { return rank(a) < rank(b); };
    return *std::min_element(candidates.begin(), candidates.end(), better);
  }

  // The lowest rank is the best. With any selection, a move that alone cures the hotspot ranks before one that does
  // not.
  std::tuple<bool, double, double, double, std::string> rank(const Candidate& c) const {
    const auto bytes = static_cast<double>(c.footprint_bytes);
    const std::string& uuid = c.domain.domain->uuid;  // so that equals always have the same order
    switch (remedy_.select) {
      case rules::Select::kMostCpu:
        return {!c.cures, -c.cores, bytes, 0, uuid};
      case rules::Select::kHighestVsr:
        return {!c.cures, -c.vsr, bytes, 0, uuid};
      case rules::Select::kLeastMigrationTime:
        break;
    }
    // The least time, then the least downtime. If no single move cures the hotspot, the one that helps most goes first.
    const double total = c.estimate.total_seconds, downtime = c.estimate.downtime_seconds;
    return c.cures ? std::tuple{false, total, downtime, -c.cores, uuid}
                   : std::tuple{true, -c.cores, total, downtime, uuid};
  }

  Planning& planning_;
  const rules::Firing& firing_;
  const rules::Migrate& remedy_;
  Decision& decision_;
  std::map<std::string, std::vector<const Node*>> also_possible_;  // domain UUID → targets that were not refused
};

}  // namespace

std::optional<model::Action> try_migrate(Planning& planning, const rules::Firing& firing, const rules::Migrate& remedy,
                                         Decision& decision) {
  return MigrationPlanner(planning, firing, remedy, decision).plan();
}

}  // namespace hotspot::plan
