#include "actuator/loop/decision_book.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

namespace hotspot::loop {
namespace {

using plan::Alternative;
using plan::Decision;
using plan::Outcome;

// So long, reasons that come and go with the noise of the figures are not news.
constexpr Milliseconds kFlickers{std::chrono::minutes(10)};
constexpr std::size_t kMostFlickers = 8;

const model::MigrateTo* move_of(const Decision& decision) {
  return decision.action ? std::get_if<model::MigrateTo>(&decision.action->step) : nullptr;
}

// Each domain is listed with its best target alone: the standing one may be as good, unless it is refused now.
bool is_refused(const Decision& now, const Decision& before, const std::string& target) {
  return std::any_of(now.considered.begin(), now.considered.end(), [&](const plan::Considered& one) {
    return one.domain == before.action->domain_name && one.target == target;
  });
}

// How the standing move was judged now; null: it is no move, it is refused, or no longer among the best.
const Alternative* judged_now(const Decision& now, const Decision& before) {
  const model::MigrateTo* move = move_of(before);
  if (move == nullptr || move_of(now) == nullptr || is_refused(now, before, move->target_name)) return nullptr;
  const bool same_domain = now.action->domain_uuid == before.action->domain_uuid;
  const auto found = std::find_if(now.alternatives.begin(), now.alternatives.end(), [&](const Alternative& one) {
    return one.domain == before.action->domain_name && (!same_domain || one.target == move->target_name);
  });
  return found == now.alternatives.end() ? nullptr : &*found;
}

// Of two plans that make the cluster even: which domain goes first, and whether one move more is needed, may change
// with each read. The standing one gives way when the cluster is more or less uneven than it was, or when the other
// gains more in the same time.
bool differs(const Decision& now, const Decision& before, double margin) {
  if (is_refused(now, before, move_of(before) == nullptr ? "" : move_of(before)->target_name)) return true;
  const plan::BalanceFigures &is = *now.balance, &was = *before.balance;
  if (std::abs(is.score_before - was.score_before) > margin * was.score_before) return true;
  const auto worth = [](const plan::BalanceFigures& one) {
    return (one.score_before - one.score_after) / std::max(1.0, one.seconds);
  };
  return worth(is) > (1 + margin) * worth(was);
}

// Of two moves of one domain the target's CPU decides, of moves of two domains their score.
bool beats(const Decision& now, const Decision& before, double margin) {
  if (now.balance && before.balance) return differs(now, before, margin);
  const Alternative* standing = judged_now(now, before);
  if (standing == nullptr || !now.figures) return true;
  if (now.action->domain_uuid == before.action->domain_uuid) {
    const auto after = now.effects.empty() ? std::nullopt : now.effects.back().cpu_ratio_after;
    return !after || !standing->cpu_ratio || *after <= (1 - margin) * *standing->cpu_ratio;
  }
  if (now.figures->cures != standing->cures) return now.figures->cures;
  return now.figures->score <= (1 - margin) * standing->score;
}

// Nothing is possible at the moment by the figures: that may be noise. A hold or a mode is not.
bool by_figures_alone(const Decision& now) {
  return std::all_of(now.considered.begin(), now.considered.end(), [](const plan::Considered& one) {
    using enum model::RefusalKind;
    const auto kind = one.refusal.kind;
    return !one.domain.empty() || kind == kNoTarget || kind == kNoCpu || kind == kNoMemory || kind == kAtLimit ||
           kind == kNotApplicable;
  });
}

// What repeats() compares, each reason once and without its texts: there may be thousands of subjects.
Decision reasons_alone(const Decision& decision) {
  Decision kept;
  kept.at = decision.at;
  kept.rule = decision.rule;
  kept.subject_key = decision.subject_key;
  kept.outcome = decision.outcome;
  kept.mode = decision.mode;
  kept.more = decision.more;
  std::set<std::tuple<std::string, bool, model::RefusalKind>> seen;
  for (const plan::Considered& one : decision.considered)
    if (seen.emplace(one.remedy, one.domain.empty(), one.refusal.kind).second)
      kept.considered.push_back(
          {.remedy = one.remedy, .domain = one.domain, .target = "", .refusal = {one.refusal.kind, ""}});
  return kept;
}

std::string key_of(const std::string& rule, const std::string& subject_key) { return rule + " " + subject_key; }

bool same_question(const Decision& a, const Decision& b) { return a.mode == b.mode; }

}  // namespace

// Does the recommendation that was recorded still stand, although another conclusion was reached now?
bool DecisionBook::stands(Entry& entry, const Decision& now, const plan::Standing& standing) {
  const Decision& before = entry.decision;
  if (before.outcome != Outcome::kRecommend || !same_question(before, now)) return false;
  if (now.outcome == Outcome::kNothing && !by_figures_alone(now)) return false;
  if (now.outcome == Outcome::kRecommend && !beats(now, before, standing.margin_ratio)) {
    entry.challenge = {};
    return true;
  }
  Challenge& challenge = entry.challenge;
  if (challenge.rounds == 0 || !now.measured_at || now.measured_at != challenge.measured_at) ++challenge.rounds;
  challenge.measured_at = now.measured_at;
  return challenge.rounds < standing.rounds;
}

// Was nothing done for these reasons a moment ago too, between others?
bool DecisionBook::flickers(Entry& entry, const Decision& now) {
  if (now.outcome != Outcome::kNothing || !same_question(entry.decision, now) || !by_figures_alone(now)) return false;
  std::erase_if(entry.flickers, [&](const Decision& one) { return now.at - one.at > kFlickers; });
  const auto found =
      std::find_if(entry.flickers.begin(), entry.flickers.end(), [&](const Decision& one) { return now.repeats(one); });
  if (found == entry.flickers.end()) return false;
  found->at = now.at;
  return true;
}

void DecisionBook::remember(const std::string& key, const Decision& decision) {
  Entry next{decision, turn_, {}, {}};
  const auto known = last_.find(key);
  if (known != last_.end() && known->second.decision.outcome == Outcome::kNothing &&
      decision.outcome == Outcome::kNothing && same_question(known->second.decision, decision)) {
    next.flickers = std::move(known->second.flickers);
    next.flickers.push_back(reasons_alone(known->second.decision));
    if (next.flickers.size() > kMostFlickers) next.flickers.erase(next.flickers.begin());
  }
  last_.insert_or_assign(key, std::move(next));
}

bool DecisionBook::records(const Decision& decision, const plan::Standing& standing) {
  const std::string key = key_of(decision.rule, decision.subject_key);
  const bool acts = decision.outcome == Outcome::kAct;
  const auto known = last_.find(key);
  if (known != last_.end()) {
    Entry& entry = known->second;
    entry.turn = turn_;
    if (!acts && decision.repeats(entry.decision)) {
      entry.challenge = {};
      entry.decision.at = decision.at;
      return false;
    }
    if (!acts && (stands(entry, decision, standing) || flickers(entry, decision))) return false;
  }
  const bool full = known == last_.end() && last_.size() >= kMostRemembered;
  if (!acts && (recorded_ >= kMostRecordedARound || full)) {
    ++postponed_;
    return false;
  }
  ++recorded_;
  if (!full) remember(key, decision);
  return true;
}

void DecisionBook::remind(const Decision& decision) {
  if (last_.size() < kMostRemembered)
    last_.try_emplace(key_of(decision.rule, decision.subject_key), Entry{decision, turn_, {}, {}});
}

void DecisionBook::forget(const std::string& rule, const std::string& subject_key) {
  last_.erase(key_of(rule, subject_key));
}

void DecisionBook::end_turn() {
  std::erase_if(last_, [this](const auto& entry) { return entry.second.turn != turn_; });
  ++turn_;
}

}  // namespace hotspot::loop
