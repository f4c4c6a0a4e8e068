// The fast path: expressions over all domains or all nodes at once, as arrays.
//
// If each value of an expression belongs to a row of the nodes' tables (one domain or one node), the values form an
// array with one element per row: two metrics of one domain are joined by index, without comparing labels. Everything
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

// One element per row of the space.
struct DenseVector {
  Space space = Space::kDomains;
  std::vector<double> values;
  std::vector<std::uint8_t> present;  // 0 or 1
};

struct DenseRow {
  Table* table = nullptr;
  std::uint32_t row = 0;
  mutable std::uint32_t subject = kNoId;                  // from the table's row
  const std::shared_ptr<const Labels>* labels = nullptr;  // in the table
};

class Dense {
 public:
  explicit Dense(Store& store) : store_(store) {}

  // Before each round of evaluations: checks whether tables and rows have changed.
  void begin();
  // When the age limit for freshness changes: drops what was read with another limit.
  void forget_values() { newest_.clear(); }
  // Forgets expressions, which may no longer exist.
  void forget();
  // Null: the expression or its series do not suit the fast path. Valid until the next call.
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
    std::optional<Space> space;          // empty: not on the fast path
    std::vector<std::uint32_t> columns;  // for each table of the space; kNoId: none
  };
  // Reuses arrays that are no longer needed: allocating memory costs more than the computation.
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
  std::vector<std::uint32_t> node_of_;  // for each table of domains: its row among the nodes; kNoId: none
  std::unordered_map<std::string, Metric> metrics_;
  std::unordered_map<const Selector*, std::vector<std::uint8_t>> masks_;
  std::unordered_map<const Expression*, bool> slow_;
  // Rows of a range that the loops cannot process, shared by all functions over that range.
  struct Dirty {
    std::int64_t from_ms = 0, to_ms = 0;
    std::vector<std::uint8_t> rows;
  };
  std::unordered_map<std::string, Dirty> dirty_;
  std::unordered_map<std::string, DenseVector> newest_;  // by metric, at the time of the round
  std::uint64_t store_layout_ = 0;
  std::uint64_t layout_ = 0;
  DenseVector result_;
  std::vector<DenseVector> pool_;
};

}  // namespace hotspot::rules
