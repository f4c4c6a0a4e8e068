// The values of a series in a test file: `0+10x100 _ stale`.
//
// PURE. The notation is that of `promtool test rules` (Prometheus: docs/configuration/unit_testing_rules.md, and the
// grammar of series in promql/parser), with identical results to the last bit: `a+bxn` adds b to the previous value n
// times, so that rounding accumulates in the same way. Values are kept as runs: a billion of them take as much memory
// as their notation, and a test expands those that it needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "actuator/rules/language/quantity.h"

namespace hotspot::rules {

// `count` values in a row.
struct SequenceRun {
  std::optional<double> first;  // stale_marker() of store.h for `stale`; empty: missing
  std::optional<double> step;   // from each value to the next; empty: all equal the first
  std::uint64_t count = 1;
  bool operator==(const SequenceRun&) const = default;
};
using SequenceValues = std::vector<SequenceRun>;

// How many values the first `places` positions have, not counting missing ones.
std::uint64_t values_within(const SequenceValues& values, std::uint64_t places);

// Iterates over the values, skipping the missing ones.
class SequenceCursor {
 public:
  explicit SequenceCursor(const SequenceValues& values);
  // The position of the next value, starting at 0; empty after the last one.
  std::optional<std::int64_t> place() const;
  // Returns the value there and advances.
  double take();

 private:
  void enter();

  const SequenceValues* values_;
  std::size_t run_ = 0;
  std::uint64_t in_run_ = 0;
  std::int64_t place_ = 0;
  double value_ = 0;
};

// Items separated by blanks: `1`, `-2.5`, `1x3` (1 1 1 1), `0+10x2` (0 10 20), `10-1x2`, `_` (missing), `_x3`, `stale`.
Parsed<SequenceValues> parse_values(std::string_view text);

}  // namespace hotspot::rules
