#include "actuator/io/graphite/event_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/text/visible.h"
#include "telemetry/utf8.h"

namespace hotspot::io {
namespace {

std::string as_tag(const std::string& name, char escape) {
  std::string tag = text::visible(name);
  for (char& c : tag)
    if (c == '.' || c == ' ' || c == ',' || c == '"') c = escape;
  return tag;
}

// Counts characters, as the database's columns do: UTF-8 continuation bytes do not count.
std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !telemetry::continues_character(c); }));
}

}  // namespace

std::vector<std::string> event_tags(const ports::Event& event, char escape) {
  std::vector<std::string> tags;
  std::size_t all = 0;
  const auto add = [&](const std::string& mark, const std::string& name) {
    const std::string tag = mark + as_tag(name, escape);
    const std::size_t takes = characters(tag) + (tags.empty() ? 0 : 1);
    const bool is_there = std::find(tags.begin(), tags.end(), tag) != tags.end();
    if (name.empty() || is_there || characters(tag) > kMostTagCharacters || all + takes > kMostTagsCharacters) return;
    tags.push_back(tag);
    all += takes;
  };
  add("", "hotspot");
  add("", event.kind);
  add("@", event.domain);
  add("@", event.node);
  add("@", event.cluster);
  add("@", event.target);
  add("@", event.domain_uuid);
  add("", event.action);
  add("", event.rule);
  return tags;
}

std::string event_json(const ports::Event& event, char escape) {
  std::string data = event.rule.empty() ? "" : "rule " + event.rule;
  if (!event.cluster.empty()) data += (data.empty() ? "cluster " : ", cluster ") + event.cluster;
  return nlohmann::json({{"what", text::visible(event.sentence, kMostEventText)},
                         {"tags", event_tags(event, escape)},
                         {"when", to_unix_ms(event.at) / 1000},
                         {"data", text::visible(data, kMostEventText)}})
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace hotspot::io
