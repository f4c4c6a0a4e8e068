#include <algorithm>
#include <tuple>

#include "actuator/model/load.h"
#include "actuator/model/text.h"
#include "actuator/plan/migration_time.h"
#include "actuator/plan/planning.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::Refusal;
using model::RefusalKind;

// One domain and the node that fits it best.
struct Candidate {
  DomainRef domain;
  const Node* target = nullptr;
  double cores = 0;
  std::int64_t footprint_bytes = 0;
  double vsr = 0;
  bool cures = false;
};

class MigrationPlanner {
 public:
  MigrationPlanner(Planning& planning, const rules::Firing& firing, const rules::Migrate& remedy, Decision& decision)
      : planning_(planning), firing_(firing), remedy_(remedy), decision_(decision) {}

  std::optional<model::Action> plan() {
    const Node* source = find_source();
    if (source == nullptr)
      return no("", "", {RefusalKind::kNotRunning, "the subject is not in the snapshots any more"});
    if (auto refusal = planning_.action_limit_refusal()) return no("", "", *refusal);
    if (auto refusal = planning_.migration_limit_refusal(*source)) return no("", "", *refusal);
    if (auto refusal = planning_.settling_refusal(*source)) return no("", "", *refusal);
    std::vector<Candidate> candidates;
    for (const DomainRef& domain : domains_of_subject(*source)) {
      if (auto candidate = consider(domain)) candidates.push_back(*candidate);
    }
    if (candidates.empty()) {
      return no("", "",
                {RefusalKind::kNoTarget, "no domain of " + source->name() + " can go anywhere that would help"});
    }
    return move(best(candidates));
  }

 private:
  std::optional<model::Action> no(const std::string& domain, const std::string& target, Refusal refusal) {
    refuse(decision_, {"migrate", domain, target, std::move(refusal)});
    return std::nullopt;
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
    // For a domain's own firing the decision has the domain's mode already.
    if (planning_.mode_for(*firing_.rule, domain.domain) < decision_.mode) {
      return refused({RefusalKind::kMode, "the policy of " + name + " says " + *domain.domain->policy.mode});
    }
    const auto cores = model::domain_cores_used(*domain.domain);
    const auto footprint = model::domain_footprint_bytes(*domain.domain);
    if (!cores || !footprint) return refused({RefusalKind::kNotMeasured, "the load of " + name + " is not known"});
    Candidate candidate{
        domain, nullptr, *cores, *footprint, model::domain_vsr(*domain.domain, domain.node->snapshot->node).value_or(0),
        false};
    if (auto refusal = gain_refusal(candidate)) return refused(*refusal);
    candidate.target = best_target(candidate);
    if (candidate.target == nullptr) return std::nullopt;  // the refusals of the targets are recorded
    return candidate;
  }

  // Does it help the source at all?
  std::optional<Refusal> gain_refusal(Candidate& candidate) const {
    const model::NodeProjection source = planning_.projection().node(candidate.domain.node->uuid());
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
    std::tuple<double, std::int64_t> best_score;
    for (const auto& [uuid, node] : planning_.input().cluster.nodes()) {
      if (uuid == candidate.domain.node->uuid()) continue;
      if (auto refusal = target_refusal(candidate, node)) {
        no(candidate.domain.domain->name, node.name(), *refusal);
        continue;
      }
      const model::NodeProjection now = planning_.projection().node(uuid);
      // Nodes differ in size: what counts is the ratio after the move. Then the most memory left.
      const std::tuple score{(*now.cores_used + candidate.cores) / now.cpus, -*now.memory_available_bytes};
      if (best != nullptr && !(score < best_score)) continue;
      best = &node;
      best_score = score;
    }
    return best;
  }

  std::optional<Refusal> target_refusal(const Candidate& candidate, const Node& target) const {
    const PlanInput& input = planning_.input();
    if (model::is_stale(target, input.now, input.freshness)) {
      return Refusal{RefusalKind::kStale, "the newest snapshot of " + target.name() + " is " +
                                              model::duration_text(model::age(target, input.now)) + " old"};
    }
    if (auto refusal = planning_.target_limit_refusal(target)) return refusal;
    if (auto refusal = planning_.settling_refusal(target)) return refusal;
    if (auto refusal = affinity_refusal(candidate, target)) return refusal;
    model::Projection tried = planning_.projection();
    if (auto refusal = tried.move_domain(candidate.domain, target, input.margins)) return refusal;
    const auto before = planning_.projection().node(candidate.domain.node->uuid()).cpu_ratio();
    const auto after = tried.node(target.uuid()).cpu_ratio();
    if (*after <= *before - kMinGainRatio) return std::nullopt;
    return Refusal{RefusalKind::kNoCpu, target.name() + " would be at " + model::ratio_text(*after) +
                                            ", hardly better than " + candidate.domain.node->name() + " at " +
                                            model::ratio_text(*before)};
  }

  std::optional<Refusal> affinity_refusal(const Candidate& candidate, const Node& target) const {
    const telemetry::Policy& policy = candidate.domain.domain->policy;
    const auto has_group = [&](const std::string& group) {
      return std::any_of(target.snapshot->domains.begin(), target.snapshot->domains.end(), [&](const auto& other) {
        return other.policy.group == group && other.uuid != candidate.domain.domain->uuid && model::is_running(other);
      });
    };
    for (const std::string& group : policy.anti_affinity) {
      if (has_group(group))
        return Refusal{RefusalKind::kAffinity, "a domain of group '" + group + "' runs on " + target.name()};
    }
    for (const std::string& group : policy.affinity) {
      if (!has_group(group))
        return Refusal{RefusalKind::kAffinity, "no domain of group '" + group + "' runs on " + target.name()};
    }
    return refusal_by_others(candidate, target);
  }

  // Anti-affinity holds both ways: who is there may not want this one.
  std::optional<Refusal> refusal_by_others(const Candidate& candidate, const Node& target) const {
    const auto& group = candidate.domain.domain->policy.group;
    if (!group) return std::nullopt;
    for (const telemetry::DomainSample& other : target.snapshot->domains) {
      const auto& unwanted = other.policy.anti_affinity;
      if (!model::is_running(other)) continue;
      if (other.uuid == candidate.domain.domain->uuid ||
          std::find(unwanted.begin(), unwanted.end(), *group) == unwanted.end())
        continue;
      return Refusal{RefusalKind::kAffinity,
                     other.name + " on " + target.name() + " does not go with group '" + *group + "'"};
    }
    return std::nullopt;
  }

  const Candidate& best(const std::vector<Candidate>& candidates) const {
    const auto better = [&](const Candidate& a, const Candidate& b) { return rank(a) < rank(b); };
    return *std::min_element(candidates.begin(), candidates.end(), better);
  }

  // The lowest rank is the best. Whatever the selection, a move that cures alone comes before one that does not.
  std::tuple<bool, double, double, double, std::string> rank(const Candidate& c) const {
    const auto bytes = static_cast<double>(c.footprint_bytes);
    const std::string& uuid = c.domain.domain->uuid;  // so that equals are always taken in the same order
    switch (remedy_.select) {
      case rules::Select::kMostCpu:
        return {!c.cures, -c.cores, bytes, 0, uuid};
      case rules::Select::kHighestVsr:
        return {!c.cures, -c.vsr, bytes, 0, uuid};
      case rules::Select::kLeastMigrationTime:
        break;
    }
    // The least time, then the least downtime. When no single move cures, the one that helps most goes first.
    const MigrationEstimate estimate = estimate_migration(c.footprint_bytes, c.domain.domain->dirty_bytes_per_second);
    return c.cures ? std::tuple{false, estimate.total_seconds, estimate.downtime_seconds, -c.cores, uuid}
                   : std::tuple{true, -c.cores, estimate.total_seconds, estimate.downtime_seconds, uuid};
  }

  model::Action move(const Candidate& candidate) {
    Effect source = begin_effect(planning_, *candidate.domain.node);
    Effect target = begin_effect(planning_, *candidate.target);
    const model::Projection before = planning_.projection();
    planning_.projection().assume_move(candidate.domain, *candidate.target);
    finish_effect(planning_, *candidate.domain.node, source);
    finish_effect(planning_, *candidate.target, target);
    planning_.projection() = before;
    planning_.projection().assume_arrival(candidate.domain, *candidate.target);
    decision_.effects = {source, target};
    const NodeSampleRef sample = candidate.target->snapshot->node;
    return planning_.new_action(firing_, candidate.domain, model::MigrateTo{sample.uuid, sample.name, sample.uri});
  }

  using NodeSampleRef = const telemetry::NodeSample&;
  Planning& planning_;
  const rules::Firing& firing_;
  const rules::Migrate& remedy_;
  Decision& decision_;
};

}  // namespace

std::optional<model::Action> try_migrate(Planning& planning, const rules::Firing& firing, const rules::Migrate& remedy,
                                         Decision& decision) {
  return MigrationPlanner(planning, firing, remedy, decision).plan();
}

}  // namespace hotspot::plan
