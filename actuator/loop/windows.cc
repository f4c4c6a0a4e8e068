#include "actuator/loop/windows.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "actuator/rules/engine/engine.h"
#include "common/text/duration.h"

namespace hotspot::loop {
namespace {

// History is asked for when no new node has come for a moment: recorded sums want all of them.
constexpr Milliseconds kSettle{2000};
constexpr Milliseconds kSettleAtMost{15'000};
// Putting samples in place takes no longer at a time.
constexpr Milliseconds kFillAtATime{20};

Milliseconds interval_of(const model::Node& node) { return std::max(node.cadence.interval(), Milliseconds(1)); }

}  // namespace

Windows::Windows(std::function<void(HistoryRequest)> ask, Milliseconds limit, const ports::Clock& clock)
    : ask_(std::move(ask)), limit_(limit), clock_(clock) {}

void Windows::note_nodes(const rules::Engine& engine, const model::Cluster& cluster) {
  if (engine.rules() != rules_) {
    // Another set: what it looks further back is missing, of all nodes.
    rules_ = engine.rules();
    reach_ = rules::reach_of(*rules_);
    nodes_.clear();
    backfill_.reset();
    asked_.reset();
    told_slow_ = false;
    state_ = reach_.windows.empty() ? "" : !ask_ ? "none" : "waiting";
    message_.clear();
    asked_at_.reset(), from_.reset(), to_.reset();
    samples_ = 0;
  }
  for (const auto& [uuid, node] : cluster.nodes()) {
    intervals_[node.name()] = interval_of(node);
    if (!nodes_.try_emplace(node.name(), false).second) continue;
    newest_node_ = clock_.steady();
    if (!first_node_) first_node_ = newest_node_;
  }
  if (nodes_.size() > cluster.nodes().size() || intervals_.size() > nodes_.size()) forget_gone(cluster);
}

// A node that is admitted again later is a new one, whose history is asked for.
void Windows::forget_gone(const model::Cluster& cluster) {
  std::set<std::string> names;
  for (const auto& [uuid, node] : cluster.nodes()) names.insert(node.name());
  std::erase_if(nodes_, [&](const auto& node) { return !names.contains(node.first); });
  std::erase_if(intervals_, [&](const auto& node) { return !names.contains(node.first); });
}

bool Windows::is_due() const {
  if (!ask_ || reach_.windows.empty() || asked_ || backfill_) return false;
  const bool missing = std::any_of(nodes_.begin(), nodes_.end(), [](const auto& entry) { return !entry.second; });
  if (!missing) return false;
  return clock_.steady() - newest_node_ >= kSettle || clock_.steady() - *first_node_ >= kSettleAtMost;
}

void Windows::ask(const rules::Engine& engine, const model::Cluster& cluster) {
  HistoryRequest request{.rules = engine.rules(), .now = clock_.now(), .placement = {}, .nodes = {}};
  // Of nodes that come later, only what is their own: a sum over all nodes is recorded already.
  const bool later = std::any_of(nodes_.begin(), nodes_.end(), [](const auto& entry) { return entry.second; });
  request.of = later ? rules::Past::Of::kSomeNodes : rules::Past::Of::kAllNodes;
  for (const auto& [uuid, node] : cluster.nodes()) {
    if (nodes_[node.name()]) continue;
    request.nodes.push_back(node.name());
    nodes_[node.name()] = true;
    for (const model::DomainSample& domain : node.snapshot->domains) {
      if (model::is_running(domain) && cluster.belongs_here(node, domain)) request.placement[domain.name] = node.name();
    }
  }
  asked_ = clock_.steady();
  asked_at_ = request.now;
  first_node_ = asked_;
  state_ = "reading";
  ask_(std::move(request));
}

bool Windows::advance(rules::Engine& engine, const model::Cluster& cluster, const Say& say) {
  note_nodes(engine, cluster);
  if (is_due()) ask(engine, cluster);
  if (asked_ && !told_slow_ && clock_.steady() - *asked_ > limit_) {
    told_slow_ = true;
    message_ = "reading history takes longer than " + text::duration_text(limit_) +
               "; rules go on without it, and long windows fill when it comes";
    say(message_, true);
  }
  return backfill_ != nullptr && fill(engine, say);
}

void Windows::take(HistoryAnswer answer, const Say& say) {
  if (answer.rules != rules_ || !asked_) return;  // of a set that was replaced meanwhile
  asked_.reset();
  for (const std::string& problem : answer.problems) say("history: " + problem, true);
  if (answer.past == nullptr) {
    state_ = "failed";
    message_ = answer.error;
    say("no history for the rules' windows: " + answer.error + "; they fill as samples come", true);
    return;
  }
  state_ = "filling";
  message_.clear();
  from_ = answer.past->oldest();
  to_ = answer.past->newest();
  const auto any = intervals_.empty() ? Milliseconds(10'000)
                                      : std::min_element(intervals_.begin(), intervals_.end(), [](auto& a, auto& b) {
                                          return a.second < b.second;
                                        })->second;
  backfill_ = std::make_unique<rules::Backfill>(answer.past, [this, any](const std::string& node) {
    const auto known = intervals_.find(node);
    return known == intervals_.end() ? any : known->second;
  });
}

bool Windows::fill(rules::Engine& engine, const Say& say) {
  const Milliseconds began = clock_.steady();
  while (backfill_->step(engine)) {
    if (clock_.steady() - began >= kFillAtATime) return true;
  }
  const std::size_t samples = backfill_->samples();
  samples_ += samples;
  backfill_.reset();
  state_ = "filled";
  say(samples == 0 ? "history has nothing for the rules' windows; they fill as samples come"
                   : "the rules' windows have " + std::to_string(samples) + " samples from history, which begins " +
                         text::duration_text(clock_.now() - *from_) + " ago and ends " +
                         text::duration_text(clock_.now() - *to_) + " ago",
      false);
  return false;
}

WindowsStatus Windows::status(const rules::Engine& engine) const {
  WindowsStatus status{.state = state_,
                       .message = message_,
                       .asked_at = asked_at_,
                       .history_from = from_,
                       .history_to = to_,
                       .samples = samples_,
                       .windows = {}};
  if (engine.rules() != rules_) return status;
  status.windows = rules::windows_of(reach_, engine.store(), clock_.now());
  return status;
}

}  // namespace hotspot::loop
