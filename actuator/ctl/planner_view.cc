#include "actuator/ctl/planner_view.h"

#include <algorithm>
#include <set>
#include <utility>

#include "actuator/client/admitted.h"
#include "actuator/client/status_record.h"
#include "actuator/ctl/live_data.h"
#include "actuator/daemon/rule_files.h"
#include "actuator/io/redis/journal.h"
#include "actuator/loop/book_records.h"
#include "actuator/loop/refusals.h"
#include "actuator/loop/rule_trust.h"
#include "actuator/loop/state_fields.h"
#include "actuator/loop/steering_state.h"
#include "actuator/record/admission.h"
#include "actuator/record/drain.h"
#include "actuator/record/journal_entry.h"
#include "actuator/rules/advice/grow_marks.h"
#include "actuator/rules/advice/node_marks.h"

namespace hotspot::ctl {
namespace {

// As many as a new leader looks through for what was done lately.
constexpr std::size_t kJournalEntries = 2000;
constexpr Milliseconds kSettles{std::chrono::hours(1)};

Error cannot_be_told(const std::string& what, const Error& why) {
  return Error{"what the planner would do cannot be told: " + what + " cannot be read (" + why.message + ")"};
}

// What ended lately on the nodes of an action; what was skipped changed nothing.
void note_end(const ports::JournalEntry& entry, std::map<std::string, WallTime>& ended) {
  if (!model::is_final(entry.state) || entry.state == model::ActionState::kSkipped || loop::cost_nothing(entry)) return;
  const auto note = [&](const std::string& uuid) { ended[uuid] = std::max(ended[uuid], entry.at); };
  note(entry.action.node_uuid);
  if (const auto* move = std::get_if<model::MigrateTo>(&entry.action.step)) note(move->target_uuid);
}

// "domain:UUID,…": the UUID.
std::string uuid_in(const std::string& key) {
  const std::size_t begin = std::min(key.find(':'), key.size());
  return begin == key.size() ? "" : key.substr(begin + 1, key.find(',', begin) - begin - 1);
}

}  // namespace

Result<std::unique_ptr<PlannerView>> PlannerView::read(Session& session) {
  std::unique_ptr<PlannerView> view(new PlannerView(session.config()));
  view->now_ = session.now();
  if (const auto done = view->read_state(session); !done) return done.error();
  if (const auto done = view->read_nodes(session); !done) return done.error();
  if (const auto done = view->read_actions(session); !done) return done.error();
  if (const auto done = view->read_steering(); !done) return done.error();
  view->read_rules();
  view->read_firings();
  return view;
}

Result<void> PlannerView::read_state(Session& session) {
  auto record = client::read_status(session.connection());
  if (!record) return record.error();
  state_ = std::move(record->fields);
  status_ = std::move(record->status);
  led_ = record->led;
  if (!led_) remarks_.push_back("no hotspotd has led this cluster yet: nobody acts on what is said here");
  return {};
}

Result<void> PlannerView::read_nodes(Session& session) {
  auto newest = client::newest_of_admitted(session.connection(), kLiveWindow);
  if (!newest) return newest.error();
  record::Admission admission;
  if (const auto field = state_.find(record::kAdmissionField); field != state_.end()) {
    auto read = record::admission_from_json(field->second);
    if (!read) return cannot_be_told("which nodes count", read.error());
    admission = std::move(*read);
  } else {
    remarks_.push_back("no hotspotd has said yet which of the admitted nodes count: all do here");
  }
  std::set<std::string> silent, frozen;
  for (const auto& [id, node] : newest->registry.nodes) silent.insert(node.name);
  model::Freshness lenient = config_.freshness;  // what is old is stale, and not refused
  lenient.max_clock_skew = Milliseconds(std::chrono::hours(24 * 365));
  for (ports::Arrival& arrival : newest->newest.snapshots) {
    const std::string name = arrival.snapshot.node.name, uuid = arrival.snapshot.node.uuid;
    silent.erase(name);
    const record::AdmittedNode* known = admission.find(name);
    const bool counts = known == nullptr ? admission.admitted.empty() : known->standing == "proven";
    const std::string standing = known == nullptr ? "unproven" : known->standing;
    if (!counts)
      not_counting_.push_back(
          {name, uuid, standing, known == nullptr ? "no hotspotd has said anything of it yet" : known->why});
    if (standing == "frozen") frozen.insert(uuid);
    if (counts || standing == "frozen") cluster_.apply(std::move(arrival.snapshot), arrival.received_at, lenient);
  }
  cluster_.set_aside(frozen);
  for (const auto& [id, node] : newest->registry.nodes)
    if (silent.contains(node.name))
      not_counting_.push_back({node.name, node.host_uuid, "silent", "it has sent nothing within the last hour"});
  const auto drains = state_.find(record::kDrainsField);
  if (drains == state_.end()) return {};
  const auto read = record::drains_from_json(drains->second);
  if (!read) return cannot_be_told("which nodes are drained", read.error());
  std::set<std::string> draining;
  for (const auto& [uuid, drain] : *read) draining.insert(uuid);
  cluster_.set_draining(std::move(draining));
  return {};
}

Result<void> PlannerView::read_actions(Session& session) {
  for (const auto& [field, value] : state_) {
    if (!field.starts_with(io::kOpenActionPrefix)) continue;
    auto entry =
        record::journal_entry_from_json(std::string_view(value).substr(std::min(value.find(' '), value.size())));
    if (!entry) return cannot_be_told("the action under way in the field '" + field + "'", entry.error());
    in_flight_.push_back({std::move(entry->action), entry->state, false});
  }
  const auto newest = session.redis().newest_entries(kJournalEntries);
  if (!newest) return newest.error();
  books_.take_lead(*newest);
  for (const ports::JournalEntry& entry : *newest)
    if (now_ - entry.at < kSettles) note_end(entry, node_action_ended_);
  return {};
}

Result<void> PlannerView::read_steering() {
  const auto text = [&](const char* field) {
    const auto found = state_.find(field);
    return found == state_.end() ? std::string() : found->second;
  };
  auto holds = loop::holds_from_json(text("holds"));
  if (!holds) return cannot_be_told("the holds", holds.error());
  holds_.restore(std::move(holds->holds), holds->last_number, now_);
  auto rests = loop::rests_from_json(text("foreign"));
  if (!rests) return cannot_be_told("which domains rest", rests.error());
  rests_.restore(std::move(rests->rests));
  const auto two = record::on_two_nodes_from_json(text(loop::kTwoNodesField));
  if (!two) return cannot_be_told("which domains run on two nodes", two.error());
  two_nodes_.restore(*two, now_);
  two_nodes_.advance({.cluster = cluster_, .freshness = config_.freshness, .in_flight = in_flight_, .now = now_});
  if (const auto done = loop::restore(books_.cooldowns, text("cooldowns")); !done)
    return cannot_be_told("the cooldowns", done.error());
  if (const auto done = loop::restore(books_.refusals, text(loop::kTargetRefusalsField)); !done)
    return cannot_be_told("what targets refused", done.error());
  if (const auto done = loop::restore(books_.trust, text(loop::kTrustField)); !done)
    return cannot_be_told("which rules have lost their right to act", done.error());
  if (const auto done = recommendations_.restore(text(record::kRecommendationsField)); !done)
    return cannot_be_told("which recommendations were refused", done.error());
  // Figures of earlier migrations only make the prediction better.
  if (const auto done = loop::restore(books_.migrations, text("migrations")); !done)
    remarks_.push_back("what earlier migrations showed cannot be read: " + done.error().message);
  books_.review(cluster_, now_);
  return {};
}

void PlannerView::read_rules() {
  loop::LoadedRules loaded = daemon::load_rules(config_.rules_path, config_.rule_operations);
  if (!loaded.problem.empty() || !loaded.checked.ok()) {
    remarks_.push_back("the rules are not considered: " +
                       (loaded.problem.empty()
                            ? "there are errors in " + config_.rules_path + " (hotspotctl rule check tells them)"
                            : loaded.problem));
    return;
  }
  rules_ = loaded.checked.rules;
  if (led_ && !status_.rules.fingerprint.empty() && status_.rules.fingerprint != rules_->fingerprint)
    remarks_.push_back("the leader has other rules than " + config_.rules_path + " on this machine");
  node_marks_ = rules::node_marks(rules_);
  grow_marks_ = rules::grow_marks(rules_);
}

// The leader's own, with the rules of this machine.
void PlannerView::read_firings() {
  for (const record::Status::Firing& one : status_.firings) {
    if (one.phase != "firing" || rules_ == nullptr) continue;
    const auto rule = std::find_if(rules_->rules.begin(), rules_->rules.end(),
                                   [&](const rules::Rule& other) { return other.name == one.rule; });
    if (rule == rules_->rules.end()) continue;
    rules::Firing firing;
    firing.rules = rules_;
    firing.rule = &*rule;
    firing.subject.kind = rule->subject;
    firing.subject.labels = one.labels;
    if (rule->subject == rules::SubjectKind::kNode) firing.subject.node_uuid = uuid_in(one.subject_key);
    if (rule->subject == rules::SubjectKind::kDomain) {
      firing.subject.domain_uuid = uuid_in(one.subject_key);
      if (const auto domain = cluster_.find_domain(firing.subject.domain_uuid))
        firing.subject.node_uuid = domain.node->uuid();
    }
    firing.phase = rules::Phase::kFiring;
    firing.value = one.value;
    firing.held = one.held;
    firing.fresh = one.fresh;
    firings_.push_back(std::move(firing));
  }
}

plan::PlanInput PlannerView::input(const model::Cluster& cluster) const {
  return {.cluster = cluster,
          .firings = firings_,
          .in_flight = in_flight_,
          .cooldowns = books_.cooldowns,
          .node_action_ended = node_action_ended_,
          .daemon_mode = led_ ? rules::mode_from_string(status_.mode).value_or(rules::Mode::kObserve) : config_.mode,
          .limits = config_.limits,
          .margins = config_.margins,
          .freshness = config_.freshness,
          .now = now_,
          .migration = config_.migration,
          .migrations = &books_.migrations,
          .refusals = &books_.refusals,
          .restraints = {.holds = &holds_,
                         .windows = &config_.windows,
                         .rests = &rests_,
                         .zone = &config_.zone,
                         .shrink_pace = {},
                         .kept = &two_nodes_.kept()},
          .trust = &books_.trust,
          .steps = &books_.steps,
          .grow_marks = &grow_marks_,
          .node_marks = &node_marks_,
          .rejections = &recommendations_.rejections,
          .id_prefix = "asked"};
}

nlohmann::json refusal_json(const model::Refusal& refusal) {
  return {{"kind", model::to_string(refusal.kind)}, {"message", refusal.message}};
}

std::string change_text(const nlohmann::json& before, const nlohmann::json& after,
                        std::string (*cell)(const nlohmann::json&)) {
  return cell(before) + " → " + cell(after);
}

void say_remarks(const PlannerView& view) {
  for (const std::string& remark : view.remarks()) fail(remark);
}

}  // namespace hotspot::ctl
