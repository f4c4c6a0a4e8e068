#include "actuator/rules/evaluate/dense_run.h"

#include <algorithm>
#include <bit>

#include "actuator/rules/evaluate/kernels.h"
#include "actuator/rules/evaluate/operations.h"
#include "actuator/rules/evaluate/range_functions.h"

namespace hotspot::rules {
namespace {

bool is_plain(const Timing& timing) { return !timing.at && !timing.at_query; }

}  // namespace

bool DenseRun::evaluate(const Expression& expression, DenseOperand& out) {
  if (const auto* number = std::get_if<NumberLiteral>(&expression.what)) {
    out.is_scalar = true;
    out.scalar = number->value;
    return true;
  }
  if (const auto* what = std::get_if<Selector>(&expression.what)) return selector(*what, out);
  if (const auto* what = std::get_if<Unary>(&expression.what)) return unary(*what, out);
  if (const auto* what = std::get_if<Binary>(&expression.what)) return binary(*what, out);
  if (const auto* what = std::get_if<Aggregation>(&expression.what)) return aggregation(*what, out);
  if (const auto* what = std::get_if<Call>(&expression.what)) return call(*what, out);
  return false;
}

bool DenseRun::selector(const Selector& what, DenseOperand& out) {
  if (what.range || !is_plain(what.timing)) return false;
  const Dense::Metric& metric = dense_.metric(what.name.text);
  if (!metric.space) return false;
  out.vector = dense_.take();
  if (what.timing.offset != Milliseconds(0)) {
    read_all(metric, time_ms_ - what.timing.offset.count(), out.vector);
  } else {
    const auto [known, is_new] = dense_.newest_.try_emplace(what.name.text);
    if (is_new) read_all(metric, time_ms_, known->second);
    out.vector = known->second;
  }
  const std::vector<std::uint8_t>& mask = dense_.mask(what, *metric.space);
  for (std::size_t i = 0; i < mask.size(); ++i) out.vector.present[i] &= mask[i];
  return true;
}

void DenseRun::read_all(const Dense::Metric& metric, std::int64_t at_ms, DenseVector& out) {
  const Dense::SpaceRows& rows = dense_.space(*metric.space);
  out.space = *metric.space;
  out.values.resize(rows.rows.size());
  out.present.assign(rows.rows.size(), 0);
  for (std::size_t i = 0; i < rows.tables.size(); ++i) {
    if (metric.columns[i] == kNoId) continue;
    newest(*rows.tables[i], metric.columns[i], at_ms,
           {out.values.data() + rows.offsets[i], out.present.data() + rows.offsets[i]});
  }
}

void DenseRun::newest(const Table& table, std::uint32_t column, std::int64_t at_ms, RowsOut out) {
  const auto times = table.times();
  std::size_t frame = times.size();
  while (frame > 0 && times[frame - 1] > at_ms) --frame;
  if (frame == 0 || frame <= table.first_frame(column)) return;
  --frame;
  const std::int64_t lookback = (options_.lookback_of ? options_.lookback_of(table) : options_.lookback).count();
  if (times[frame] < at_ms - lookback) return;
  const double* cells = table.cells(column, frame);
  double* const values = out.values;
  std::uint8_t* const present = out.present;
  const std::uint64_t stale = std::bit_cast<std::uint64_t>(stale_marker());
  const std::uint64_t none = std::bit_cast<std::uint64_t>(no_sample());
  bool look_further = false;
  for (std::size_t row = 0; row < table.rows().size(); ++row) {
    const auto bits = std::bit_cast<std::uint64_t>(cells[row]);
    values[row] = cells[row];
    present[row] = static_cast<std::uint8_t>((bits != stale) & (bits != none));
    look_further |= bits == none;
  }
  if (!look_further) return;
  for (std::uint32_t row = 0; row < table.rows().size(); ++row) {
    if (!is_no_sample(cells[row])) continue;
    const auto sample = Store::Series{&table, column, row}.at(at_ms, lookback);
    present[row] = sample ? 1 : 0;
    if (sample) values[row] = sample->value;
  }
}

bool DenseRun::unary(const Unary& what, DenseOperand& out) {
  if (!evaluate(*what.operand, out)) return false;
  if (!what.negate) return true;
  out.scalar = -out.scalar;
  for (double& value : out.vector.values) value = -value;
  return true;
}

bool DenseRun::call(const Call& what, DenseOperand& out) {
  const FunctionBody& body = body_of(*what.function);
  if (body.over_range != nullptr) return over_range(what, out);
  if (body.of_value == nullptr || what.arguments.size() != 1) return false;
  if (!evaluate(*what.arguments[0], out) || out.is_scalar) return false;
  for (double& value : out.vector.values) value = body.of_value(value);
  return true;
}

// The one range and the numbers beside it.
bool DenseRun::take_arguments(const Call& what, const Selector*& selector, RangeInput& input) {
  int numbers = 0;
  for (const ExpressionPtr& argument : what.arguments) {
    if (const auto* range = std::get_if<Selector>(&argument->what); range != nullptr && range->range) {
      selector = range;
      continue;
    }
    DenseOperand number;
    if (!evaluate(*argument, number) || !number.is_scalar) return false;
    (numbers++ == 0 ? input.first : input.second) = number.scalar;
  }
  return selector != nullptr && is_plain(selector->timing) && what.function->name != "holt_winters";
}

// Tables without a sample in the range are left out.
std::vector<DenseRun::TableRange> DenseRun::ranges_in_tables(const Dense::Metric& metric, const Dense::SpaceRows& rows,
                                                             const RangeInput& input) {
  std::vector<TableRange> ranges;
  for (std::size_t i = 0; i < rows.tables.size(); ++i) {
    if (metric.columns[i] == kNoId) continue;
    const Table& table = *rows.tables[i];
    const auto times = table.times();
    const auto first = std::lower_bound(times.begin(), times.end(), input.from_ms) - times.begin();
    const auto end = std::upper_bound(times.begin(), times.end(), input.to_ms) - times.begin();
    const std::size_t held = std::max(static_cast<std::size_t>(first), table.first_frame(metric.columns[i]));
    if (held >= static_cast<std::size_t>(end)) continue;
    ranges.push_back(
        {table, metric.columns[i], rows.offsets[i], held, static_cast<std::size_t>(end), input.from_ms, input.to_ms});
  }
  return ranges;
}

bool DenseRun::over_range(const Call& what, DenseOperand& out) {
  const Selector* selector = nullptr;
  RangeInput input{.time_ms = time_ms_};
  if (!take_arguments(what, selector, input)) return false;
  const Dense::Metric& metric = dense_.metric(selector->name.text);
  if (!metric.space) return false;
  const Dense::SpaceRows& rows = dense_.space(*metric.space);
  out.vector = dense_.take();
  out.vector.space = *metric.space;
  out.vector.values.assign(rows.rows.size(), 0);
  out.vector.present.assign(rows.rows.size(), 0);
  input.to_ms = time_ms_ - selector->timing.offset.count();
  input.from_ms = input.to_ms - selector->range->count();
  const std::vector<TableRange> ranges = ranges_in_tables(metric, rows, input);
  if (!can_afford(ranges)) return false;
  const std::vector<std::uint8_t>& dirty = dirty_rows(selector->name.text, ranges);
  for (const TableRange& in : ranges) {
    dirty_ = dirty.data() + in.offset;
    compute(body_of(*what.function), in, input, out.vector);
  }
  const std::vector<std::uint8_t>& mask = dense_.mask(*selector, *metric.space);
  for (std::size_t i = 0; i < mask.size(); ++i) out.vector.present[i] &= mask[i];
  return true;
}

// The general path then finds the budget exhausted, and reports it.
bool DenseRun::can_afford(const std::vector<TableRange>& ranges) const {
  constexpr std::size_t kAtOnce = 16;
  std::size_t samples = 0;
  for (const TableRange& in : ranges) samples += (in.end - in.first) * in.table.rows().size();
  return options_.budget == nullptr || options_.budget->spend(samples / kAtOnce);
}

const std::vector<std::uint8_t>& DenseRun::dirty_rows(const std::string& metric,
                                                      const std::vector<TableRange>& ranges) {
  Dense::Dirty& known = dense_.dirty_[metric];
  static const std::vector<std::uint8_t> kNone;
  if (ranges.empty()) return kNone;
  const TableRange& any = ranges.front();
  if (!known.rows.empty() && known.from_ms == any.from_ms && known.to_ms == any.to_ms) return known.rows;
  known.from_ms = any.from_ms;
  known.to_ms = any.to_ms;
  known.rows.assign(ranges.back().offset + ranges.back().table.rows().size(), 0);
  for (const TableRange& in : ranges) {
    scratch_.resize(std::max(scratch_.size(), in.table.rows().size()));
    find_dirty({in.table.cells(in.column, in.first), in.table.stride(), in.end - in.first, in.table.rows().size()},
               known.rows.data() + in.offset, scratch_.data());
  }
  return known.rows;
}

void DenseRun::compute(const FunctionBody& body, const TableRange& in, RangeInput& input, DenseVector& out) {
  const std::size_t rows = in.table.rows().size();
  double* result = out.values.data() + in.offset;
  std::uint8_t* present = out.present.data() + in.offset;
  const bool ran = run_kernel(body, in, input, result);
  for (std::uint32_t row = 0; row < rows; ++row) {
    if (ran && dirty_[row] == 0) {
      present[row] = 1;
      continue;
    }
    samples_.clear();
    Store::Series{&in.table, in.column, row}.range(in.from_ms, in.to_ms, samples_);
    input.samples = samples_;
    const auto value = samples_.empty() ? std::nullopt : body.over_range(input);
    present[row] = value ? 1 : 0;
    if (value) result[row] = *value;
  }
}

bool DenseRun::run_kernel(const FunctionBody& body, const TableRange& in, const RangeInput& input, double* result) {
  const FrameRange cells{in.table.cells(in.column, in.first), in.table.stride(), in.end - in.first,
                         in.table.rows().size()};
  scratch_.resize(std::max(scratch_.size(), cells.rows * 4));
  const auto run = body.over_range;
  if (run == avg_over_time) return average_rows(cells, result, scratch_.data()), true;
  if (run == sum_over_time) return sum_rows(cells, result, scratch_.data()), true;
  if (run == min_over_time) return least_rows(cells, result), true;
  if (run == max_over_time) return most_rows(cells, result), true;
  if (run == quantile_over_time && input.first >= 0 && input.first <= 1) {
    return quantile_rows(cells, input.first, result);
  }
  if (run == predict_linear && cells.frames >= 2) {
    x_.clear();
    for (std::size_t frame = in.first; frame < in.end; ++frame) {
      x_.push_back(static_cast<double>(in.table.times()[frame] - time_ms_) / 1000);
    }
    predict_rows(cells, {.x = x_.data(), .ahead = input.first}, result, scratch_.data());
    return true;
  }
  return false;
}

// By node, over its domains: one value per node.
bool DenseRun::aggregation(const Aggregation& what, DenseOperand& out) {
  const bool by_node = !what.without && what.names == std::vector<std::string>{"node"};
  const bool without_domain = what.without && what.names == std::vector<std::string>{"domain"};
  if ((!by_node && !without_domain) || what.op > Aggregation::Op::kGroup) return false;
  DenseOperand inside;
  if (!evaluate(*what.operand, inside) || inside.is_scalar || inside.vector.space != Space::kDomains) return false;
  const Dense::SpaceRows& rows = dense_.space(Space::kDomains);
  const std::size_t nodes = dense_.space(Space::kNodes).rows.size();
  out.vector = dense_.take();
  out.vector.space = Space::kNodes;
  out.vector.values.assign(nodes, 0);
  out.vector.present.assign(nodes, 0);
  for (std::size_t i = 0; i < rows.tables.size(); ++i) {
    Aggregate all;
    for (std::size_t at = rows.offsets[i]; at < rows.offsets[i + 1]; ++at) {
      if (inside.vector.present[at] != 0) all.add(what.op, inside.vector.values[at]);
    }
    if (all.count() == 0) continue;
    if (dense_.node_of_[i] == kNoId) return false;
    out.vector.values[dense_.node_of_[i]] = all.result(what.op);
    out.vector.present[dense_.node_of_[i]] = 1;
  }
  dense_.give(std::move(inside.vector));
  return true;
}

}  // namespace hotspot::rules
