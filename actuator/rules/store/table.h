// A table of the store: series that are sampled together. See store.h.
//
// PURE. Rows are label sets without a name, columns are metrics. Frames are sample times; the cells of one frame are
// adjacent. A cell is a value, the stale marker, or "no sample" (another special NaN), which counts as missing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actuator/rules/language/labels.h"

namespace hotspot::rules {

double no_sample();
bool is_no_sample(double value);
bool is_sample(double value);  // neither of the two markers

inline constexpr std::uint32_t kNoId = 0xffffffff;

class Table {
 public:
  struct Row {
    std::shared_ptr<const Labels> labels;  // without a name
    bool used = false;                     // false: free for reuse
    bool away = false;                     // its domain now runs on another node: see observer.h
    std::uint32_t subject = kNoId;         // the engine's number of its subject
    std::int64_t last_present_ms = 0;      // the newest sample in any column
  };

  // The kind of a table's rows: all have exactly the labels of the kind, and share the value of the first. kDomains:
  // node and domain, kNodes: node alone. kOther: any labels, one series or the results of one rule.
  enum class Kind { kDomains, kNodes, kOther };

  Table(Kind kind, std::string partition) : kind_(kind), partition_(std::move(partition)) {}

  Kind kind() const { return kind_; }
  const std::string& partition() const { return partition_; }  // the node's name; "" for kOther

  std::optional<std::uint32_t> find_row(const std::shared_ptr<const Labels>& labels) const;
  // The row with these labels, created if it does not exist.
  std::uint32_t row(const std::shared_ptr<const Labels>& labels);
  const std::vector<Row>& rows() const { return rows_; }
  Row& row_at(std::uint32_t row) { return rows_[row]; }
  void set_subject(std::uint32_t row, std::uint32_t subject) {
    if (rows_[row].subject != subject) ++layout_;
    rows_[row].subject = subject;
  }

  std::optional<std::uint32_t> find_column(std::string_view metric) const;
  // `retention_ms`: counted back from the newest frame; kForEver keeps all.
  std::uint32_t column(const std::shared_ptr<const std::string>& metric, std::int64_t retention_ms);
  void set_retention(std::uint32_t column, std::int64_t retention_ms) { columns_[column].retention_ms = retention_ms; }
  std::size_t columns() const { return columns_.size(); }
  const std::shared_ptr<const std::string>& metric(std::uint32_t column) const { return columns_[column].metric; }

  // Sample times, oldest first.
  std::span<const std::int64_t> times() const { return {times_.data() + times_begin_, times_.size() - times_begin_}; }
  std::optional<std::int64_t> newest() const;

  // The frame of this time, created in its place if it does not exist, with cells set to `fill`. Empty: older than the
  // retention of all columns. An index into times(); valid until the next call.
  struct Frame {
    std::size_t index = 0;
    bool is_new = false;
  };
  std::optional<Frame> frame(std::int64_t time_ms, double fill);
  // Adds many at once, for history: `times` sorted and unique.
  void add_frames(std::span<const std::int64_t> times);
  // False: too old for the column, or a sample exists already.
  bool set(std::size_t frame, std::uint32_t column, std::uint32_t row, double value);
  // Drops what is older than the retention of the columns, and rows that have no sample left.
  void trim();

  // The clock was set back: moves all frames back so that the newest one has this time.
  void move_back_to(std::int64_t time_ms);
  // Drops the frames from this time on.
  void drop_from(std::int64_t time_ms);

  // The frames that a column holds are the newest ones of the table.
  std::size_t first_frame(std::uint32_t column) const { return times().size() - columns_[column].frames; }
  // The cells of a frame, one per row; the column must hold the frame.
  const double* cells(std::uint32_t column, std::size_t frame) const;
  std::size_t stride() const { return stride_; }  // from one frame to the next, in cells
  bool is_column_used(std::uint32_t column) const { return columns_[column].frames > 0; }

  std::uint64_t layout() const { return layout_; }  // rises when rows or columns are added or removed
  std::size_t bytes() const;
  std::size_t places() const;

 private:
  struct Column {
    std::shared_ptr<const std::string> metric;
    std::int64_t retention_ms = 0;
    std::size_t frames = 0;  // the newest ones of the table
    std::size_t head = 0;    // position of the oldest of them, in frames
    std::vector<double> buffer;
  };
  double* cells_of(Column& column, std::size_t frame);
  void push_frame(Column& column, double fill);
  void push_frames(std::span<const std::int64_t> times);
  void insert_frame(Column& column, std::size_t index, double fill);
  void reach_back(Column& column, std::size_t index);
  void make_room(Column& column, std::size_t frames);
  void widen(std::size_t rows);
  void free_rows();

  Kind kind_;
  std::string partition_;
  std::vector<Row> rows_;
  std::unordered_map<std::size_t, std::vector<std::uint32_t>> rows_by_hash_;
  std::vector<std::uint32_t> free_;
  std::vector<Column> columns_;
  std::vector<std::int64_t> times_;
  std::size_t times_begin_ = 0;
  std::size_t stride_ = 0;
  std::uint64_t layout_ = 1;
};

inline constexpr std::int64_t kForEver = std::int64_t{1} << 60;

}  // namespace hotspot::rules
