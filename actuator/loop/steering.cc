#include "actuator/loop/steering.h"

#include <algorithm>
#include <optional>

#include "actuator/loop/steering_state.h"
#include "actuator/record/decision.h"

namespace hotspot::loop {
namespace {

// What was seen while another led, and nobody asked about; as long as the watch remembers what was ours.
constexpr Milliseconds kUnjudged{std::chrono::minutes(15)};
constexpr std::size_t kMostUnjudged = 10'000;
// The same domain is changed in several steps, or goes on changing: that is told once.
constexpr Milliseconds kSameChange{std::chrono::minutes(1)};

// A guest powers itself off, too.
const char* author_of(plan::ExternalChangeKind kind) {
  const bool maybe_itself = kind == plan::ExternalChangeKind::kGone || kind == plan::ExternalChangeKind::kRestarted;
  return maybe_itself ? " by somebody else, or by itself" : " by somebody else";
}

}  // namespace

Steering::Steering(const Options& options)
    : foreign_rest_(options.foreign_rest),
      shrink_pace_{options.shrink.step_bytes, options.shrink.step_pause, options.shrink.watch},
      windows_(options.windows),
      zone_(options.zone) {}

plan::Restraints Steering::restraints() const {
  return {.holds = &holds_, .windows = &windows_, .rests = &rests_, .zone = &zone_, .shrink_pace = shrink_pace_};
}

void Steering::saw(const model::Node& node, const model::Cluster& cluster) {
  keep(watch_.look(node, cluster));
  keep(watch_.look_for_gone(node.taken_at()));
}

void Steering::saw(const ports::DomainEvent& event, const model::Cluster& cluster) {
  if (event.kind == ports::DomainEventKind::kRebooted) return watch_.note_reboot(event.domain_uuid, event.at);
  const model::DomainRef domain = cluster.find_domain(event.domain_uuid);
  if (!domain) return;
  plan::ExternalChange change;
  change.kind = plan::ExternalChangeKind::kTuned;
  change.domain_uuid = event.domain_uuid;
  change.domain_name = domain.domain->name;
  change.node_uuid = domain.node->uuid();
  change.node_name = domain.node->name();
  change.after = change.at = event.at;
  keep({change});
}

void Steering::keep(std::vector<plan::ExternalChange> changes) {
  for (plan::ExternalChange& change : changes) {
    if (change.at > inherited_until_) unjudged_.push_back(std::move(change));
  }
  while (!unjudged_.empty() &&
         (unjudged_.size() > kMostUnjudged || unjudged_.back().at - unjudged_.front().at > kUnjudged)) {
    unjudged_.pop_front();
  }
}

std::vector<Notice> Steering::restore_holds(const std::string& text, WallTime now) {
  auto holds = holds_from_json(text);
  if (holds) {
    holds_.restore(std::move(holds->holds), holds->last_number, now);
    return {};
  }
  const std::string why = "the holds of before cannot be read (" + holds.error().message + ")";
  holds_.restore({}, 0, now);
  holds_.add({.id = plan::kPauseId,
              .on = plan::HoldOn::kCluster,
              .name = "",
              .uuid = "",
              .owner = "hotspotd",
              .reason = why + ": set them again, then resume",
              .since = now,
              .until = std::nullopt,
              .for_a_time = false,
              .length = std::nullopt});
  return {{"hold", "the cluster", why + "; all is paused", now}};
}

Result<void> Steering::take_lead(const std::string& text, const std::vector<ports::JournalEntry>& open,
                                 const std::vector<ports::JournalEntry>& newest, WallTime now) {
  for (const ports::JournalEntry& entry : open)
    watch_.note_own(entry.action, entry.state, entry.at, plan::ExternalChanges::Found::kAdopted);
  for (const ports::JournalEntry& entry : newest) note(entry);
  const auto before = rests_from_json(text);
  if (!before) return before.error();
  for (const auto& [uuid, rest] : before->rests) {
    const auto known = rests_.entries().find(uuid);
    if (known == rests_.entries().end() || known->second.until < rest.until) rests_.note(uuid, rest);
  }
  inherited_until_ = std::min(before->judged_until, now);
  std::vector<plan::ExternalChange> seen(unjudged_.begin(), unjudged_.end());
  unjudged_.clear();
  keep(std::move(seen));
  return {};
}

std::map<std::string, std::string> Steering::durable() const {
  return {{"holds", to_json(HoldState{holds_.all(), holds_.last_number()})},
          {"foreign", to_json(RestState{rests_.entries(), judged_until_})}};
}

Steering::News Steering::advance(const std::vector<plan::InFlight>& in_flight, WallTime now, Milliseconds steady) {
  News news;
  for (const plan::Hold& hold : holds_.expire(now, steady)) {
    news.notices.push_back(
        {"hold_ended", plan::subject_of(hold),
         plan::subject_of(hold) + " is not " + plan::describe(hold, now, zone_) + " any more: its time is over", now});
  }
  rests_.forget_ended(now, foreign_rest_);
  judged_until_ = now;
  inherited_until_ = std::min(inherited_until_, now);  // the clock may be set back
  for (; !unjudged_.empty(); unjudged_.pop_front()) judge(unjudged_.front(), in_flight, now, news);
  return news;
}

void Steering::judge(const plan::ExternalChange& change, const std::vector<plan::InFlight>& in_flight, WallTime now,
                     News& news) {
  if (watch_.is_own(change)) return;
  const std::string what = plan::describe(change);
  const auto before = rests_.entries().find(change.domain_uuid);
  const bool goes_on = before != rests_.entries().end() && change.at - before->second.at < kSameChange &&
                       change.kind != plan::ExternalChangeKind::kJob;
  const std::string before_what = goes_on ? before->second.what : "";
  const WallTime since = goes_on ? before->second.at : change.at;
  const bool lasts = change.kind != plan::ExternalChangeKind::kJob && change.kind != plan::ExternalChangeKind::kGone;
  const bool rests = foreign_rest_ > Milliseconds(0) && lasts;
  if (rests) {
    std::string all = before_what;
    if (all.find(what) == std::string::npos) all += (all.empty() || all.size() > 200 ? "" : ", ") + what;
    rests_.note(change.domain_uuid, {change.domain_name, std::move(all), since, now + foreign_rest_});
  }
  const bool told_before =
      goes_on && (change.kind == plan::ExternalChangeKind::kMemory || before_what.find(what) != std::string::npos);
  if (!told_before) {
    std::string sentence = change.domain_name + ": " + what + author_of(change.kind);
    if (rests)
      sentence += "; it rests until " + model::clock_text(now + foreign_rest_, now, zone_);
    else if (change.kind == plan::ExternalChangeKind::kJob)
      sentence += "; it is left alone while that lasts";
    news.notices.push_back({"changed_by_others", "domain " + change.domain_name + " on " + change.node_name,
                            std::move(sentence), change.at});
  }
  if (change.kind == plan::ExternalChangeKind::kJob) return;
  for (const plan::InFlight& entry : in_flight) {
    // A roll-back gives a guest what it needs: it goes on.
    if (entry.action.domain_uuid == change.domain_uuid && entry.action.undoes.empty())
      news.cancel.emplace_back(
          entry.action.id, "somebody else changed " + change.domain_name + " meanwhile (" + what + "), which stays so");
  }
}

std::string to_json(const Notice& notice, const std::string& id) {
  return record::to_json({.id = id,
                          .at = notice.at,
                          .rule = "",
                          .subject = notice.subject,
                          .subject_key = std::nullopt,
                          .outcome = notice.kind,
                          .sentence = notice.sentence,
                          .explanation = notice.sentence + "\n",
                          .about = {}});
}

}  // namespace hotspot::loop
