#include "actuator/plan/guardrails.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "actuator/model/text.h"

namespace hotspot::plan {

void CooldownBook::note(const std::string& domain_uuid, WallTime now, Milliseconds base, const Limits& limits) {
  Cooldown& entry = entries_[domain_uuid];
  const bool within_window = entry.repetitions > 0 && now - entry.last_action <= limits.cooldown_window;
  entry.repetitions = within_window ? entry.repetitions + 1 : 1;
  Milliseconds length = std::min(base, limits.cooldown_cap);
  for (int i = 1; i < entry.repetitions && length < limits.cooldown_cap; ++i) length *= 2;
  entry.until = std::max(entry.until, now + std::min(length, limits.cooldown_cap));
  entry.last_action = now;
}

std::optional<model::Refusal> CooldownBook::refusal(const std::string& domain_uuid, WallTime now) const {
  const auto found = entries_.find(domain_uuid);
  if (found == entries_.end() || now >= found->second.until) return std::nullopt;
  const Cooldown& entry = found->second;
  return model::Refusal{model::RefusalKind::kInCooldown,
                        "cools down for another " + model::duration_text(entry.until - now) + " after " +
                            std::to_string(entry.repetitions) + (entry.repetitions == 1 ? " action" : " actions")};
}

void CooldownBook::forget_expired(WallTime now, const Limits& limits) {
  std::erase_if(entries_, [&](const auto& entry) {
    return now >= entry.second.until && now - entry.second.last_action > limits.cooldown_window;
  });
}

// One line a domain: UUID, until, repetitions, last action, times in unix milliseconds.
std::string CooldownBook::save() const {
  std::string text;
  for (const auto& [uuid, entry] : entries_) {
    text += uuid + " " + std::to_string(to_unix_ms(entry.until)) + " " + std::to_string(entry.repetitions) + " " +
            std::to_string(to_unix_ms(entry.last_action)) + "\n";
  }
  return text;
}

Result<void> CooldownBook::restore(const std::string& text) {
  std::map<std::string, Cooldown> restored;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string uuid;
    std::int64_t until = 0, last = 0;
    Cooldown entry;
    if (!(fields >> uuid >> until >> entry.repetitions >> last) || entry.repetitions < 1) {
      return Error{"the line '" + line + "' is not a cooldown"};
    }
    entry.until = from_unix_ms(until);
    entry.last_action = from_unix_ms(last);
    restored[uuid] = entry;
  }
  entries_ = std::move(restored);
  return {};
}

}  // namespace hotspot::plan
