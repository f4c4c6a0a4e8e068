// Random inputs of the planner, complete as the leader has them: the same in every run. The rules are read from a text.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/action_books.h"
#include "actuator/loop/input_keeper.h"
#include "actuator/plan/planner.h"
#include "actuator/rules/advice/grow_marks.h"
#include "actuator/rules/advice/node_marks.h"
#include "actuator/rules/files/check.h"
#include "tests/support/berlin.h"
#include "tests/unit/actuator/plan/random_round.h"

namespace hotspot::loop {

inline constexpr const char* kManyRules = R"(groups:
- name: all
  rules:
  - {hotspot: Grow, expr: domain_cpu_ratio > 90%, remedy: [scale_vcpus: {by: 1, max: 6}, migrate]}
  - {hotspot: Shrink, expr: domain_cpu_ratio < 20%, remedy: [scale_vcpus: {by: -1}], mode: recommend}
  - {hotspot: Memory, expr: domain_memory_used_ratio > 90%, remedy: [scale_memory: {by: 256MiB}, migrate]}
  - {hotspot: Take, expr: domain_memory_used_ratio < 30%, remedy: [scale_memory: {by: -128MiB}]}
  - {hotspot: Cap, expr: domain_cpu_steal_ratio > 20%, remedy: [cap_cpu: {to: 150%}]}
  - {hotspot: NodeCpu, expr: node_cpu_ratio > 80%, remedy: [migrate]}
  - {hotspot: NodeMemory, expr: node_memory_used_ratio > 90%, remedy: [migrate: {select: highest_vsr}], cooldown: 7m}
  - {hotspot: NodeVolume, expr: node_volume > 9, remedy: [migrate: {select: most_cpu}], mode: recommend}
  - {hotspot: Idle, expr: node_cpu_ratio < 10%, remedy: [consolidate]}
  - {hotspot: Empty, expr: node_cpu_ratio > 99%, remedy: [drain: {partial: true}]}
  - {hotspot: Uneven, expr: 'cluster_imbalance_ratio{resource="cpu"} > 10%', remedy: [balance: {least_gain: 1%}]}
  - {alert: Told, expr: node_cpu_ratio > 50%}
)";

class RandomInput {
 public:
  explicit RandomInput(unsigned seed) : random_(seed), round_(random_.nodes()) {
    cluster_ = cluster();
    round_.cluster = cluster_;
    random_.steer(round_);
    cluster_ = round_.cluster;
    round_.limits.migrations_per_cluster = random_.between(0, 4);
    round_.limits.settle_samples = random_.between(0, 3);
    round_.migration.storage = static_cast<plan::LocalStorage>(random_.between(0, 2));
    round_.migration.shared_paths = {"/srv"};
    rules_ = rules::check(files_).rules;
    grow_marks_ = rules::grow_marks(rules_);
    node_marks_ = rules::node_marks(rules_);
    zone_.spans.front().from_unix_seconds = -1'096'225'920'000;  // as the tz database has it
    for (const auto& [uuid, node] : cluster_.nodes()) fill(node);
    if (one_in(2)) fires("Uneven", {rules::SubjectKind::kCluster, "", "", {{"resource", "cpu"}}});
    steer();
    if (one_in(2)) choose_turn();
    say_of_recommendations();
  }
  RandomInput(const RandomInput&) = delete;
  RandomInput& operator=(const RandomInput&) = delete;

  plan::PlanInput input() const {
    return {.cluster = cluster_,
            .firings = firings_,
            .in_flight = round_.in_flight,
            .cooldowns = round_.cooldowns,
            .node_action_ended = round_.node_action_ended,
            .daemon_mode = round_.daemon_mode,
            .limits = round_.limits,
            .margins = round_.margins,
            .freshness = round_.freshness,
            .now = plan::kNow,
            .migration = round_.migration,
            .migrations = &books_.migrations,
            .refusals = &books_.refusals,
            .restraints = {.holds = &holds_,
                           .windows = &windows_,
                           .rests = &rests_,
                           .zone = &zone_,
                           .shrink_pace = {},
                           .kept = &kept_},
            .trust = &books_.trust,
            .steps = &books_.steps,
            .memory = &memory_,
            .memory_observed = Milliseconds(3'600'000),
            .grow_marks = &grow_marks_,
            .node_marks = &node_marks_,
            .rules = rules_.get(),
            .turn = turn_.empty() ? nullptr : &turn_,
            .approved = approved_ ? &*approved_ : nullptr,
            .rejections = &rejections_,
            .id_prefix = "1800-7"};
  }
  RuleTexts texts() const { return {.files = files_, .operations = rules::kUsualMostOperations}; }
  const model::Cluster& cluster_now() const { return cluster_; }

 private:
  bool one_in(int n) { return random_.one_in(n); }
  Milliseconds minutes(int least, int most) { return std::chrono::minutes(random_.between(least, most)); }

  // Operators refused some of what would be done now, and had one of it carried out.
  void say_of_recommendations() {
    for (const plan::Decision& decision : plan::plan(input())) {
      if (!decision.action) continue;
      const model::Action& action = *decision.action;
      if (one_in(3)) {
        rejections_.add({.decision = "1800-1-d0",
                         .rule = decision.rule,
                         .domain_uuid = action.domain_uuid,
                         .domain_name = action.domain_name,
                         .step = action.step,
                         .by = "ada",
                         .reason = "not today",
                         .at = plan::kNow,
                         .until = plan::kNow + std::chrono::hours(1)});
      } else if (one_in(3)) {
        const auto its = std::find_if(firings_.begin(), firings_.end(), [&](const rules::Firing& firing) {
          return firing.rule->name == decision.rule && firing.subject.key() == decision.subject_key;
        });
        if (its == firings_.end()) continue;
        approved_ = plan::Approval{decision.rule, decision.subject_key, action, "ada"};
        turn_ = {&*its};
      }
    }
  }

  // Some nodes have sent for long, in gaps of their own; some domains are reported by two.
  model::Cluster cluster() {
    std::vector<telemetry::NodeSnapshot> snapshots;
    for (const auto& [uuid, node] : round_.cluster.nodes()) snapshots.push_back(*node.snapshot);
    for (telemetry::NodeSnapshot& snapshot : snapshots) {
      const auto& other =
          snapshots[static_cast<std::size_t>(random_.between(0, static_cast<int>(snapshots.size()) - 1))];
      if (&other == &snapshot || other.domains.empty() || !one_in(4)) continue;
      const telemetry::DomainSample one = other.domains.front();
      if (std::any_of(snapshot.domains.begin(), snapshot.domains.end(),
                      [&](const auto& own) { return own.uuid == one.uuid; }))
        continue;
      snapshot.domains.push_back(one);
      snapshot.domains.back().state = one_in(2) ? telemetry::DomainState::kPaused : telemetry::DomainState::kRunning;
    }
    model::Cluster made;
    for (int before = random_.between(0, 6); before >= 0; --before)
      for (telemetry::NodeSnapshot snapshot : snapshots) {
        snapshot.taken_at -= Milliseconds(before * 1000 + (before > 0 ? random_.between(0, 900) : 0));
        made.apply(snapshot, snapshot.taken_at + Milliseconds(random_.between(0, 50)));
      }
    return made;
  }

  void fires(const std::string& rule, rules::Subject subject) {
    rules::Firing firing;
    firing.rules = rules_;
    firing.rule = rules_->find(rule);
    firing.subject = std::move(subject);
    firing.phase = rules::Phase::kFiring;
    firing.value = random_.ratio();
    firing.held = one_in(2) ? "2 of 3 samples" : "";
    firing.fresh = !one_in(7);
    firing.first_sample_at = plan::kNow - minutes(0, 9);
    firing.firing_since = plan::kNow - minutes(0, 60);
    firings_.push_back(std::move(firing));
  }

  void fill(const model::Node& node) {
    for (const char* rule : {"NodeCpu", "NodeMemory", "NodeVolume", "Idle", "Empty", "Told"})
      if (one_in(6)) fires(rule, {rules::SubjectKind::kNode, node.uuid(), "", {{"node", node.name()}}});
    for (const telemetry::DomainSample& one : node.snapshot->domains) {
      for (const char* rule : {"Grow", "Shrink", "Memory", "Take", "Cap"})
        if (one_in(8))
          fires(rule,
                {rules::SubjectKind::kDomain, node.uuid(), one.uuid, {{"domain", one.name}, {"node", node.name()}}});
      remember(node, one);
    }
  }

  void remember(const model::Node& node, const telemetry::DomainSample& one) {
    const std::string target = plan::uuid_of("h" + std::to_string(random_.between(0, 2)));
    for (int i = random_.between(0, 9); i > 0; --i)
      memory_.note_past(one.uuid, plan::kNow - minutes(0, 24 * 60), random_.between(1, 2000) * kMebibyte + 7);
    if (one_in(8)) memory_.raise_floor(one.uuid, {random_.between(1, 900) * kMebibyte + 3, plan::kNow, "it swapped"});
    if (one_in(9)) kept_[one.uuid] = {model::RefusalKind::kOnTwoNodes, "it runs on two nodes"};
    if (one_in(9))
      rests_.note(one.uuid, {one.name, "vCPUs 2 → 4", plan::kNow - minutes(0, 9), plan::kNow + minutes(1, 9)});
    if (one_in(6)) {
      model::Action action;
      action.id = "1-" + one.name;
      action.domain_uuid = one.uuid;
      action.domain_name = one.name;
      action.node_uuid = one_in(2) ? target : node.uuid();
      action.node_name = "h";
      action.rule = "NodeCpu";
      action.cooldown = minutes(0, 9);
      action.approved_by = one_in(3) ? "ada" : "";
      action.step = one_in(2) ? model::Step(plan::migrate_to("h1")) : model::Step(model::SetVcpus{1, 2});
      if (one_in(2))
        books_.steps.note(action, model::ActionState::kDone, plan::kNow - minutes(0, 15));
      else
        books_.steps.note_skipped(action, "it was paused", plan::kNow - minutes(0, 2), minutes(1, 5));
    }
    if (one_in(6))
      books_.refusals.note({one.uuid, one.name, target, "h", plan::RefusalScope::kTarget, "it has no such network"},
                           cluster_, plan::kNow - minutes(0, 90), {minutes(1, 30), minutes(60, 90)});
    if (one_in(4))
      domains_[one.uuid] = {random_.ratio() * 1e8, random_.ratio() * 1e9, random_.ratio() * 1e9, plan::kNow};
    if (one_in(4)) pairs_[{node.uuid(), target}] = {random_.ratio() * 1e9 + 1, random_.ratio(), 3, 1e8, 1, 2e8};
  }

  void steer() {
    books_.migrations.restore(pairs_, domains_);
    if (one_in(4)) books_.trust.lose("NodeCpu", plan::kNow, "its actions relieved nothing");
    if (one_in(6))
      holds_.add({"", plan::HoldOn::kNode, "h1", plan::uuid_of("h1"), "ada", "disks", plan::kNow, {}, false, {}});
    if (one_in(9))
      holds_.add({"", plan::HoldOn::kRule, "Grow", "", "bob", "tests", plan::kNow, plan::kNow + minutes(1, 600), true,
                  minutes(1, 600)});
    if (one_in(4)) {
      plan::Window window;
      window.from_minute = random_.between(0, 1440);
      window.to_minute = random_.between(0, 1440);
      window.days = {random_.between(0, 6), random_.between(0, 6)};
      window.zone = std::make_shared<model::TimeZone>(zone_);
      if (one_in(2)) window.actions = {plan::ActionKind::kMigrate, plan::ActionKind::kShrink};
      (one_in(2) ? windows_.allow : windows_.deny).push_back(window);
    }
  }

  void choose_turn() {
    for (const rules::Firing& firing : firings_)
      if (one_in(2)) turn_.insert(one_in(2) ? turn_.begin() : turn_.end(), &firing);
  }

  plan::RandomCluster random_;
  plan::Round round_;
  std::vector<rules::SourceFile> files_{{"/etc/hotspot/rules/all.yml", kManyRules}};
  std::shared_ptr<const rules::RuleSet> rules_;
  std::vector<rules::GrowMark> grow_marks_;
  std::vector<rules::NodeMark> node_marks_;
  model::Cluster cluster_;
  std::vector<rules::Firing> firings_;
  std::vector<const rules::Firing*> turn_;
  ActionBooks books_{plan::Limits{}};
  plan::MigrationBook::Pairs pairs_;
  plan::MigrationBook::Domains domains_;
  plan::HoldBook holds_;
  plan::DomainRests rests_;
  plan::KeptDomains kept_;
  std::optional<plan::Approval> approved_;
  plan::Rejections rejections_;
  plan::Windows windows_;
  model::TimeZone zone_ = hotspot::testing::berlin();
  model::MemoryPeaks memory_{std::chrono::hours(24)};
};

}  // namespace hotspot::loop
