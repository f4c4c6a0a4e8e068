// Formats an event for graphite-web's /events/.
//
// Its tags are those that the dashboards' annotations query (grafana/source, docs/metrics.md): "hotspot", the kind of
// event, "@NAME" for the domain, the nodes, the cluster and the domain's UUID; then the kind of action and the rule.
// Dashboards query a single tag: if there are several, graphite-web ignores those without events, and would show
// everything.
//
// PURE.
#pragma once

#include <string>
#include <vector>

#include "actuator/ports/event_writer.h"

namespace hotspot::io {

// Of one tag, and of all tags joined by blanks: the size of graphite-web's columns.
inline constexpr std::size_t kMostTagCharacters = 50;
inline constexpr std::size_t kMostTagsCharacters = 255;
inline constexpr std::size_t kMostEventText = 240;  // bytes; the column holds 255 characters

// The most important first. Names are written as by write_graphite: dots, blanks and control characters become
// `escape`, and so do commas and quotes, which separate tags. A tag that does not fit is left out.
std::vector<std::string> event_tags(const ports::Event& event, char escape);

std::string event_json(const ports::Event& event, char escape);

}  // namespace hotspot::io
