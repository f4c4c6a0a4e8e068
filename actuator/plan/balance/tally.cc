#include "actuator/plan/balance/tally.h"

#include <algorithm>
#include <cmath>

namespace hotspot::plan {
namespace {

// Added to a variance where the slope of its root is needed: a hundredth of a node's capacity as deviation.
constexpr double kGuideVariance = 1e-4;

}  // namespace

Tally::Tally(const Board& board, const ScoreTable& table)
    : node_(board.nodes()), inverse_(board.nodes()), load_(board.domains()) {
  nodes_.v.fill(1);
  const std::size_t terms = std::min(table.size(), kMostTerms);
  for (std::size_t k = 0; k < terms; ++k) {
    const ScoreTerm& term = table[k];
    weight_.v[k] = term.weight;
    double mean = 0, counted = 0;
    for (NodeIndex n = 0; n < board.nodes(); ++n) counted += divisor_of(term, board.node(n)) > 0 ? 1 : 0;
    nodes_.v[k] = std::max(1.0, counted);
    for (NodeIndex n = 0; n < board.nodes(); ++n) {
      const double divisor = divisor_of(term, board.node(n));
      inverse_[n].v[k] = divisor > 0 ? 1 / divisor : 0;
      node_[n].v[k] = static_cast<double>(amount_of(term, board.demand(n), board.allocated(n))) * inverse_[n].v[k];
      mean += node_[n].v[k] / nodes_.v[k];
    }
    for (NodeIndex n = 0; n < board.nodes(); ++n)
      if (inverse_[n].v[k] > 0) node_[n].v[k] -= mean;
    for (DomainIndex d = 0; d < board.domains(); ++d)
      load_[d].v[k] = static_cast<double>(amount_of(term, board.domain(d).demand, board.domain(d).allocated));
  }
  sum_again();
  prepare_guide();
}

void Tally::sum_again() {
  sum_ = squares_ = TermVector{};
  for (const TermVector& one : node_)
    for (std::size_t k = 0; k < kMostTerms; ++k) {
      sum_.v[k] += one.v[k];
      squares_.v[k] += one.v[k] * one.v[k];
    }
}

double Tally::total(const TermVector& sum, const TermVector& squares) const {
  TermVector root;
  for (std::size_t k = 0; k < kMostTerms; ++k) {
    const double mean = sum.v[k] / nodes_.v[k];
    const double variance = squares.v[k] / nodes_.v[k] - mean * mean;
    root.v[k] = weight_.v[k] * std::sqrt(variance > 0 ? variance : 0);
  }
  return ((root.v[0] + root.v[1]) + (root.v[2] + root.v[3])) + ((root.v[4] + root.v[5]) + (root.v[6] + root.v[7]));
}

double Tally::score_if(DomainIndex domain, NodeIndex from, NodeIndex to) const {
  const TermVector &load = load_[domain], &here = node_[from], &there = node_[to];
  TermVector sum, squares;
  for (std::size_t k = 0; k < kMostTerms; ++k) {
    const double a = load.v[k] * inverse_[from].v[k], b = load.v[k] * inverse_[to].v[k];
    sum.v[k] = sum_.v[k] - a + b;
    squares.v[k] = squares_.v[k] + a * (a - 2 * here.v[k]) + b * (b + 2 * there.v[k]);
  }
  return total(sum, squares);
}

void Tally::move(DomainIndex domain, NodeIndex from, NodeIndex to) {
  const TermVector& load = load_[domain];
  TermVector &here = node_[from], &there = node_[to];
  for (std::size_t k = 0; k < kMostTerms; ++k) {
    const double a = load.v[k] * inverse_[from].v[k], b = load.v[k] * inverse_[to].v[k];
    sum_.v[k] += b - a;
    squares_.v[k] += a * (a - 2 * here.v[k]) + b * (b + 2 * there.v[k]);
    here.v[k] -= a;
    there.v[k] += b;
  }
}

void Tally::restore(const Saved& saved) {
  node_[saved.from] = saved.at_from;
  node_[saved.to] = saved.at_to;
  sum_ = saved.sum;
  squares_ = saved.squares;
}

void Tally::prepare_guide() {
  for (std::size_t k = 0; k < kMostTerms; ++k) {
    mean_.v[k] = sum_.v[k] / nodes_.v[k];
    const double variance = std::max(0.0, squares_.v[k] / nodes_.v[k] - mean_.v[k] * mean_.v[k]);
    slope_.v[k] = weight_.v[k] / (2 * nodes_.v[k] * std::sqrt(variance + kGuideVariance));
  }
}

double Tally::guided_departure(DomainIndex domain, NodeIndex from) const {
  const TermVector &load = load_[domain], &here = node_[from], &inverse = inverse_[from];
  TermVector part;
  for (std::size_t k = 0; k < kMostTerms; ++k) {
    const double a = load.v[k] * inverse.v[k];
    part.v[k] = slope_.v[k] * a * (a - 2 * (here.v[k] - mean_.v[k]));
  }
  return ((part.v[0] + part.v[1]) + (part.v[2] + part.v[3])) + ((part.v[4] + part.v[5]) + (part.v[6] + part.v[7]));
}

double Tally::guided_arrival(DomainIndex domain, NodeIndex to) const {
  const TermVector &load = load_[domain], &there = node_[to], &inverse = inverse_[to];
  TermVector part;
  for (std::size_t k = 0; k < kMostTerms; ++k) {
    const double b = load.v[k] * inverse.v[k];
    part.v[k] = slope_.v[k] * b * (b + 2 * (there.v[k] - mean_.v[k]));
  }
  return ((part.v[0] + part.v[1]) + (part.v[2] + part.v[3])) + ((part.v[4] + part.v[5]) + (part.v[6] + part.v[7]));
}

double Tally::guided_weight(NodeIndex node) const {
  double weight = 0;
  for (std::size_t k = 0; k < kMostTerms; ++k) {
    const double off = node_[node].v[k] - mean_.v[k];
    if (inverse_[node].v[k] > 0) weight += slope_.v[k] * off * off;
  }
  return weight;
}

}  // namespace hotspot::plan
