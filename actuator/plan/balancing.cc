#include "actuator/plan/balancing.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "actuator/model/load.h"
#include "actuator/model/text.h"
#include "actuator/plan/affinity_unit.h"
#include "actuator/plan/balance/balance.h"
#include "actuator/plan/balance_goal.h"
#include "actuator/plan/board/cluster_board.h"
#include "actuator/plan/migration_target.h"
#include "actuator/plan/migration_time.h"
#include "actuator/plan/placement.h"
#include "actuator/plan/target_room.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::Refusal;
using model::RefusalKind;

constexpr const char* kRemedy = "balance";
// The effort of a search, in moves that are tried: some milliseconds.
constexpr std::uint64_t kEvaluations = 100'000;
constexpr std::uint64_t kSeed = 1;
// What each move must gain, of its share of the least gain of the plan.
constexpr double kLeastShare = 0.1;

std::optional<model::Action> no(Decision& decision, RefusalKind kind, std::string why) {
  refuse(decision, {kRemedy, "", "", {kind, std::move(why)}});
  return std::nullopt;
}

// Moves of this rule since it fires: those that are under way, and those that were done.
int moves_made(const Planning& planning, const rules::Firing& firing) {
  const PlanInput& input = planning.input();
  auto made = std::count_if(input.in_flight.begin(), input.in_flight.end(),
                            [&](const InFlight& one) { return one.action.rule == firing.rule->name; });
  if (input.steps == nullptr || !firing.firing_since) return static_cast<int>(made);
  const auto done = input.steps->moves_within(input.now, input.now - *firing.firing_since);
  made += std::count_if(done.begin(), done.end(), [&](const RecentMove& one) { return one.rule == firing.rule->name; });
  return static_cast<int>(made);
}

// A domain that stops on the way would rest there: moves of one domain are left out, and so is what then does not fit.
std::vector<BoardMove> direct_moves(const std::vector<BoardMove>& planned, Board board) {
  std::vector<BoardMove> direct;
  for (const BoardMove& one : planned) {
    const auto times = std::count_if(planned.begin(), planned.end(),
                                     [&](const BoardMove& other) { return other.domain == one.domain; });
    if (times > 1 || !board.fits(one.domain, one.to)) continue;
    board.move(one.domain, one.to);
    direct.push_back(one);
  }
  return direct;
}

class Balancing {
 public:
  Balancing(Planning& planning, const rules::Firing& firing, const rules::Balance& remedy, Decision& decision)
      : planning_(planning),
        firing_(firing),
        remedy_(remedy),
        decision_(decision),
        made_(board_to_plan(planning, {*firing.rule, decision.mode})),
        goal_(balance_goal(firing, made_.board)),
        before_(score_of(made_.board, goal_.table)),
        after_(before_) {}

  std::optional<model::Action> plan(int most) {
    if (is_cured(goal_, before_))
      return no(decision_, RefusalKind::kNotApplicable,
                std::string(planning_.input().in_flight.empty() ? "the cluster is even enough by now"
                                                                : "the moves that are under way make it even enough") +
                    ": " + scores_text());
    const auto moves = direct_moves(planned(most), made_.board);
    if (moves.empty() && planning_.is_approved())
      return no(decision_, RefusalKind::kNoTarget, no_longer_fits(planning_.input().approved->action));
    if (moves.empty())
      return no(decision_, RefusalKind::kNoTarget,
                "no possible move makes the cluster more even, by at least a tenth of its share of 'least_gain'");
    if (auto why = choose(moves); !why.empty()) return no(decision_, RefusalKind::kNotApplicable, std::move(why));
    const auto begun = first_possible();
    if (begun) fill(*begun);
    return begun ? std::optional(move_action(planning_, firing_, {domain(*begun), target(*begun)}, decision_))
                 : std::nullopt;
  }

 private:
  // What an operator approved comes first, and the rest is planned for where that leads. Empty: it no longer fits.
  std::vector<BoardMove> planned(int most) const {
    if (!planning_.is_approved()) return search(made_.board, most).moves;
    const auto approved = approved_move();
    if (!approved || !made_.board.fits(approved->domain, approved->to)) return {};
    Board board = made_.board;
    board.move(approved->domain, approved->to);
    std::vector<BoardMove> moves = search(board, most - 1).moves;
    std::erase_if(moves, [&](const BoardMove& one) { return one.domain == approved->domain; });
    moves.insert(moves.begin(), *approved);
    return moves;
  }

  std::optional<BoardMove> approved_move() const {
    for (std::size_t d = 0; d < made_.domains.size(); ++d) {
      const auto* move = planning_.approved_move(made_.domains[d].domain->uuid);
      for (std::size_t n = 0; move != nullptr && n < made_.nodes.size(); ++n)
        if (made_.nodes[n]->uuid() == move->target_uuid) {
          const auto moved = static_cast<DomainIndex>(d);
          return BoardMove{moved, made_.board.node_of(moved), static_cast<NodeIndex>(n)};
        }
    }
    return std::nullopt;
  }

  bool was_approved(const BoardMove& one) const { return planning_.approved_move(domain(one).domain->uuid) != nullptr; }

  static std::string no_longer_fits(const model::Action& approved) {
    const auto* move = std::get_if<model::MigrateTo>(&approved.step);
    return (move == nullptr ? "the node" : move->target_name) + " can no longer take " + approved.domain_name;
  }

  BalancePlan search(Board board, int most) const {
    const double least = before_.total * remedy_.least_gain_ratio * kLeastShare / remedy_.max_moves;
    return balance(board, {.table = goal_.table,
                           .most_moves = static_cast<std::size_t>(most),
                           .least_gain = least,
                           .evaluations = kEvaluations,
                           .seed = kSeed});
  }

  const DomainRef& domain(const BoardMove& move) const { return made_.domains[move.domain]; }
  const Node& target(const BoardMove& move) const { return *made_.nodes[move.to]; }

  // As few of the moves as cure and gain enough, else all; none that would make another rule true. Why they are not
  // worth it; empty: they are.
  std::string choose(const std::vector<BoardMove>& moves) {
    Board board = made_.board;
    std::string disturbs;
    std::size_t chosen = 0;
    for (const BoardMove& one : moves) {
      if (!board.fits(one.domain, one.to)) continue;
      const Board::Moved tried = board.move(one.domain, one.to);
      const Score now = score_of(board, goal_.table);
      if (std::string why = disturbed_rule(planning_, before_, now); !why.empty()) {
        disturbs = std::move(why);
        board.undo(tried);
        if (was_approved(one)) break;
        continue;
      }
      trail_.push_back(one);
      if (deviation_of(goal_, now) >= deviation_of(goal_, before_)) continue;
      chosen = trail_.size();
      after_ = now;
      if (is_cured(goal_, now) && gain() >= remedy_.least_gain_ratio) break;
    }
    trail_.resize(chosen);
    if (chosen == 0) return disturbs.empty() ? "no move makes less of the imbalance that the rule is about" : disturbs;
    if (gain() >= remedy_.least_gain_ratio) return "";
    return "the best " + moves_text() + " would make the score " + model::ratio_text(gain()) +
           " smaller, and 'least_gain' is " + model::ratio_text(remedy_.least_gain_ratio) + ": " + scores_text();
  }

  double gain() const { return before_.total > 0 ? 1 - after_.total / before_.total : 0; }

  // Of the plan's moves, in their order.
  std::optional<BoardMove> first_possible() {
    for (const BoardMove& one : trail_) {
      if (planning_.is_approved() && !was_approved(one)) continue;
      auto refusal = delay(one);
      if (!refusal) refusal = hindrance(one);
      if (!refusal && !gains_alone(one))
        refusal = Refusal{RefusalKind::kNotApplicable, "it gains nothing before the other moves are made"};
      if (!refusal) return one;
      refuse(decision_, {kRemedy, domain(one).domain->name, target(one).name(), *std::move(refusal)});
    }
    return std::nullopt;
  }

  std::optional<Refusal> delay(const BoardMove& one) const {
    const DomainRef& moved = domain(one);
    auto refusal = planning_.domain_refusal(moved);
    if (!refusal) refusal = planning_.migration_limit_refusal(*moved.node);
    if (!refusal) refusal = planning_.target_limit_refusal(target(one));
    if (!refusal) refusal = planning_.settling_refusal(*moved.node);
    if (!refusal) refusal = planning_.settling_refusal(target(one));
    if (!refusal) refusal = rejected_move(planning_, *firing_.rule, decision_.mode, {moved, target(one)});
    if (refusal) return refusal;
    const PlanInput& input = planning_.input();
    return input.restraints.by_window(ActionKind::kMigrate, firing_.rule->name, input.now,
                                      length_of(estimate_of(planning_, moved, target(one))));
  }

  // What the board cannot tell of a pair, and all that it told, on the figures of this moment.
  std::optional<Refusal> hindrance(const BoardMove& one) const {
    const DomainRef& moved = domain(one);
    const model::Margins& margins = planning_.input().margins;
    if (const auto place = find_place(planning_, moved, target(one)); !place) return place.error();
    if (auto refusal = planning_.projection().arrival_refusal(moved, target(one), margins)) return refusal;
    if (auto refusal = unit_refusal(planning_, {moved, target(one)}, decision_.mode, margins)) return refusal;
    if (auto found = other_mark_refusals(planning_, moved, target(one)); !found.empty()) return found.front();
    return comes_last(planning_, moved, target(one));
  }

  bool gains_alone(const BoardMove& one) {
    Board& board = made_.board;
    const Board::Moved tried = board.move(one.domain, one.to);
    const double alone = score_of(board, goal_.table).total;
    board.undo(tried);
    return alone < before_.total;
  }

  std::string moves_text() const { return trail_.size() == 1 ? "move" : std::to_string(trail_.size()) + " moves"; }

  std::string scores_text() const { return "score " + score_change_text(figures()); }

  BalanceFigures figures() const {
    BalanceFigures figures{.score_before = before_.total, .score_after = after_.total, .terms = {}, .moves = {}};
    for (std::size_t i = 0; i < before_.terms.size(); ++i) {
      const TermScore &was = before_.terms[i], &is = after_.terms[i];
      figures.terms.push_back({std::string(was.name), was.weight, was.deviation, is.deviation});
    }
    for (const BoardMove& one : trail_) {
      figures.moves.push_back({domain(one).domain->name, domain(one).node->name(), target(one).name()});
      figures.bytes += model::domain_footprint_bytes(*domain(one).domain).value_or(0);
      figures.seconds += to_seconds(length_of(estimate_of(planning_, domain(one), target(one))));
    }
    return figures;
  }

  void fill(const BoardMove& begun) {
    decision_.about = goal_.resource.value_or(rules::AimedAt::kCpu);
    decision_.balance = figures();
    const bool cured = is_cured(goal_, after_);
    decision_.plan = "the cluster becomes more even with " + moves_text() + ": " + scores_text();
    if (goal_.mark && !cured)
      decision_.plan += "; that does not bring it below the rule's mark of " + model::ratio_text(*goal_.mark);
    const MigrationEstimate estimate = estimate_of(planning_, domain(begun), target(begun));
    decision_.alternatives.push_back({.domain = domain(begun).domain->name,
                                      .target = target(begun).name(),
                                      .cpu_ratio = std::nullopt,
                                      .memory_used_ratio = std::nullopt,
                                      .seconds = estimate.total_seconds,
                                      .downtime_seconds = estimate.downtime_seconds,
                                      .score = after_.total,
                                      .cures = cured,
                                      .chosen = true});
  }

  Planning& planning_;
  const rules::Firing& firing_;
  const rules::Balance& remedy_;
  Decision& decision_;
  ClusterBoard made_;
  BalanceGoal goal_;
  Score before_, after_;
  std::vector<BoardMove> trail_;  // the plan
};

}  // namespace

std::optional<model::Action> try_balance(Planning& planning, const rules::Firing& firing, const rules::Balance& remedy,
                                         Decision& decision) {
  const PlanInput& input = planning.input();
  if (auto refusal = input.restraints.by_window(ActionKind::kMigrate, firing.rule->name, input.now))
    return no(decision, refusal->kind, refusal->message);
  if (auto refusal = planning.action_limit_refusal()) return no(decision, refusal->kind, refusal->message);
  if (auto refusal = planning.all_migrations_refusal()) return no(decision, refusal->kind, refusal->message);
  const int left = remedy.max_moves - moves_made(planning, firing);
  if (left <= 0)
    return no(decision, RefusalKind::kAtLimit,
              "'max_moves' is " + std::to_string(remedy.max_moves) +
                  ", and so many were made since the rule fires: it must end before there are others");
  return Balancing(planning, firing, remedy, decision).plan(left);
}

}  // namespace hotspot::plan
