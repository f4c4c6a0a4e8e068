#include "actuator/loop/episodes.h"

#include <algorithm>
#include <utility>

#include "common/text/duration.h"

namespace hotspot::loop {
namespace {

constexpr std::size_t kEach = 5;         // so many at once have a line each
constexpr std::size_t kLines = 12;       // of one group in its window; the rest is counted
constexpr std::size_t kListed = 5;       // names in one line
constexpr std::size_t kSubjects = 1000;  // that a count tells apart

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kListed; ++i) text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > kListed ? text + " and " + std::to_string(names.size() - kListed) + " more" : text;
}

std::string times(std::size_t count) { return count == 1 ? "once" : std::to_string(count) + " times"; }

}  // namespace

void Episodes::begin(const Episode& episode, Milliseconds now, const std::string& witness) {
  const auto known = states_.find(episode.key);
  if (known == states_.end() && states_.size() >= kMost) return count(group_of(episode), "others");
  State& state = known == states_.end() ? states_[episode.key] : known->second;
  state.witnesses.insert(witness);
  if (std::exchange(state.lasts, true)) return;
  if (state.said) return;  // it was over for less than a round
  state.episode = episode;
  state.began = now;
  state.said = false;
  state.why.clear();
  group_of(episode).begun.push_back(episode.key);
}

Episodes::Group& Episodes::group_of(const Episode& episode) {
  Group& group = groups_[episode.group];
  group.window = episode.window;
  group.level = episode.level;
  group.again = episode.again;
  group.has_ends = !episode.ends.empty();
  group.changed = true;
  return group;
}

void Episodes::adopt(const Episode& episode, Milliseconds began) {
  if (states_.size() >= kMost || lasts(episode.key)) return;
  states_[episode.key] = {
      .episode = episode, .lasts = true, .said = true, .began = began, .ended = {}, .witnesses = {""}, .why = {}};
  group_of(episode).told.insert(episode.key);
}

void Episodes::end(const std::string& key, Milliseconds now, const std::string& witness, const std::string& why) {
  const auto known = states_.find(key);
  if (known == states_.end() || !known->second.lasts) return;
  State& state = known->second;
  state.witnesses.erase(witness);
  if (!state.witnesses.empty()) return;
  state.lasts = false;
  state.ended = now;
  state.why = why;
  Group& group = groups_[state.episode.group];
  group.ended.push_back(key);
  group.changed = true;
}

void Episodes::replace(const std::string& kind, const std::vector<Episode>& lasting, Milliseconds now) {
  std::set<std::string> keys;
  for (const Episode& episode : lasting) {
    keys.insert(episode.key);
    if (!full() || states_.contains(episode.key)) begin(episode, now);
  }
  for (const auto& [key, state] : states_) {
    if (state.lasts && state.episode.kind == kind && !keys.contains(key)) end(key, now);
  }
}

void Episodes::event(const Episode& episode, Milliseconds now) {
  begin(episode, now);
  end(episode.key, now);
}

void Episodes::forget(const std::string& kind) {
  std::set<std::string> gone;
  for (const auto& [key, state] : states_) {
    if (state.episode.kind == kind) gone.insert(state.episode.group);
  }
  std::erase_if(states_, [&](const auto& entry) { return entry.second.episode.kind == kind; });
  for (const std::string& group : gone) groups_.erase(group);
}

bool Episodes::lasts(const std::string& key) const {
  const auto known = states_.find(key);
  return known != states_.end() && known->second.lasts;
}

void Episodes::say(Milliseconds now) {
  for (auto one = groups_.begin(); one != groups_.end();) {
    Group& group = one->second;
    if (group.window_began && now - *group.window_began >= group.window) close_window(one->first, group, now);
    say_begun(group, now);
    say_ended(group);
    if (group.unsaid_begins > 0 && !group.window_began) group.window_began = now;
    const bool idle = !group.window_began && std::exchange(group.changed, false);
    one = idle && prune(one->first) ? groups_.erase(one) : std::next(one);
  }
}

void Episodes::count(Group& group, const std::string& subject) {
  ++group.unsaid_begins;
  if (group.unsaid.size() < kSubjects || group.unsaid.contains(subject)) ++group.unsaid[subject];
}

void Episodes::say_begun(Group& group, Milliseconds now) {
  std::vector<State*> first;
  for (const std::string& key : std::exchange(group.begun, {})) {
    State& state = states_.at(key);
    const bool room = group.lines + (state.episode.many.empty() ? first.size() : 0) < kLines;
    if (!group.told.insert(key).second || !room)
      count(group, state.episode.subject);
    else
      first.push_back(&state);
  }
  if (first.empty()) return;
  if (!group.window_began) group.window_began = now;
  for (State* state : first) state->said = true;
  if (first.size() > kEach && !first.front()->episode.many.empty()) {
    std::vector<std::string> names;
    for (const State* state : first) names.push_back(state->episode.subject);
    ++group.lines;
    return log_(group.level, first.front()->episode.many + " " + std::to_string(first.size()) + ": " + listed(names));
  }
  for (const State* state : first) {
    ++group.lines;
    log_(state->episode.level, state->episode.begins);
  }
}

void Episodes::say_ended(Group& group) {
  std::vector<State*> told;
  for (const std::string& key : std::exchange(group.ended, {})) {
    State& state = states_.at(key);
    if (state.lasts || !std::exchange(state.said, false) || state.episode.ends.empty()) continue;
    if (group.lines >= kLines + kEach)
      ++group.unsaid_ends;
    else
      told.push_back(&state);
  }
  if (told.empty()) return;
  if (told.size() > kEach && !told.front()->episode.many_end.empty()) {
    std::vector<std::string> names;
    Milliseconds shortest = told.front()->ended - told.front()->began, longest = shortest;
    for (const State* state : told) {
      names.push_back(state->episode.subject);
      shortest = std::min(shortest, state->ended - state->began);
      longest = std::max(longest, state->ended - state->began);
    }
    ++group.lines;
    const std::string least = text::duration_text(shortest), most = text::duration_text(longest);
    return log_(LogLevel::kInfo, told.front()->episode.many_end + " " + std::to_string(told.size()) + ": " +
                                     listed(names) + "; after " + least + (least == most ? "" : " to " + most));
  }
  for (const State* state : told) {
    ++group.lines;
    log_(LogLevel::kInfo, state->episode.ends + " after " + text::duration_text(state->ended - state->began) +
                              (state->why.empty() ? "" : "; " + state->why));
  }
}

// The names of those that last without having been told; they count as told from here on.
std::string Episodes::lasting_in(const std::string& name, Group& group) {
  std::vector<std::string> names;
  for (auto& [key, state] : states_) {
    if (state.episode.group != name || !state.lasts || state.said) continue;
    if (std::find(group.begun.begin(), group.begun.end(), key) != group.begun.end()) continue;  // comes right after
    state.said = true;
    group.told.insert(key);
    names.push_back(state.episode.subject);
  }
  return listed(names);
}

void Episodes::close_window(const std::string& name, Group& group, Milliseconds now) {
  group.window_began.reset();
  group.lines = 0;
  group.changed = true;
  // What came back is counted through the next window too; one without any is the end of that.
  if (group.unsaid_begins == 0) group.told.clear();
  if (group.unsaid_begins == 0 && group.unsaid_ends == 0) return;
  group.window_began = now;
  std::vector<std::pair<std::size_t, std::string>> counts;
  for (const auto& [subject, count] : group.unsaid) counts.emplace_back(count, subject);
  std::sort(counts.rbegin(), counts.rend());
  std::vector<std::string> names;
  for (const auto& [count, subject] : counts)
    names.push_back(subject == name || subject.empty() ? times(count) : subject + " " + times(count));
  std::string text = name + ": ";
  if (group.unsaid_begins > 0) {
    text += group.again + " " + times(group.unsaid_begins) + " more in " + text::duration_text(group.window);
    if (counts.size() > 1 || (!counts.empty() && counts.front().second != name)) text += " (" + listed(names) + ")";
  }
  if (group.unsaid_ends > 0)
    text += (group.unsaid_begins > 0 ? ", " : "") + std::to_string(group.unsaid_ends) + " more are over";
  const std::string lasting = lasting_in(name, group);
  const bool on = !lasting.empty();
  log_(on ? group.level : LogLevel::kInfo, text + (on ? "; it lasts: " + lasting : group.has_ends ? "; over now" : ""));
  group.unsaid.clear();
  group.unsaid_begins = group.unsaid_ends = 0;
}

// What is over and whose window is over is forgotten. True: the group has nothing left.
bool Episodes::prune(const std::string& name) {
  std::erase_if(states_, [&](const auto& entry) { return entry.second.episode.group == name && !entry.second.lasts; });
  return std::none_of(states_.begin(), states_.end(),
                      [&](const auto& entry) { return entry.second.episode.group == name; });
}

}  // namespace hotspot::loop
