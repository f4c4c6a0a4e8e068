// An event as graphite-web takes it at /events/.
//
// Its tags are what the dashboards' annotations ask for (grafana/source, docs/metrics.md): "hotspot", the kind of
// event,
// "@NAME" for the domain, the nodes, the cluster and the domain's UUID; then the kind of action and the rule. A page
// asks for one tag alone: of several, graphite-web forgets those that no event has, and would show everything.
//
// PURE.
#pragma once

#include <string>
#include <vector>

#include "actuator/ports/event_writer.h"

namespace hotspot::io {

// Of a tag, and of all with a blank between: there is no more room in graphite-web's tables.
inline constexpr std::size_t kMostTagCharacters = 50;
inline constexpr std::size_t kMostTagsCharacters = 255;
inline constexpr std::size_t kMostEventText = 240;  // bytes; of 255 characters

// In the order of what is needed most. A name is written as write_graphite does: dots, blanks and control characters
// become `escape`, and so do commas and quotes, which part tags. One that has no room is left out.
std::vector<std::string> event_tags(const ports::Event& event, char escape);

std::string event_json(const ports::Event& event, char escape);

}  // namespace hotspot::io
