// The fast path: expressions over all domains or all nodes at once, as arrays.
//
// Where each value of an expression belongs to a row of the nodes' tables (one domain or one node), the values are an
// array with one place for each row: two metrics of one domain meet by their place, and no label is looked at. Anything
// else is left to evaluate(), which gives the same values.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "actuator/rules/evaluate/evaluate.h"

namespace hotspot::rules {

enum class Space { kDomains, kNodes };

// One place for each row of the space.
struct DenseVector {
  Space space = Space::kDomains;
  std::vector<double> values;
  std::vector<std::uint8_t> present;  // 0 or 1
};

struct DenseRow {
  Table* table = nullptr;
  std::uint32_t row = 0;
  mutable std::uint32_t subject = kNoId;                  // as the table has it
  const std::shared_ptr<const Labels>* labels = nullptr;  // in the table
};

class Dense {
 public:
  explicit Dense(Store& store) : store_(store) {}

  // Before each round of evaluations: looks whether tables and rows are as they were.
  void begin();
  // Where the age that counts as fresh changes: what was read with another one.
  void forget_values() { newest_.clear(); }
  // What is remembered of expressions, which may be gone.
  void forget();
  // Null: the expression is not of the kind that goes fast, or its series are not. Valid until the next call.
  const DenseVector* evaluate(const Expression& expression, WallTime time, const EvaluateOptions& options);
  // The rows of a space, in the order of the values.
  const std::vector<DenseRow>& rows(Space space) const { return spaces_[static_cast<std::size_t>(space)].rows; }
  std::uint64_t layout() const { return layout_; }  // changes with the rows

 private:
  friend class DenseRun;
  struct SpaceRows {
    std::vector<Table*> tables;
    std::vector<std::size_t> offsets;  // of each table, and the end
    std::vector<DenseRow> rows;
    std::vector<std::uint8_t> used;
  };
  struct Metric {
    std::optional<Space> space;          // empty: it does not go fast
    std::vector<std::uint32_t> columns;  // of each table of the space; kNoId: none
  };
  // Arrays that are done with are used again: fresh memory costs more than the work in it.
  DenseVector take() {
    if (pool_.empty()) return {};
    DenseVector used = std::move(pool_.back());
    pool_.pop_back();
    return used;
  }
  void give(DenseVector used) { pool_.push_back(std::move(used)); }

  const SpaceRows& space(Space which) const { return spaces_[static_cast<std::size_t>(which)]; }
  const Metric& metric(const std::string& name);
  const std::vector<std::uint8_t>& mask(const Selector& selector, Space space);
  void rebuild();

  Store& store_;
  SpaceRows spaces_[2];
  std::vector<std::uint32_t> node_of_;  // of each table of domains: its row among the nodes; kNoId: none
  std::unordered_map<std::string, Metric> metrics_;
  std::unordered_map<const Selector*, std::vector<std::uint8_t>> masks_;
  std::unordered_map<const Expression*, bool> slow_;
  // Rows of a window that the loops cannot take, shared by all functions over that window.
  struct Dirty {
    std::int64_t from_ms = 0, to_ms = 0;
    std::vector<std::uint8_t> rows;
  };
  std::unordered_map<std::string, Dirty> dirty_;
  std::unordered_map<std::string, DenseVector> newest_;  // of a metric at the time of the round
  std::uint64_t store_layout_ = 0;
  std::uint64_t layout_ = 0;
  DenseVector result_;
  std::vector<DenseVector> pool_;
};

}  // namespace hotspot::rules
