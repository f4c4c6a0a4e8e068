// The samples that rules read, by column, kept for as long as rules look back.
//
// PURE. A table is a set of series that are sampled together: all domains of one node, the results of one recording
// rule, or a single series. Its rows are label sets, its columns metrics, and all share one list of sample times. A
// column is stored frame by frame (all rows at one time are adjacent), so that a rule over all domains reads contiguous
// memory, and two metrics of one domain are joined without comparing labels.
//
// Samples may arrive late and out of order; an existing sample (same series, same time) is kept. Samples older than the
// retention of their column, counted from the newest sample of the table, are dropped. NaN is a value; the stale
// marker, a special NaN (Prometheus, model/value), says that the series ended. Thread rule: one thread.
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
  // How long the samples of a metric are kept: `of` by name, `otherwise` for all others. Empty: for ever (unit tests,
  // replays). A shorter time takes effect with the next sample; a longer one cannot restore what was dropped.
  void retain(std::optional<Milliseconds> otherwise, std::map<std::string, Milliseconds, std::less<>> of = {});
  Milliseconds retention(std::string_view metric) const;  // Milliseconds::max(): for ever

  // Adds one sample to one series; `labels` includes a name. False: too old, or it exists already.
  bool append(const LabelSet& labels, WallTime time, double value);
  // Adds many samples of one series, in any order, for history. Returns how many were added. If the labels `node`
  // and `domain` identify a node or domain, the series goes to the node's table, which is created if necessary.
  std::size_t append_many(const LabelSet& labels, std::span<const Sample> samples);

  // A series as the evaluator uses it; valid until the store changes.
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
  // All matching series, in a stable order.
  std::vector<Series> select(std::string_view name, std::span<const LabelMatcher> matchers) const;
  bool has_metric(std::string_view name) const;  // with at least one frame
  std::vector<std::string> metrics() const;

  struct Size {
    std::size_t series = 0;   // with at least one sample
    std::size_t samples = 0;  // allocated cells, used or not
    std::size_t bytes = 0;    // of values and times
  };
  Size size() const;
  // The oldest and the newest sample of the whole store.
  std::optional<WallTime> oldest() const;
  std::optional<WallTime> newest() const;

  // For the engine and the fast path; see table.h.
  Table& node_table(std::string_view node, Table::Kind kind);
  Table& table(const std::string& key, const std::string& partition = "");  // of any rows
  Table* find_table(std::string_view key);
  static std::string parts_key(std::string_view node, std::string_view metric);
  // By key; those of nodes start with "domains ", "nodes " and "parts " (vcpus and devices).
  const std::map<std::string, std::unique_ptr<Table>, std::less<>>& tables() const { return tables_; }
  // A column of the table with this store's retention. The name is shared by all tables.
  std::uint32_t column(Table& table, std::string_view metric);
  struct Place {
    const Table* table;
    std::uint32_t column;
  };
  // Where a metric is stored, in the order of the tables' keys.
  std::vector<Place> places_of(std::string_view metric) const;
  // Changes whenever tables, rows or columns are added or removed: cached joins are then invalid.
  std::uint64_t layout() const;
  // Drops all tables of a node.
  void forget_node(std::string_view node);
  // Drops tables whose newest sample is older.
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
