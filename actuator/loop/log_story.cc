#include "actuator/loop/log_story.h"

#include <algorithm>
#include <array>
#include <utility>

#include "actuator/loop/log_names.h"
#include "common/text/duration.h"

namespace hotspot::loop {
namespace {

constexpr Milliseconds kRuleWindow{std::chrono::minutes(10)};
constexpr std::size_t kProblemLines = 5;
constexpr std::size_t kLookedFor = 20;  // names, in one round
// After Redis was away, nodes have this long to send before their silence is theirs.
constexpr Milliseconds kAfterRedis{std::chrono::seconds(10)};
constexpr Milliseconds kNoMoreBad{std::chrono::minutes(5)};

constexpr const char* kRedisKey = "redis";
constexpr const char* kEventsKey = "events";

void say_some(const Log& log, LogLevel level, const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < lines.size() && i < kProblemLines; ++i) log(level, lines[i]);
  if (lines.size() > kProblemLines)
    log(level, "and " + std::to_string(lines.size() - kProblemLines) + " more; hotspotd --check shows all");
}

std::string set_text(const rules::RuleSet& set) {
  return std::to_string(set.rules.size()) + " rules of " + std::to_string(set.files.size()) + " files, set " +
         set.fingerprint;
}

// That a rule waits for the end of something that was told already is routine.
bool is_waiting(const plan::Decision& decision) {
  using Kind = model::RefusalKind;
  constexpr std::array kWaiting{Kind::kInCooldown,      Kind::kInFlight, Kind::kSettling,     Kind::kTooMany,
                                Kind::kChangedByOthers, Kind::kHeld,     Kind::kOutsideWindow};
  return !decision.considered.empty() &&
         std::all_of(decision.considered.begin(), decision.considered.end(), [&](const plan::Considered& one) {
           return std::find(kWaiting.begin(), kWaiting.end(), one.refusal.kind) != kWaiting.end();
         });
}

}  // namespace

void LogStory::rules_refused(const Refused& refused) {
  if (rules_.wrong && rules_.problems == refused.problems)
    return log_(LogLevel::kDebug, "rules are as wrong as before (" + refused.why + ")");
  const std::string first = rules_.wrong ? "rules are still wrong, in another way (" : "rules are refused (";
  log_(LogLevel::kError,
       first + refused.why + "), " +
           (refused.runs_on ? "the set of before keeps running:" : "nothing is done until they are right:"));
  say_some(log_, LogLevel::kError, refused.problems);
  if (!std::exchange(rules_.wrong, true)) rules_.since = clock_.steady();
  rules_.problems = refused.problems;
}

void LogStory::rules_loaded(const std::string& why, const rules::RuleSet& set,
                            const std::vector<std::string>& warnings) {
  const bool were_wrong = std::exchange(rules_.wrong, false);
  const std::string length = text::duration_text(clock_.steady() - rules_.since);
  log_(LogLevel::kInfo, (were_wrong ? "rules are right again after " + length : std::string("rules are loaded")) +
                            " (" + why + "): " + set_text(set));
  say_some(log_, LogLevel::kWarning, warnings);
}

void LogStory::rules_unchanged(const std::string& why, const rules::RuleSet& set) {
  const bool were_wrong = std::exchange(rules_.wrong, false);
  if (were_wrong)
    log_(LogLevel::kInfo, "rules are right again after " + text::duration_text(clock_.steady() - rules_.since) + " (" +
                              why + "), and as they were before: " + set_text(set));
  else
    log_(LogLevel::kInfo, "rules were read again (" + why + "), nothing in them has changed: " + set_text(set));
}

void LogStory::took_lead(const std::string& cluster, const std::string& holder, std::int64_t token) {
  leads_since_ = clock_.steady();
  const bool could_not = !std::exchange(cannot_lead_, "").empty();
  log_(LogLevel::kInfo, "leads cluster '" + cluster + "' as " + holder + ", token " + std::to_string(token) +
                            (could_not ? ", after " + text::duration_text(clock_.steady() - cannot_lead_since_) +
                                             " in which it could not"
                                       : ""));
}

void LogStory::decision_head(const record::DecisionHead& head) {
  log_(LogLevel::kInfo, "decision head " + record::to_string(head));
}

void LogStory::lost_decisions(const record::DecisionHead& before, const record::DecisionHead& now) {
  log_(LogLevel::kWarning, "Redis has lost decisions: the last one recorded was " + record::to_string(before) +
                               ", and the newest is now " + record::to_string(now));
}

void LogStory::cannot_lead(const std::string& why) {
  if (why == cannot_lead_) return log_(LogLevel::kDebug, "still cannot lead: " + why);
  if (cannot_lead_.empty()) cannot_lead_since_ = clock_.steady();
  cannot_lead_ = why;
  log_(LogLevel::kError, "cannot lead: " + why + "; gives the lead back, and tries again each second");
}

void LogStory::asks_about_open_actions(std::size_t count) {
  log_(LogLevel::kInfo, std::to_string(count) + " actions were open in the journal; asking libvirt about them");
}

void LogStory::hands_over(const std::string& cluster, const std::string& heir) {
  log_(LogLevel::kInfo, "hands cluster '" + cluster + "' over: " + heir + " leads fewer");
}

void LogStory::lost_lead(const std::string& why) {
  for (const char* kind : {"rule", "problem", "decision", "write"}) episodes_.forget(kind);
  if (!leads_since_) return;
  log_(LogLevel::kWarning, "does not lead any more, after " + text::duration_text(clock_.steady() - *leads_since_) +
                               (why.empty() ? "" : ": " + why));
  leads_since_.reset();
}

void LogStory::redis(const std::string& connection, const ports::SourceChange& change) {
  const std::string& message = change.message;
  const Milliseconds now = clock_.steady();
  const bool was_away = episodes_.lasts(kRedisKey);
  if (change.connected) {
    redis_words_.erase(connection);
    if (was_away) {
      episodes_.end(kRedisKey, now, connection);
      if (!episodes_.lasts(kRedisKey)) redis_well_since_ = now;
      return log_(LogLevel::kDebug, message);
    }
    return log_(LogLevel::kInfo, message);
  }
  const auto before = redis_words_.find(connection);
  // Another fault of the same outage: "away", then "wrong password".
  if (was_away && before != redis_words_.end() && before->second != message) log_(LogLevel::kError, message);
  redis_words_[connection] = message;
  episodes_.begin({.key = kRedisKey,
                   .kind = "redis",
                   .group = "Redis",
                   .subject = "Redis",
                   .level = LogLevel::kError,
                   .begins = message,
                   .ends = "Redis is well again",
                   .many = "",
                   .many_end = "",
                   .again = "was away"},
                  now, connection);
}

void LogStory::events(const ports::EventsStatus& status) {
  const Milliseconds now = clock_.steady();
  if (status.problem.empty()) return episodes_.end(kEventsKey, now);
  if (episodes_.lasts(kEventsKey)) return;
  episodes_.begin({.key = kEventsKey,
                   .kind = "events",
                   .group = "Graphite events",
                   .subject = "Graphite events",
                   .level = LogLevel::kWarning,
                   .begins = "events cannot be written to " + status.to + ": " + status.problem +
                             "; it is tried again, and all else goes on",
                   .ends = "events can be written to " + status.to + " again",
                   .many = "",
                   .many_end = "",
                   .again = "could not be written"},
                  now);
}

void LogStory::write_failed(const std::string& what, const ports::WriteError& error) {
  const std::string sentence = what + " could not be written: " + error.message;
  // That Redis is away was told; what is not written meanwhile follows.
  if (episodes_.lasts(kRedisKey) && error.fault == ports::WriteFault::kUnreachable)
    return log_(LogLevel::kDebug, sentence);
  episodes_.begin({.key = "write " + what,
                   .kind = "write",
                   .group = what,
                   .subject = what,
                   .level = LogLevel::kError,
                   .begins = sentence,
                   .ends = what + " can be written again",
                   .many = "",
                   .many_end = "",
                   .again = "could not be written"},
                  clock_.steady());
}

void LogStory::written(const std::string& what) { episodes_.end("write " + what, clock_.steady()); }

void LogStory::bad_snapshot(const std::string& fault, const std::string& stream_id, const std::string& message) {
  bad_snapshots_[fault] = clock_.steady();
  episodes_.begin({.key = "bad " + fault,
                   .kind = "bad",
                   .group = "skipped snapshots (" + fault + ")",
                   .subject = fault,
                   .begins = "a snapshot was skipped (" + stream_id + "): " + message +
                             "; more of its kind are only counted, see hotspotctl status",
                   .ends = "no snapshot is skipped any more for that reason (" + fault + "),",
                   .many = "",
                   .many_end = "",
                   .again = "came back"},
                  clock_.steady());
}

void LogStory::node_trouble(const model::Node& node, std::vector<Episode>& silent) const {
  const std::string name = "node " + node.name();
  silent.push_back({.key = "node " + node.uuid(),
                    .kind = "node",
                    .group = "nodes",
                    .subject = name,
                    .level = LogLevel::kWarning,
                    .begins = name + " is silent: its newest snapshot is " +
                              text::duration_text(model::age(node, clock_.now())) + " old; nothing is done on it",
                    .ends = name + " sends again",
                    .many = "nodes are silent, nothing is done on these",
                    .many_end = "nodes send again:",
                    .again = "were silent"});
}

void LogStory::nodes(const model::Cluster& cluster, const model::Freshness& freshness) {
  const Milliseconds now = clock_.steady();
  const bool redis_is_the_reason =
      episodes_.lasts(kRedisKey) || (redis_well_since_ > Milliseconds(0) && now - redis_well_since_ < kAfterRedis);
  std::vector<Episode> silent;
  for (const auto& [uuid, node] : cluster.nodes()) {
    if (!model::is_stale(node, clock_.now(), freshness)) continue;
    if (redis_is_the_reason && !episodes_.lasts("node " + uuid)) continue;
    node_trouble(node, silent);
  }
  episodes_.replace("node", silent, now);
}

void LogStory::clock_moved(Milliseconds by) {
  episodes_.event({.key = "clock",
                   .kind = "clock",
                   .group = "this machine's clock",
                   .subject = "clock",
                   .begins = "this machine's clock moved by " + text::duration_text(std::max(by, -by)) +
                             (by > Milliseconds(0) ? " forth" : " back") +
                             ": it was set, or the machine slept; snapshots count again once the clocks agree",
                   .ends = "",
                   .many = "",
                   .many_end = "",
                   .again = "moved"},
                  clock_.steady());
}

void LogStory::firings(const std::vector<rules::Firing>& firing, const model::Cluster& cluster) {
  std::vector<Episode> all;
  std::size_t new_ones = 0;
  for (const rules::Firing& one : firing) {
    if (one.rule == nullptr) continue;
    const std::string rule = "rule " + one.rule->name;
    const std::string key = rule + " " + one.subject.key();
    if (episodes_.lasts(key)) {
      all.push_back({.key = key, .kind = "rule"});
      continue;
    }
    // Thousands may fire in one round: to look for a name among all domains is for the few that are listed.
    if (episodes_.full()) continue;
    const bool looks = ++new_ones <= kLookedFor;
    const std::string subject = subject_name(one, looks ? &cluster : nullptr);
    all.push_back({.key = key,
                   .kind = "rule",
                   .group = rule,
                   .subject = subject,
                   .level = LogLevel::kInfo,
                   .begins = rule + " fires on " + subject + (one.held.empty() ? "" : ", held " + one.held),
                   .ends = rule + " is resolved on " + subject,
                   .many = rule + " fires on",
                   .many_end = rule + " is resolved on",
                   .again = "fired",
                   .window = kRuleWindow});
    // One that fired before we led, or before this process began.
    if (one.firing_since && *one.firing_since < clock_.now())
      episodes_.adopt(all.back(), clock_.steady() - (clock_.now() - *one.firing_since));
  }
  episodes_.replace("rule", all, clock_.steady());
}

void LogStory::problems(const std::vector<std::string>& problems) {
  std::vector<Episode> all;
  for (const std::string& problem : problems)
    all.push_back({.key = "problem " + problem,
                   .kind = "problem",
                   .group = "evaluation of rules",
                   .subject = problem,
                   .begins = problem,
                   .ends = "over: " + problem + ",",
                   .many = "",
                   .many_end = "",
                   .again = "had problems",
                   .window = kRuleWindow});
  episodes_.replace("problem", all, clock_.steady());
}

void LogStory::decision(const plan::Decision& decision) {
  const std::string sentence = "decision " + decision.id + ": " + decision.sentence;
  if (decision.outcome == plan::Outcome::kAct) return log_(LogLevel::kInfo, sentence);
  if (decision.outcome == plan::Outcome::kNothing && is_waiting(decision)) return log_(LogLevel::kDebug, sentence);
  log_(LogLevel::kDebug, sentence);
  std::string about = plan::to_string(decision.outcome);
  if (decision.action) about += " " + decision.action->domain_uuid + " " + model::step_name(decision.action->step);
  for (const plan::Considered& one : decision.considered) {
    if (one.domain.empty() && one.target.empty()) about += std::string(" ") + model::to_string(one.refusal.kind);
  }
  episodes_.event({.key = "decision " + decision.rule + " " + decision.subject_key + " " + about,
                   .kind = "decision",
                   .group = "rule " + decision.rule + ", decisions",
                   .subject = decision.subject,
                   .level = LogLevel::kInfo,
                   .begins = sentence,
                   .ends = "",
                   .many = "decisions of rule " + decision.rule + " without an action, on",
                   .many_end = "",
                   .again = "nothing was done, or only recommended,",
                   .window = kRuleWindow},
                  clock_.steady());
}

void LogStory::action(const ports::JournalEntry& entry) {
  const bool bad = entry.state == model::ActionState::kFailed || entry.state == model::ActionState::kAborted;
  const bool rolls_back = entry.state == model::ActionState::kIntent && !entry.action.undoes.empty();
  const LogLevel level = bad                                          ? LogLevel::kWarning
                         : model::is_final(entry.state) || rolls_back ? LogLevel::kInfo
                                                                      : LogLevel::kDebug;
  log_(level, action_sentence(entry));
}

void LogStory::notice(LogLevel level, const std::string& subject, const std::string& sentence) {
  episodes_.event({.key = "notice " + subject + " " + sentence,
                   .kind = "notice",
                   .group = subject,
                   .subject = subject,
                   .level = level,
                   .begins = sentence,
                   .ends = "",
                   .many = "",
                   .many_end = "",
                   .again = "the same was noticed"},
                  clock_.steady());
}

void LogStory::say() {
  const Milliseconds now = clock_.steady();
  for (auto one = bad_snapshots_.begin(); one != bad_snapshots_.end();) {
    if (now - one->second < kNoMoreBad) {
      ++one;
      continue;
    }
    episodes_.end("bad " + one->first, one->second + Milliseconds(1000));
    one = bad_snapshots_.erase(one);
  }
  episodes_.say(now);
}

}  // namespace hotspot::loop
