// The loop: acquires and loses the lease. A new leader restores the state and adopts open actions before it plans.
#include <algorithm>
#include <utility>

#include "actuator/loop/book_records.h"
#include "actuator/loop/loop.h"
#include "actuator/loop/refusals.h"
#include "actuator/rules/engine/engine.h"
#include "common/text/duration.h"

namespace hotspot::loop {

void Loop::take_lead() {
  const auto left = lead_.read_before();
  if (!left || !take_registry()) return;
  story_.took_lead(options_.cluster, vitals_.holder, lead_.token());
  const StateFields* known = state_.later_than(left->state);
  const StateFields before = known != nullptr ? *known : left->state;
  std::vector<Notice> notices = restore(before, left->answered);
  take_counts(before);
  if (known != nullptr) {
    if (left->state.contains(kDrainsField)) state_.found(kDrainsField, left->state.at(kDrainsField));
    state_.distrust();
    notices.push_back(state_was_lost());
  }
  be_careful_with_a_cluster_of_before(before);
  decision_log_.take_lead();
  const auto foreign = before.find("foreign");
  steering_.take_lead(foreign == before.end() ? "" : foreign->second, left->open, left->newest, ports_.clock.now());
  memory_care_.restore(left->newest, intake_.cluster());
  books_.take_lead(left->newest);
  const act::ExecutorOptions following{.verify_limit = options_.verify_limit,
                                       .stall_limit = options_.migration_stall,
                                       .migration = options_.migration,
                                       .shrink = options_.shrink};
  executor_ = std::make_unique<act::Executor>(ports_.make_actions(ports_.hypervisor, following), ports_.journal,
                                              ports_.clock, following);
  if (!left->open.empty()) {
    log_(LogLevel::kInfo,
         std::to_string(left->open.size()) + " actions were open in the journal; asking libvirt about them");
    gate_.allow_journal(left->open);
    executor_->adopt(left->open);
    adopting_until_ = ports_.clock.steady() + options_.call_limit + Milliseconds(2000);
  }
  take_news({notices, {}});
}

bool Loop::take_registry() {
  const auto taken = gate_.take_lead(lead_.token());
  connect_admitted();
  if (taken) return true;
  gate_.lose_lead();
  lead_.give_up("cannot settle the registry of nodes: " + taken.error().message);
  return false;
}

// Before there was a registry every node that sent was one. Nobody has said yet which of them are.
void Loop::be_careful_with_a_cluster_of_before(const std::map<std::string, std::string>& state) {
  const bool of_before = state.contains("status") && gate_.admission().registry().nodes.empty();
  if (!of_before || options_.admission.admits_by_itself() || mode_ != rules::Mode::kEnforce) return;
  mode_ = rules::Mode::kRecommend;
  log_(LogLevel::kWarning,
       "mode recommend: no node of this cluster is admitted yet. Look at those that send and admit them (hotspotctl "
       "node "
       "list --waiting, hotspotctl node admit --all-seen), then: hotspotctl mode enforce");
}

// Of the leader before.
void Loop::take_counts(const std::map<std::string, std::string>& state) {
  const auto field = state.find(kCountsField);
  const auto taken = publisher_.publication().take_lead(field == state.end() ? "" : field->second, lead_.since());
  if (!taken) log_(LogLevel::kWarning, "actions are counted anew: " + taken.error().message);
  publisher_.publication().loaded(rules_.rules());
}

Notice Loop::state_was_lost() const {
  return {"state_lost", "cluster " + options_.cluster,
          "Redis has lost holds, rests, modes or rule state that were written to it; what this hotspotd knew " +
              text::duration_text(ports_.clock.steady() - state_.known_at()) + " ago is written again",
          ports_.clock.now()};
}

// Whoever stands by keeps what the leader wrote, for a Redis that loses it.
void Loop::follow_leader() {
  publisher_.show({});
  if (lead_.follow()) state_.follow();
}

std::vector<Notice> Loop::restore(const std::map<std::string, std::string>& state,
                                  const std::vector<record::Answer>& answered) {
  const auto field = [&](const char* name) {
    const auto found = state.find(name);
    return found == state.end() ? std::string() : found->second;
  };
  std::vector<Notice> notices;
  Result<void> drains_restored;
  // A store that lost its end knows less than we do of what operators asked for.
  if (desk_.restore(state, answered, ports_.clock.now())) {
    restore_mode(field("mode"), field("mode_configured"));
    notices = steering_.restore_holds(field("holds"), ports_.clock.now());
    drains_restored = drains_.restore(field(kDrainsField));
    intake_.set_draining(drains_.uuids());
  }
  // What stands there and is not written any more is removed with the first write.
  state_.begin_anew();
  rules::SavedParts parts{.parts = {}, .clock = field(kRuleClockField)};
  for (auto from = state.lower_bound(kRuleStatePrefix); from != state.end(); ++from) {
    if (!from->first.starts_with(kRuleStatePrefix)) break;
    parts.parts[from->first.substr(std::string_view(kRuleStatePrefix).size())] = from->second;
    state_.found(from->first, from->second);
  }
  if (parts.parts.empty() && !field(kOldRuleStateField).empty()) {
    parts.parts["old"] = field(kOldRuleStateField);
    state_.found(kOldRuleStateField, field(kOldRuleStateField));
  }
  lead_.keep();
  const auto rules_restored = parts.parts.empty() ? Result<void>() : rules_.restore(parts);
  if (const auto restored = loop::restore(books_.refusals, field(kTargetRefusalsField)); !restored)
    log_(LogLevel::kWarning, "what targets refused before is not usable: " + restored.error().message);
  if (!field(kTargetRefusalsField).empty()) state_.found(kTargetRefusalsField, field(kTargetRefusalsField));
  const auto on_two_nodes = record::on_two_nodes_from_json(field(kTwoNodesField));
  if (on_two_nodes) two_nodes_.restore(*on_two_nodes, ports_.clock.now());
  if (!on_two_nodes) log_(LogLevel::kWarning, on_two_nodes.error().message);
  if (!field(kTwoNodesField).empty()) state_.found(kTwoNodesField, field(kTwoNodesField));
  lead_.keep();
  const auto cooldowns_restored = loop::restore(books_.cooldowns, field("cooldowns"));
  const auto memory_restored = memory_care_.restore(state, ports_.clock.now());
  if (!field(kDrainsField).empty()) state_.found(kDrainsField, field(kDrainsField));
  lead_.keep();
  const auto migrations_restored = loop::restore(books_.migrations, field("migrations"));
  const auto positions_restored = gate_.restore_positions(field(kPositionsField));
  for (const auto& [what, restored] :
       {std::pair{"rule state", &rules_restored}, std::pair{"cooldowns", &cooldowns_restored},
        std::pair{"learned migrations", &migrations_restored}, std::pair{"what guests needed", &memory_restored},
        std::pair{"nodes to drain", &std::as_const(drains_restored)},
        std::pair{"positions of nodes", &std::as_const(positions_restored)}}) {
    if (*restored) continue;
    log_(LogLevel::kWarning, std::string(what) + " of before is not usable: " + restored->error().message);
  }
  return notices;
}

// A mode that was set by command outlives a restart, until somebody configures another one.
void Loop::restore_mode(const std::string& mode, const std::string& configured_then) {
  mode_ = options_.mode;
  const auto set = rules::mode_from_string(mode);
  if (!set || *set == options_.mode || configured_then != rules::to_string(options_.mode)) return;
  mode_ = *set;
  log_(LogLevel::kInfo, "mode " + mode + ", as it was set by command; the configuration says " + configured_then);
}

// To a daemon that leads fewer clusters; in a moment in which nothing is under way.
void Loop::hand_over_if_uneven() {
  if (!lead_.leads() || executor_ == nullptr || !executor_->in_flight().empty()) return;
  const std::string heir = lead_.heir();
  if (heir.empty()) return;
  log_(LogLevel::kInfo, "hands cluster '" + options_.cluster + "' over: " + heir + " leads fewer");
  save_state(StateKeeper::When::kNow);
  if (!lead_.leads()) return;
  executor_.reset();
  gate_.lose_lead();
  lead_.hand_over();
}

Lead::Changes Loop::lead_changes() {
  return {.gained = [this] { take_lead(); },
          .lost = [this] { lose_lead(); },
          .renewed =
              [this](Milliseconds until) {
                if (executor_ != nullptr) executor_->act_until(until);
              }};
}

void Loop::lose_lead() {
  desk_.written(desk_.unwritten().size());  // whoever leads now answers
  executor_.reset();
  gate_.lose_lead();
}

// After a takeover nothing new is planned before libvirt was asked about what was open. A node that does not answer
// costs only itself: after the limit of a call, its actions merely stay in flight.
bool Loop::may_plan() const {
  if (executor_ == nullptr || executor_->fenced()) return false;
  if (adopting_until_ == Milliseconds(0)) return true;
  const auto in_flight = executor_->in_flight();
  return std::all_of(in_flight.begin(), in_flight.end(),
                     [](const plan::InFlight& entry) { return entry.state == model::ActionState::kVerifying; }) ||
         ports_.clock.steady() >= adopting_until_;
}

}  // namespace hotspot::loop
