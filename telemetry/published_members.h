// The members of each object of a published record, named once for writer and reader. Private to its codec.
//
// `each` has a function for each type of member: the writer's appends it, the reader's looks it up.
#pragma once

#include "telemetry/published.h"

namespace hotspot::telemetry {

inline constexpr std::size_t kMostUuid = 36;  // bytes, as libvirt writes a UUID; ensures that the head always fits

template <typename Each, typename Head>
void head_members(Each& each, Head& head) {
  each.text("cluster", head.cluster);
  each.time("at_ms", head.at);
  each.number("sequence", head.sequence);
  each.text("writer", head.writer, kMostUuid);
  each.number("news", head.news);
}

template <typename Each, typename Counts>
void counts_members(Each& each, Counts& one) {
  each.text("kind", one.kind);
  each.text("rule", one.rule);
  each.number("begun", one.begun);
  each.number("done", one.done);
  each.number("failed", one.failed);
  each.number("aborted", one.aborted);
  each.number("skipped", one.skipped);
  each.histogram("duration", one.duration);
  each.histogram("downtime", one.downtime);
  each.histogram("prediction", one.prediction);
}

template <typename Each, typename Limit>
void limit_members(Each& each, Limit& one) {
  each.text("rule", one.rule);
  each.text("metric", one.metric);
  each.comparison("comparison", one.comparison);
  each.number("number", one.number);
}

template <typename Each, typename Item>
void news_members(Each& each, Item& one) {
  each.number("number", one.number);
  each.time("at_ms", one.at);
  each.word("severity", one.severity);
  each.word("kind", one.kind);
  each.text("node", one.node);
  each.text("domain", one.domain);
  each.text("name", one.name);
  each.text("text", one.text, kMostPublishedText);
}

}  // namespace hotspot::telemetry
