// The samples that rules look at, by column, as long as they look back and no longer.
//
// PURE. A table is a set of series that are sampled together: all domains of one node, the results of one recording
// rule, or a single series. Its rows are label sets, its columns metrics, and all share one list of sample times. A
// column is kept frame by frame (all rows at one time are neighbours), so a rule over all domains runs along memory,
// and two metrics of one domain meet without a look at their labels.
//
// Samples may come late and out of order; one that is there already (same series, same time) stays. What is older than
// the retention of its column, counted from the newest sample of its table, is dropped. NaN is a value; the stale
// marker, a NaN of its own (Prometheus, model/value), says that the series ended. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/labels.h"
#include "actuator/rules/store/table.h"
#include "telemetry/units.h"

namespace hotspot::rules {

struct Sample {
  std::int64_t time_ms = 0;  // Unix
  double value = 0;
  bool operator==(const Sample&) const = default;
};

double stale_marker();
bool is_stale_marker(double value);

class Store {
 public:
  // How long the samples of a metric are kept: `of` by name, for all others `otherwise`. Empty: for ever (unit tests,
  // replays). Shortening takes effect with the next sample; lengthening cannot bring back what was dropped.
  void retain(std::optional<Milliseconds> otherwise, std::map<std::string, Milliseconds, std::less<>> of = {});
  Milliseconds retention(std::string_view metric) const;  // Milliseconds::max(): for ever

  // One sample of one series; `labels` has a name. False: too old, or there already.
  bool append(const LabelSet& labels, WallTime time, double value);
  // Many of one series, in any order, for history. Returns how many were taken. A series of a node or domain that is
  // known by its labels `node` and `domain` goes to the node's table, be it there already or not.
  std::size_t append_many(const LabelSet& labels, std::span<const Sample> samples);

  // A series as the evaluator sees it; valid until the store changes.
  struct Series {
    const Table* table = nullptr;
    std::uint32_t column = 0;
    std::uint32_t row = 0;
    LabelSet labels() const;
    // The newest sample in [time − lookback, time]; empty if there is none or it is a stale marker.
    std::optional<Sample> at(std::int64_t time_ms, std::int64_t lookback_ms) const;
    // Appends the samples in [from, to] without stale markers.
    void range(std::int64_t from_ms, std::int64_t to_ms, std::vector<Sample>& out) const;
  };
  // All series that fit, in a stable order.
  std::vector<Series> select(std::string_view name, std::span<const LabelMatcher> matchers) const;
  bool has_metric(std::string_view name) const;  // with at least one frame
  std::vector<std::string> metrics() const;

  struct Size {
    std::size_t series = 0;   // with at least one sample
    std::size_t samples = 0;  // places held, used or not
    std::size_t bytes = 0;    // of values and times
  };
  Size size() const;
  // The oldest and the newest sample of all.
  std::optional<WallTime> oldest() const;
  std::optional<WallTime> newest() const;

  // For the engine and the fast path; see table.h.
  Table& node_table(std::string_view node, Table::Kind kind);
  Table& table(const std::string& key, const std::string& partition = "");  // of any rows
  Table* find_table(std::string_view key);
  static std::string parts_key(std::string_view node, std::string_view metric);
  // By key; those of nodes begin with "domains ", "nodes " and "parts " (vcpus and devices).
  const std::map<std::string, std::unique_ptr<Table>, std::less<>>& tables() const { return tables_; }
  // A column of the table that keeps samples for as long as this store does. The name is shared by all tables.
  std::uint32_t column(Table& table, std::string_view metric);
  struct Place {
    const Table* table;
    std::uint32_t column;
  };
  // Where a metric is, in the order of the tables' keys.
  std::vector<Place> places_of(std::string_view metric) const;
  // Changes whenever tables, rows or columns come or go: what was joined before must be joined anew.
  std::uint64_t layout() const;
  // Forgets all tables of a node.
  void forget_node(std::string_view node);
  // Forgets tables whose newest sample is older.
  void forget_before(WallTime time);

 private:
  Table& table_for(const LabelSet& labels);
  std::int64_t retention_ms(std::string_view metric) const;

  std::map<std::string, std::unique_ptr<Table>, std::less<>> tables_;
  std::map<std::string, std::shared_ptr<const std::string>, std::less<>> metrics_;
  std::map<std::string, Milliseconds, std::less<>> retentions_;
  std::optional<Milliseconds> otherwise_;
  std::uint64_t dropped_tables_ = 0;
};

}  // namespace hotspot::rules
