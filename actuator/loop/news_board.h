// The newest hotspots and actions as numbered short sentences, for people on the nodes concerned.
//
// The leader adds them, collectors read them (telemetry/published.h). Bounded: the newest telemetry::kMostPublishedNews
// are kept, at most kMostARound are added per round. What fired before this leader began to lead was reported by the
// previous one. Thread rule: one thread, the loop's.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/ports/event_writer.h"
#include "actuator/ports/journal.h"
#include "actuator/rules/firing.h"
#include "telemetry/published.h"

namespace hotspot::loop {

class NewsBoard {
 public:
  static constexpr std::size_t kMostARound = 8;
  static constexpr std::size_t kMostRemembered = 20'000;  // subjects that fire

  // Told of each as it is put up, and of actions that were skipped, with the names by which it is found again; the
  // cluster's is not known here.
  using OnNews = std::function<void(ports::Event)>;
  void on_news(OnNews told) { on_news_ = std::move(told); }

  // `last_number`: the greatest one that the leader before is known to have given.
  void take_lead(std::uint64_t last_number, WallTime now);
  // All that is in phase firing now; nothing else is called so often.
  void firings(const std::vector<rules::Firing>& firing, const model::Cluster& cluster, WallTime now);
  void action(const ports::JournalEntry& entry);  // those that are begun, done, failed or aborted are news

  const std::deque<telemetry::NewsItem>& all() const { return items_; }
  std::uint64_t last_number() const { return last_number_; }

 private:
  struct Known {
    telemetry::NewsItem begin;
    ports::Event event;  // its names
    bool told = false, still = false;
  };
  Known fires(const rules::Firing& firing, const model::Cluster& cluster, WallTime now);
  bool ends(const Known& known, WallTime now);
  void put_up(telemetry::NewsItem item, ports::Event event);
  void mark(const telemetry::NewsItem& item, ports::Event event);

  std::deque<telemetry::NewsItem> items_;
  std::map<std::string, Known> known_;  // by rule and subject
  std::size_t room_ = 0;                // of this round
  std::uint64_t last_number_ = 0;
  WallTime leads_since_{};
  OnNews on_news_;
};

}  // namespace hotspot::loop
