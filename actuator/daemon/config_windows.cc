#include "actuator/daemon/config_windows.h"

#include <algorithm>
#include <array>

#include "actuator/io/time_zones.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::daemon {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

std::optional<int> day_of(const std::string& text) {
  for (std::size_t i = 0; i < kDays.size(); ++i) {
    if (text == kDays[i]) return static_cast<int>(i);
  }
  return std::nullopt;
}

// "mon", "mon-fri", or "fri-mon", across the end of the week.
std::string add_days(const std::string& text, std::vector<int>& days) {
  const auto dash = text.find('-');
  const auto first = day_of(text.substr(0, dash));
  const auto last = dash == std::string::npos ? first : day_of(text.substr(dash + 1));
  if (!first || !last) return "'" + text + "' is not a day; write mon, tue, wed, thu, fri, sat, sun, or mon-fri";
  for (int day = *first;; day = (day + 1) % 7) {
    days.push_back(day);
    if (day == *last) return "";
  }
}

// "22:00"; 24:00 is the end of the day.
std::string set_minute(const std::string& text, std::optional<int>& minute) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -100'000; };
  const bool right = text.size() == 5 && text[2] == ':';
  const int hours = right ? digit(0) * 10 + digit(1) : -1, minutes = right ? digit(3) * 10 + digit(4) : -1;
  if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > 24 * 60)
    return "'" + text + "' is not a time of day; write for instance 22:00, or 24:00 for the end of the day";
  minute = hours * 60 + minutes;
  return "";
}

std::string add_action(const std::string& text, std::vector<plan::ActionKind>& actions) {
  const auto kind = plan::action_kind_from_string(text);
  if (!kind) return "'" + text + "' is not a kind of action; write migrate, grow, shrink or tune";
  actions.push_back(*kind);
  return "";
}

// One name, or a list of them.
void read_rules(ConfigReader& reader, const YAML::Node& node, std::vector<loop::WindowRule>& rules) {
  if (node.IsScalar()) return rules.push_back({node.Scalar(), reader.file(), ConfigReader::position_of(node.Mark())});
  if (!node.IsSequence() || node.size() == 0) return reader.complain(node.Mark(), "'rules' must be names of rules");
  for (const auto& item : node) read_rules(reader, item, rules);
}

void read_window(ConfigReader& reader, const YAML::Node& node, Config& config, std::vector<plan::Window>& windows) {
  // A window without any restriction would apply to all actions at all times.
  if (node.IsNull())
    return reader.complain(node.Mark(), "a window must say something: days, from and to, actions, rules");
  for (const char* list : {"days", "actions"}) {
    if (!node.IsMap() || !node[list] || !node[list].IsSequence() || node[list].size() > 0) continue;
    reader.complain(node[list].Mark(), std::string("'") + list + "' names none; leave it out for all of them");
  }
  std::vector<loop::WindowRule> named;
  plan::Window window;
  window.zone = nullptr;
  std::optional<int> from, to;
  reader.read(node, "a window",
              {.scalars = {{"days", [&](const std::string& text) { return add_days(text, window.days); }},
                           {"from", [&](const std::string& text) { return set_minute(text, from); }},
                           {"to", [&](const std::string& text) { return set_minute(text, to); }},
                           {"actions", [&](const std::string& text) { return add_action(text, window.actions); }},
                           {"timezone",
                            [&](const std::string& text) {
                              auto zone = io::time_zone(text);
                              if (!zone) return zone.error().message;
                              window.zone = std::make_shared<model::TimeZone>(std::move(*zone));
                              return std::string();
                            }}},
               .others = {{"rules", [&](const YAML::Node& rules) { read_rules(reader, rules, named); }}}});
  for (const loop::WindowRule& rule : named) window.rules.push_back(rule.name);
  config.window_rules.insert(config.window_rules.end(), named.begin(), named.end());
  if (from.has_value() != to.has_value() && node.IsMap())
    reader.complain(node.Mark(), "a window needs both 'from' and 'to', or neither for whole days");
  if (from && to && *from == *to)
    reader.complain(node.Mark(), "a window that ends when it begins is empty; leave both out for whole days");
  window.from_minute = from.value_or(0);
  window.to_minute = to.value_or(24 * 60);
  windows.push_back(std::move(window));
}

}  // namespace

void read_windows(ConfigReader& reader, const YAML::Node& node, Config& config) {
  const auto list_into = [&](const char* name, std::vector<plan::Window>& target) {
    return [&reader, &config, name, &target](const YAML::Node& list) {
      if (list.IsNull()) return;
      if (!list.IsSequence())
        return reader.complain(list.Mark(), std::string("'") + name + "' must be a list of windows");
      for (const auto& item : list) read_window(reader, item, config, target);
    };
  };
  reader.read(node, "'windows'",
              {.others = {{"allow", list_into("allow", config.windows.allow)},
                          {"deny", list_into("deny", config.windows.deny)}}});
}

}  // namespace hotspot::daemon
