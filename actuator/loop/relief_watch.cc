#include "actuator/loop/relief_watch.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "actuator/model/text.h"
#include "actuator/plan/used_share.h"
#include "actuator/rules/engine/reach.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

using Of = ReliefExpected::Of;

constexpr Milliseconds kLongestSettle{std::chrono::minutes(30)};
constexpr int kIntervals = 4;
// After the settling time, until a missing snapshot is given up on.
constexpr Milliseconds kGrace{std::chrono::minutes(5)};

bool touches(const model::Action& action, const ReliefExpected& expected) {
  if (action.domain_uuid == expected.domain_uuid) return true;
  if (expected.of == Of::kDomain) return false;
  const auto* move = std::get_if<model::MigrateTo>(&action.step);
  return action.node_uuid == expected.node_uuid || (move != nullptr && move->target_uuid == expected.node_uuid);
}

std::string moved_away_text(const ReliefExpected& expected, const model::DomainRef& domain) {
  const std::string name = text::visible(expected.domain_name);
  if (!domain || !model::is_running(*domain.domain)) return name + " does not run any more";
  const bool moved = !expected.target_uuid.empty();
  const std::string& at = moved ? expected.target_uuid : expected.node_uuid;
  if (domain.node->uuid() != at)
    return name + " is not on " + text::visible(moved ? expected.target_name : expected.node_name) + " any more";
  const bool of_vcpus = expected.of == Of::kDomain && expected.resource == rules::AimedAt::kCpu;
  if (of_vcpus && domain.domain->vcpus && *domain.domain->vcpus != static_cast<int>(std::lround(expected.capacity)))
    return name + " has another number of vCPUs by now";
  return "";
}

// Which of the node's other domains came or left; empty: none.
std::string others_text(const ReliefReading& before, const ReliefReading& now, const std::string& node) {
  if (before.others == now.others) return "";
  for (const auto& [uuid, name] : now.others)
    if (!before.others.contains(uuid)) return text::visible(name) + " came to " + text::visible(node) + " meanwhile";
  for (const auto& [uuid, name] : before.others)
    if (!now.others.contains(uuid)) return text::visible(name) + " left " + text::visible(node) + " meanwhile";
  return "";
}

std::string changed_text(const plan::DomainRests& rests, const std::string& domain_uuid, WallTime since) {
  const auto rest = rests.entries().find(domain_uuid);
  if (rest == rests.entries().end() || rest->second.at < since) return "";
  return text::visible(rest->second.domain_name) + " was changed by others meanwhile";
}

struct Change {
  double relief = 0;       // of the use
  double demand = 0;       // how much more was wanted than was to be expected
  bool was_short = false;  // a node
};

Change change_of(const ReliefExpected& expected, const ReliefReading& before, const std::vector<ReliefReading>& after) {
  double used = 0, demand = 0;
  for (const ReliefReading& one : after) used += one.used, demand += one.demand;
  const auto count = static_cast<double>(after.size());
  return {.relief = before.used - used / count,
          .demand = demand / count - before.demand - expected.expected_rise,
          .was_short = expected.of == Of::kNode && before.used >= plan::kShortRatio};
}

// Would the relief be judged otherwise if nobody's load had changed? On a node that was short, a rise is what the
// freed share was used for.
bool load_decides(const Change& change, double predicted, double least_gain) {
  if (change.was_short && change.demand > 0) return false;
  const double otherwise = change.relief + change.demand, least = plan::Trust::kLeastShareOfPredicted * predicted;
  return (change.relief >= least) != (otherwise >= least) || (change.relief >= least_gain) != (otherwise >= least_gain);
}

std::string load_text(const ReliefExpected& expected, const Change& change) {
  const std::string who = expected.of == Of::kDomain ? "the domain itself" : "other domains there";
  return who + " used " + model::ratio_text(std::abs(change.demand)) + (change.demand > 0 ? " more" : " less") +
         " of it meanwhile";
}

}  // namespace

Milliseconds settle_time(const ReliefOptions& options, const rules::Rule* rule, const model::Node* node) {
  Milliseconds time = options.settle;
  if (rule != nullptr && rule->expression) {
    rules::RuleSet alone;
    alone.rules.push_back(*rule);
    time = std::max(time, std::min(rules::reach_of(alone).longest(), kLongestSettle));
  }
  return node == nullptr ? time : std::max(time, kIntervals * node->cadence.interval());
}

void ReliefWatch::not_counted(const std::string& rule, const std::string& action, std::string why) {
  found_.push_back(
      {.rule = rule, .action = action, .subject = {}, .measured = std::nullopt, .why_not = std::move(why)});
}

void ReliefWatch::begins(const model::Action& action, WallTime now) {
  std::erase_if(watched_, [&](const auto& entry) {
    const auto& [id, one] = entry;
    if (id == action.id || !touches(action, one.expected)) return false;
    if (one.spoiled.empty() && !one.after.empty())
      conclude(id, one, now);
    else
      not_counted(one.rule, id,
                  one.spoiled.empty() ? "another action began there before it could be measured" : one.spoiled);
    return true;
  });
}

void ReliefWatch::watch(const plan::Decision& decision, const rules::Rule* rule,
                        const std::vector<plan::InFlight>& in_flight, const model::Cluster& cluster) {
  if (!decision.action) return;
  const std::string& id = decision.action->id;
  const auto no = [&](std::string why) { not_counted(decision.rule, id, std::move(why)); };
  auto expected = expected_relief(decision, cluster);
  if (!expected) return no(expected.error().message);
  if (expected->predicted < options_.least_gain)
    return no("only " + model::ratio_text(std::max(0.0, expected->predicted)) + " of the " + subject_text(*expected) +
              " was predicted, and less than " + model::ratio_text(options_.least_gain) + " is not told from noise");
  auto before = read_relief(*expected, cluster);
  if (!before) return no("the " + subject_text(*expected) + " was not measured");
  for (const plan::InFlight& other : in_flight)
    if (other.action.id != id && touches(other.action, *expected)) return no("another action was under way there");
  if (watched_.size() >= kMostWatched) return no("too many actions wait to be measured");
  const model::Node* node = cluster.find_node(expected->node_uuid);
  watched_.insert_or_assign(id, Watched{.rule = decision.rule,
                                        .expected = *std::move(expected),
                                        .before = *std::move(before),
                                        .settle = settle_time(options_, rule, node),
                                        .begun = decision.at,
                                        .ended = std::nullopt,
                                        .after = {},
                                        .spoiled = {}});
}

void ReliefWatch::ended(const ports::JournalEntry& entry, WallTime now) {
  const auto known = watched_.find(entry.action.id);
  if (known == watched_.end() || known->second.ended) return;
  if (entry.state == model::ActionState::kDone) {
    known->second.ended = now;
    return;
  }
  if (entry.state != model::ActionState::kSkipped)  // of those nothing was begun
    not_counted(known->second.rule, known->first, std::string("it ended as ") + model::to_string(entry.state));
  watched_.erase(known);
}

// A snapshot counts whose rates were measured after the end of the action.
void ReliefWatch::take(Watched& one, const View& view) {
  const ReliefExpected& expected = one.expected;
  const model::Node* node = view.cluster.find_node(expected.node_uuid);
  if (one.ended && *one.ended > view.now) {
    one.spoiled = "the clock was set back";
    return;
  }
  if (node == nullptr || model::is_stale(*node, view.now, view.freshness)) {
    one.spoiled = text::visible(expected.node_name) + (node == nullptr ? " is gone" : " went stale");
    return;
  }
  one.spoiled = changed_text(view.rests, expected.domain_uuid, one.begun);
  for (const auto& [uuid, name] : one.before.others)
    if (one.spoiled.empty()) one.spoiled = changed_text(view.rests, uuid, one.begun);
  if (!one.spoiled.empty() || !one.ended) return;
  one.spoiled = moved_away_text(expected, view.cluster.find_domain(expected.domain_uuid));
  if (!one.spoiled.empty()) return;
  const Milliseconds over(static_cast<std::int64_t>(1000 * node->snapshot->elapsed_seconds.value_or(0)));
  if (node->taken_at() - over < *one.ended) return;
  if (!one.after.empty() && one.after.back().taken_at >= node->taken_at()) return;
  auto reading = read_relief(expected, view.cluster);
  if (!reading || one.after.size() >= kMostReadings) return;
  one.spoiled = others_text(one.before, *reading, expected.node_name);
  reading->others.clear();
  one.after.push_back(*std::move(reading));
}

bool ReliefWatch::is_over(const std::string& action, const Watched& one, WallTime now) {
  if (!one.spoiled.empty()) return not_counted(one.rule, action, one.spoiled), true;
  if (!one.ended || now < *one.ended + one.settle) return false;
  if (!one.after.empty() && one.after.back().taken_at >= *one.ended + one.settle / 2)
    return conclude(action, one, now), true;
  if (now < *one.ended + one.settle + kGrace) return false;
  return not_counted(one.rule, action, "the " + subject_text(one.expected) + " was not measured in time"), true;
}

std::vector<ReliefWatch::Finding> ReliefWatch::advance(const View& view) {
  for (auto one = watched_.begin(); one != watched_.end();) {
    take(one->second, view);
    one = is_over(one->first, one->second, view.now) ? watched_.erase(one) : std::next(one);
  }
  return take_findings();
}

// Of the readings those of the second half of the settling time; all, if another action came before.
void ReliefWatch::conclude(const std::string& action, const Watched& one, WallTime now) {
  std::vector<ReliefReading> settled = one.after;
  std::erase_if(settled, [&](const ReliefReading& reading) { return reading.taken_at < *one.ended + one.settle / 2; });
  const Change change = change_of(one.expected, one.before, settled.empty() ? one.after : settled);
  if (load_decides(change, one.expected.predicted, options_.least_gain))
    return not_counted(one.rule, action, load_text(one.expected, change));
  found_.push_back({.rule = one.rule,
                    .action = action,
                    .subject = subject_text(one.expected),
                    .measured = plan::MeasuredRelief{.action = action,
                                                     .at = now,
                                                     .predicted = one.expected.predicted,
                                                     .measured = change.relief,
                                                     .subject = subject_text(one.expected)},
                    .why_not = {}});
}

}  // namespace hotspot::loop
