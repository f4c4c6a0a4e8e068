// Logs what begins, lasts and ends: one line at the beginning, one line with the duration at the end, and nothing in
// between, however often it is observed.
//
// Many beginnings or ends at once share a line. What recurs within a while (its window) is only counted, and the count
// is logged at the end of the while. Nothing here is acted upon. PURE: time is an argument, on the steady clock. say()
// writes the lines, once a round. Thread rule: one thread.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actuator/loop/log_level.h"
#include "telemetry/units.h"

namespace hotspot::loop {

struct Episode {
  std::string key;                      // what makes it one
  std::string kind;                     // "rule", "node", …: those that replace() and forget() speak of
  std::string group;                    // by what several are told together: "rule CpuHot"
  std::string subject;                  // one of them: "domain web1 on h1"
  LogLevel level = LogLevel::kWarning;  // of its begin; an end is information
  std::string begins;                   // a sentence: "rule CpuHot fires on domain web1 on h1"
  std::string ends;      // "rule CpuHot is resolved on domain web1 on h1"; " after 3 min" is added. Empty: not said
  std::string many;      // of several at once: "rule CpuHot fires on"; "7 subjects: …" is added. Empty: a line each
  std::string many_end;  // "rule CpuHot is resolved on"
  std::string again;     // of one that comes back within the window: "fired"; "3 times more in 10 min" is added
  Milliseconds window{60'000};
};

class Episodes {
 public:
  static constexpr std::size_t kMost = 20'000;  // at once; more are counted by their group alone

  explicit Episodes(Log log) : log_(std::move(log)) {}

  // Nothing new if it lasts. Several may bear witness to one: it is over when the last of them says so.
  void begin(const Episode& episode, Milliseconds now, const std::string& witness = "");
  // One that was told before, by who led then: its end is said, its begin is not.
  void adopt(const Episode& episode, Milliseconds began);
  // Why it is over, for the line; nothing if it does not last.
  void end(const std::string& key, Milliseconds now, const std::string& witness = "", const std::string& why = "");
  // Of that kind these last, and no others.
  void replace(const std::string& kind, const std::vector<Episode>& lasting, Milliseconds now);
  // What has no length: begins, and is over.
  void event(const Episode& episode, Milliseconds now);
  // Those of the kind are not ours to tell any more.
  void forget(const std::string& kind);
  bool lasts(const std::string& key) const;
  bool full() const { return states_.size() >= kMost; }

  void say(Milliseconds now);

 private:
  struct State {
    Episode episode;
    bool lasts = false;
    bool said = false;  // its begin was, and its end is owed
    Milliseconds began{0}, ended{0};
    std::set<std::string> witnesses;
    std::string why;
  };
  struct Group {
    std::optional<Milliseconds> window_began;
    Milliseconds window{0};
    LogLevel level = LogLevel::kInfo;
    std::string again;
    std::size_t lines = 0;
    std::vector<std::string> begun, ended;      // keys, since the last say()
    std::set<std::string> told;                 // keys, in this window
    std::map<std::string, std::size_t> unsaid;  // begins in this window, by subject
    std::size_t unsaid_begins = 0, unsaid_ends = 0;
    bool has_ends = false;  // false: of events
    bool changed = false;   // since prune()
  };
  void say_begun(Group& group, Milliseconds now);
  void say_ended(Group& group);
  Group& group_of(const Episode& episode);
  static void count(Group& group, const std::string& subject);
  void close_window(const std::string& name, Group& group, Milliseconds now);
  std::string lasting_in(const std::string& name, Group& group);
  bool prune(const std::string& name);

  Log log_;
  std::map<std::string, State> states_;  // by key
  std::map<std::string, Group> groups_;  // by name
};

}  // namespace hotspot::loop
