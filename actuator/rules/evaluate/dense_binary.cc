// Binary operators over whole columns: a number and a column, rows of one kind, a node and its domains.

#include "actuator/rules/evaluate/dense_run.h"
#include "actuator/rules/evaluate/operations.h"

namespace hotspot::rules {
namespace {

// on(node), or ignoring the label domain: what a node and its domains have in common.
bool matches_nodes(const Matching& matching) {
  if (matching.on) return matching.names == std::vector<std::string>{"node"};
  return matching.names == std::vector<std::string>{"domain"};
}

// Every label of the rows is compared, and no label is removed that distinguishes rows.
bool matches_rows(const Matching& matching, Space space) {
  if (!matching.on) return matching.names.empty();
  const std::vector<std::string> wanted =
      space == Space::kDomains ? std::vector<std::string>{"domain", "node"} : std::vector<std::string>{"node"};
  return matching.names == wanted;
}

template <typename Operation>
void each(DenseVector& left, const DenseVector& right, Operation operation) {
  double* values = left.values.data();
  const double* others = right.values.data();
  for (std::size_t i = 0; i < left.values.size(); ++i) values[i] = operation(values[i], others[i]);
  for (std::size_t i = 0; i < left.values.size(); ++i) left.present[i] &= right.present[i];
}

}  // namespace

bool DenseRun::binary(const Binary& what, DenseOperand& out) {
  DenseOperand right;
  if (!evaluate(*what.left, out) || !evaluate(*what.right, right)) return false;
  if (out.is_scalar && right.is_scalar) {
    out.scalar = is_comparison(what.op) ? (compare(what.op, out.scalar, right.scalar) ? 1 : 0)
                                        : calculate(what.op, out.scalar, right.scalar);
    return true;
  }
  if (right.is_scalar) return with_scalar(what, right.scalar, Side::kRight, out.vector), true;
  if (out.is_scalar) {
    const double number = out.scalar;
    out = std::move(right);
    return with_scalar(what, number, Side::kLeft, out.vector), true;
  }
  const bool same_space = out.vector.space == right.vector.space;
  const bool done = same_space ? same_rows(what, out.vector, right.vector) : across(what, out.vector, right.vector);
  dense_.give(std::move(right.vector));
  return done;
}

namespace {

// The switch is outside of the loop, so that the loop can be vectorised.
template <typename Run>
void with_operation(BinaryOp op, Run run) {
  switch (op) {
    case BinaryOp::kAdd:
      return run([](double a, double b) { return a + b; });
    case BinaryOp::kSubtract:
      return run([](double a, double b) { return a - b; });
    case BinaryOp::kMultiply:
      return run([](double a, double b) { return a * b; });
    case BinaryOp::kDivide:
      return run([](double a, double b) { return a / b; });
    default:
      return run([op](double a, double b) { return calculate(op, a, b); });
  }
}

template <typename Run>
void with_comparison(BinaryOp op, Run run) {
  switch (op) {
    case BinaryOp::kEqual:
      return run([](double a, double b) { return a == b; });
    case BinaryOp::kNotEqual:
      return run([](double a, double b) { return a != b; });
    case BinaryOp::kLess:
      return run([](double a, double b) { return a < b; });
    case BinaryOp::kLessEqual:
      return run([](double a, double b) { return a <= b; });
    case BinaryOp::kGreater:
      return run([](double a, double b) { return a > b; });
    default:
      return run([](double a, double b) { return a >= b; });
  }
}

}  // namespace

void DenseRun::with_scalar(const Binary& what, double number, Side side_of_number, DenseVector& vector) {
  const bool number_is_left = side_of_number == Side::kLeft;
  double* values = vector.values.data();
  std::uint8_t* present = vector.present.data();
  const std::size_t size = vector.values.size();
  if (!is_comparison(what.op)) {
    return with_operation(what.op, [&](auto run) {
      for (std::size_t i = 0; i < size; ++i)
        values[i] = number_is_left ? run(number, values[i]) : run(values[i], number);
    });
  }
  with_comparison(what.op, [&](auto holds) {
    for (std::size_t i = 0; i < size; ++i) {
      const bool held = number_is_left ? holds(number, values[i]) : holds(values[i], number);
      if (what.returns_bool)
        values[i] = held ? 1 : 0;
      else
        present[i] &= static_cast<std::uint8_t>(held);
    }
  });
}

bool DenseRun::same_rows(const Binary& what, DenseVector& left, const DenseVector& right) {
  if (!matches_rows(what.matching, left.space) || what.matching.grouping != Grouping::kNone) return false;
  if (what.op == BinaryOp::kAnd || what.op == BinaryOp::kUnless) {
    const std::uint8_t flip = what.op == BinaryOp::kUnless ? 1 : 0;
    for (std::size_t i = 0; i < left.present.size(); ++i)
      left.present[i] = static_cast<std::uint8_t>(left.present[i] & (right.present[i] ^ flip));
    return true;
  }
  if (what.op == BinaryOp::kOr) {
    for (std::size_t i = 0; i < left.present.size(); ++i) {
      if (left.present[i] == 0) left.values[i] = right.values[i];
      left.present[i] |= right.present[i];
    }
    return true;
  }
  if (!is_comparison(what.op)) {
    with_operation(what.op, [&](auto run) { each(left, right, run); });
    return true;
  }
  with_comparison(what.op, [&](auto holds) {
    for (std::size_t i = 0; i < left.values.size(); ++i) {
      const bool held = holds(left.values[i], right.values[i]);
      if (what.returns_bool) left.values[i] = held ? 1 : 0;
      left.present[i] &= static_cast<std::uint8_t>(right.present[i] & (what.returns_bool || held ? 1 : 0));
    }
  });
  return true;
}

// Domains and their nodes.
bool DenseRun::across(const Binary& what, DenseVector& left, const DenseVector& right) {
  const bool domains_left = left.space == Space::kDomains;
  const bool is_set = what.op == BinaryOp::kAnd || what.op == BinaryOp::kUnless;
  if (!matches_nodes(what.matching) || !domains_left || !what.matching.include.empty()) return false;
  if (!is_set && (what.op == BinaryOp::kOr || what.matching.grouping != Grouping::kLeft)) return false;
  const Dense::SpaceRows& rows = dense_.space(Space::kDomains);
  for (std::size_t i = 0; i < rows.tables.size(); ++i) {
    const std::uint32_t node = dense_.node_of_[i];
    const bool there = node != kNoId && right.present[node] != 0;
    const double other = node == kNoId ? 0 : right.values[node];
    for (std::size_t at = rows.offsets[i]; at < rows.offsets[i + 1]; ++at) {
      if (is_set) {
        left.present[at] &= static_cast<std::uint8_t>(there == (what.op == BinaryOp::kAnd) ? 1 : 0);
      } else if (!is_comparison(what.op)) {
        left.values[at] = calculate(what.op, left.values[at], other);
        left.present[at] &= there ? 1 : 0;
      } else {
        const bool held = compare(what.op, left.values[at], other);
        if (what.returns_bool) left.values[at] = held ? 1 : 0;
        left.present[at] &= static_cast<std::uint8_t>(there && (held || what.returns_bool) ? 1 : 0);
      }
    }
  }
  return true;
}

}  // namespace hotspot::rules
