#include "actuator/plan/guardrails.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "common/text/duration.h"

namespace hotspot::plan {

Milliseconds followed_within(const Limits& limits) { return limits.cooldown_cap + limits.return_rest; }

bool grows(const model::Step& step) { return model::direction(step) == model::Direction::kUp; }

bool shrinks(const model::Step& step) { return model::direction(step) == model::Direction::kDown; }

CooldownTerms cooldown_after(const model::Action& action, model::ActionState end) {
  const bool well = end == model::ActionState::kDone;
  // A roll-back belongs to the action that it undoes, which has its own cooldown.
  if (!action.undoes.empty())
    return {.doubles = false, .holds_growth = false, .starts_doubled = false, .holds_drain = false};
  const bool scales = grows(action.step) || shrinks(action.step);
  const bool small = scales || model::is_tuning(action.step);
  return {.doubles = !well || !scales,
          .holds_growth = !shrinks(action.step),
          .starts_doubled = !well && shrinks(action.step) && model::memory_change(action.step).has_value(),
          .holds_drain = !(well && small)};
}

void CooldownBook::note(const Ended& ended, const Limits& limits) {
  const WallTime now = ended.at;
  const CooldownTerms& rest = ended.rest;
  Cooldown& entry = entries_[ended.domain_uuid];
  Milliseconds length = std::min(ended.base, limits.cooldown_cap);
  if (now - entry.last_action > limits.cooldown_window) entry.repetitions = 0;
  if (rest.doubles) {
    ++entry.repetitions;
    const int doublings = entry.repetitions - (rest.starts_doubled ? 0 : 1);
    for (int i = 0; i < doublings && length < limits.cooldown_cap; ++i) length *= 2;
  }
  const WallTime until = now + std::min(length, limits.cooldown_cap);
  entry.until = std::max(entry.until, until);
  if (rest.holds_growth) entry.until_growth = std::max(entry.until_growth, until);
  if (rest.holds_drain) entry.until_drain = std::max(entry.until_drain, until);
  entry.last_action = now;
}

std::optional<model::Refusal> CooldownBook::refusal(const std::string& domain_uuid, WallTime now, Wish wish) const {
  const auto found = entries_.find(domain_uuid);
  if (found == entries_.end()) return std::nullopt;
  const Cooldown& entry = found->second;
  const WallTime until = wish == Wish::kGrow    ? entry.until_growth
                         : wish == Wish::kDrain ? entry.until_drain
                                                : entry.until;
  if (now >= until) return std::nullopt;
  const int actions = std::max(1, entry.repetitions);
  return model::Refusal{model::RefusalKind::kInCooldown, "cools down for another " + text::duration_text(until - now) +
                                                             " after " + std::to_string(actions) +
                                                             (actions == 1 ? " action" : " actions")};
}

void CooldownBook::forget_expired(WallTime now, const Limits& limits) {
  for (auto& [uuid, entry] : entries_) {
    if (entry.last_action <= now) continue;
    const auto ahead = entry.last_action - now;  // the clock was set back since then: keep the full length
    entry.until -= ahead;
    entry.until_growth -= ahead;
    entry.until_drain -= ahead;
    entry.last_action = now;
  }
  std::erase_if(entries_, [&](const auto& entry) {
    return now >= entry.second.until && now - entry.second.last_action > limits.cooldown_window;
  });
}

Result<void> CooldownBook::restore(const std::string& text) {
  std::map<std::string, Cooldown> restored;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string uuid;
    std::int64_t until = 0, last = 0;
    Cooldown entry;
    if (!(fields >> uuid >> until >> entry.repetitions >> last) || entry.repetitions < 0) {
      return Error{"the line '" + line + "' is not a cooldown"};
    }
    entry.until = from_unix_ms(until);
    entry.last_action = from_unix_ms(last);
    std::int64_t growth = until;  // written by a version without this field
    if (!(fields >> growth)) growth = until;
    entry.until_growth = from_unix_ms(growth);
    std::int64_t drain = until;
    if (!(fields >> drain)) drain = until;
    entry.until_drain = from_unix_ms(drain);
    restored[uuid] = entry;
  }
  entries_ = std::move(restored);
  return {};
}

}  // namespace hotspot::plan
