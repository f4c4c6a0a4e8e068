// The sums from which the score of a board after a move follows in constant time. Private to balance/.
//
// PURE. Per term: y, the ratio of each node less the mean at the start; Σy and Σy². A move changes two nodes, so the
// variance after it is known from two products. Floating point: taken back by restoring what was saved, not by
// subtracting; sum_again() removes what errors have added up.
#pragma once

#include <array>
#include <vector>

#include "actuator/plan/balance/score.h"

namespace hotspot::plan {

struct alignas(64) TermVector {
  std::array<double, kMostTerms> v{};
};

class Tally {
 public:
  Tally(const Board& board, const ScoreTable& table);

  double score() const { return total(sum_, squares_); }
  double score_if(DomainIndex domain, NodeIndex from, NodeIndex to) const;
  void move(DomainIndex domain, NodeIndex from, NodeIndex to);

  // What a move changes; take() before it and restore() bring everything back, bit for bit.
  struct Saved {
    NodeIndex from, to;
    TermVector at_from, at_to, sum, squares;
  };
  Saved save(NodeIndex from, NodeIndex to) const { return {from, to, node_[from], node_[to], sum_, squares_}; }
  void restore(const Saved& saved);
  void sum_again();

  // The guide: how much the score would fall if each term's deviation were what it is now and a little more. Unlike the
  // score, it has a finite slope where a term is perfectly even, so that a search can leave such a place. prepare()
  // takes the slopes at the present state; changes are in units of score, smaller is better.
  void prepare_guide();
  double guided_change(DomainIndex domain, NodeIndex from, NodeIndex to) const {
    return guided_departure(domain, from) + guided_arrival(domain, to);
  }
  double guided_departure(DomainIndex domain, NodeIndex from) const;
  double guided_arrival(DomainIndex domain, NodeIndex to) const;
  double guided_weight(NodeIndex node) const;  // how much the node adds to the unevenness

 private:
  double total(const TermVector& sum, const TermVector& squares) const;

  std::vector<TermVector> node_;     // y
  std::vector<TermVector> inverse_;  // 1 ÷ divisor, by node
  std::vector<TermVector> load_;     // amounts, by domain
  TermVector nodes_;                 // that count; at least 1
  TermVector sum_, squares_, weight_;
  TermVector slope_, mean_;
};

}  // namespace hotspot::plan
