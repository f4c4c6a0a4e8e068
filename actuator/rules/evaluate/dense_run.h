// One evaluation on the fast path. Private to dense.cc.
#pragma once

#include <span>
#include <vector>

#include "actuator/rules/evaluate/dense.h"
#include "actuator/rules/evaluate/function_bodies.h"

namespace hotspot::rules {

struct DenseOperand {
  bool is_scalar = false;
  double scalar = 0;
  DenseVector vector;
};

class DenseRun {
 public:
  DenseRun(Dense& dense, WallTime time, const EvaluateOptions& options)
      : dense_(dense), time_ms_(to_unix_ms(time)), options_(options) {}

  // False: not on the fast path.
  bool evaluate(const Expression& expression, DenseOperand& out);

 private:
  // The range of a selector in one table.
  struct TableRange {
    const Table& table;
    std::uint32_t column;
    std::size_t offset;  // of the table's first row in the space
    std::size_t first, end;
    std::int64_t from_ms, to_ms;
  };

  bool selector(const Selector& what, DenseOperand& out);
  void read_all(const Dense::Metric& metric, std::int64_t at_ms, DenseVector& out);
  // Where the values of a table's rows go.
  struct RowsOut {
    double* values;
    std::uint8_t* present;
  };
  void newest(const Table& table, std::uint32_t column, std::int64_t at_ms, RowsOut out);
  bool unary(const Unary& what, DenseOperand& out);
  bool call(const Call& what, DenseOperand& out);
  bool over_range(const Call& what, DenseOperand& out);
  bool take_arguments(const Call& what, const Selector*& selector, RangeInput& input);
  static std::vector<TableRange> ranges_in_tables(const Dense::Metric& metric, const Dense::SpaceRows& rows,
                                                  const RangeInput& input);
  void compute(const FunctionBody& body, const TableRange& in, RangeInput& input, DenseVector& out);
  // Marks the rows of all tables, once per range.
  const std::vector<std::uint8_t>& dirty_rows(const std::string& metric, const std::vector<TableRange>& ranges);
  bool can_afford(const std::vector<TableRange>& ranges) const;
  bool run_kernel(const FunctionBody& body, const TableRange& in, const RangeInput& input, double* result);
  bool binary(const Binary& what, DenseOperand& out);
  enum class Side { kLeft, kRight };
  void with_scalar(const Binary& what, double number, Side side_of_number, DenseVector& vector);
  bool same_rows(const Binary& what, DenseVector& left, const DenseVector& right);
  bool across(const Binary& what, DenseVector& left, const DenseVector& right);
  bool aggregation(const Aggregation& what, DenseOperand& out);

  Dense& dense_;
  std::int64_t time_ms_;
  const EvaluateOptions& options_;
  std::vector<double> scratch_, x_;
  const std::uint8_t* dirty_ = nullptr;
  std::vector<Sample> samples_;
};

}  // namespace hotspot::rules
