// Collects what the leader publishes for collectors, round by round; see telemetry/published.h.
//
// The counts, the last number of the news and the writer continue under the next leader: durable() is a field of
// `state`. Thread rule: one thread, the loop's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/action_tally.h"
#include "actuator/loop/news_board.h"
#include "actuator/loop/recent_peaks.h"
#include "actuator/model/cluster.h"
#include "actuator/plan/decision.h"
#include "telemetry/published.h"

namespace hotspot::loop {

// The one node whose collector stores the leader's numbers: the one of before while it is fresh, otherwise the first
// fresh one, of those with this version of the plugin if there are any. Empty: none is fresh.
struct WriterSearch {
  const model::Cluster& cluster;
  const model::Freshness& freshness;
  WallTime now;
  std::string version;  // ours
  std::string before;   // UUID
};
std::string choose_writer(const WriterSearch& search);

class Publication {
 public:
  // `field`: durable() as the leader before left it. An error: it cannot be read, and everything counts from 0.
  Result<void> take_lead(const std::string& field, WallTime now);
  // With the counters of carry_on(), so that no leader after this one begins below what is published next.
  std::string durable() const;

  // How the leader fares, by the names of published_metrics.h. Counters of a process begin at 0: here they go on where
  // those of the leader before stood.
  std::map<std::string, double> carry_on(std::map<std::string, double> metrics);
  void on_news(NewsBoard::OnNews told) { news_.on_news(std::move(told)); }
  void loaded(const rules::RuleSet& rules);
  void decided(plan::Outcome outcome) { ++decisions_[plan::to_string(outcome)]; }
  void begun(const ports::JournalEntry& intent);
  void went_on(const ports::JournalEntry& entry);
  void firings(const std::vector<rules::Firing>& firing, const model::Cluster& cluster, WallTime now);

  struct Moment {
    std::string cluster;                    // its name
    WriterSearch nodes;                     // what `before` is, is known here
    std::map<std::string, double> metrics;  // of carry_on()
    std::vector<telemetry::PublishedLimit> limits;
  };
  // The next record. What fires is there as the most of this minute and the one before: it is stored once a minute, and
  // a hotspot that was cured within seconds is one all the same. Rules that do not fire are there with 0.
  telemetry::Published record(Moment moment);

  const std::vector<telemetry::ActionCounts>& actions() const { return tally_.all(); }
  const std::map<std::string, std::uint64_t>& decisions() const { return decisions_; }
  const std::map<std::string, std::uint64_t>& firing() const { return firing_; }

 private:
  ActionTally tally_;
  NewsBoard news_;
  std::map<std::string, std::uint64_t> decisions_ = no_decisions();
  std::map<std::string, std::uint64_t> firing_, firing_nodes_;  // subjects, by rule, by node
  RecentPeaks of_rules_, of_all_;
  std::vector<std::string> rules_;  // of the set, as they are shown
  std::string writer_;
  std::uint64_t sequence_ = 0;
  std::map<std::string, double> stood_, carried_, metrics_;  // counters: of the leader before, added to ours, the sums

  void add_firing(telemetry::Published& made) const;
  static std::map<std::string, std::uint64_t> no_decisions() { return {{"act", 0}, {"recommend", 0}, {"nothing", 0}}; }
};

}  // namespace hotspot::loop
