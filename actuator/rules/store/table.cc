#include "actuator/rules/store/table.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>

namespace hotspot::rules {
namespace {

// Prometheus' value.StaleNaN; the other marker is our own.
constexpr std::uint64_t kStaleBits = 0x7ff0000000000002ULL;
constexpr std::uint64_t kNoSampleBits = 0x7ff0000000000003ULL;

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

std::size_t hash_of(const std::shared_ptr<const Labels>& labels) { return LabelSet(nullptr, labels).hash(); }

}  // namespace

double stale_marker() { return std::bit_cast<double>(kStaleBits); }
bool is_stale_marker(double value) { return bits(value) == kStaleBits; }
double no_sample() { return std::bit_cast<double>(kNoSampleBits); }
bool is_no_sample(double value) { return bits(value) == kNoSampleBits; }
bool is_sample(double value) { return !is_stale_marker(value) && !is_no_sample(value); }

std::optional<std::uint32_t> Table::find_row(const std::shared_ptr<const Labels>& labels) const {
  const auto same_hash = rows_by_hash_.find(hash_of(labels));
  if (same_hash == rows_by_hash_.end()) return std::nullopt;
  for (const std::uint32_t row : same_hash->second) {
    if (LabelSet(nullptr, rows_[row].labels) == LabelSet(nullptr, labels)) return row;
  }
  return std::nullopt;
}

std::uint32_t Table::row(const std::shared_ptr<const Labels>& labels) {
  static const auto kNone = std::make_shared<const Labels>();
  const auto& wanted = labels ? labels : kNone;
  std::vector<std::uint32_t>& same_hash = rows_by_hash_[hash_of(wanted)];
  for (const std::uint32_t row : same_hash) {
    if (*rows_[row].labels == *wanted) return row;
  }
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(rows_.size()));
    rows_.emplace_back();
    if (rows_.size() > stride_) widen(rows_.size());
  }
  const std::uint32_t row = free_.back();
  free_.pop_back();
  rows_[row] = Row{.labels = wanted, .used = true};
  same_hash.push_back(row);
  ++layout_;
  return row;
}

std::optional<std::uint32_t> Table::find_column(std::string_view metric) const {
  for (std::uint32_t i = 0; i < columns_.size(); ++i) {
    if (*columns_[i].metric == metric) return i;
  }
  return std::nullopt;
}

std::uint32_t Table::column(const std::shared_ptr<const std::string>& metric, std::int64_t retention_ms) {
  if (const auto known = find_column(*metric)) return *known;
  columns_.push_back({.metric = metric, .retention_ms = retention_ms});
  ++layout_;
  return static_cast<std::uint32_t>(columns_.size() - 1);
}

std::optional<std::int64_t> Table::newest() const {
  if (times().empty()) return std::nullopt;
  return times_.back();
}

double* Table::cells_of(Column& column, std::size_t frame) {
  return column.buffer.data() + (column.head + frame - (times().size() - column.frames)) * stride_;
}

const double* Table::cells(std::uint32_t column, std::size_t frame) const {
  const Column& held = columns_[column];
  return held.buffer.data() + (held.head + frame - (times().size() - held.frames)) * stride_;
}

// Makes room for this many frames from `head` on. Space freed at the front is reused before memory is allocated.
void Table::make_room(Column& column, std::size_t frames) {
  if ((column.head + frames) * stride_ <= column.buffer.size()) return;
  if (column.head > 0) {
    const auto begin = column.buffer.begin() + static_cast<std::ptrdiff_t>(column.head * stride_);
    std::copy(begin, begin + static_cast<std::ptrdiff_t>(column.frames * stride_), column.buffer.begin());
    column.head = 0;
  }
  // Allocates an eighth more, so that moving to the front is rare.
  const std::size_t wanted = frames + std::max<std::size_t>(frames / 8, frames < 4 ? 1 : 2);
  if (frames * stride_ + frames / 16 * stride_ > column.buffer.size()) {
    std::vector<double> larger(wanted * stride_);
    std::copy_n(column.buffer.begin(), column.frames * stride_, larger.begin());
    column.buffer = std::move(larger);
  }
}

void Table::push_frame(Column& column, double fill) {
  make_room(column, column.frames + 1);
  double* end = column.buffer.data() + (column.head + column.frames) * stride_;
  std::fill(end, end + stride_, fill);
  ++column.frames;
}

// times_ has the new frame already; the column does not.
void Table::insert_frame(Column& column, std::size_t index, double fill) {
  const std::size_t first = times().size() - 1 - column.frames;  // before the frame was added
  if (index <= first) return;                                    // older than the column holds
  make_room(column, column.frames + 1);
  double* at = column.buffer.data() + (column.head + index - first) * stride_;
  double* end = column.buffer.data() + (column.head + column.frames) * stride_;
  std::copy_backward(at, end, end + stride_);
  std::fill(at, at + stride_, fill);
  ++column.frames;
}

void Table::reach_back(Column& column, std::size_t index) {
  const std::size_t first = times().size() - column.frames;
  if (index >= first) return;
  const std::size_t more = first - index;
  std::vector<double> larger((column.frames + more + 1) * stride_, no_sample());
  std::copy_n(column.buffer.data() + column.head * stride_, column.frames * stride_, larger.data() + more * stride_);
  column.buffer = std::move(larger);
  column.head = 0;
  column.frames += more;
}

std::optional<Table::Frame> Table::frame(std::int64_t time_ms, double fill) {
  const auto live = times();
  if (live.empty() || time_ms > live.back()) {
    if (times_begin_ > 64 && times_begin_ > live.size()) {
      times_.erase(times_.begin(), times_.begin() + static_cast<std::ptrdiff_t>(times_begin_));
      times_begin_ = 0;
    }
    times_.push_back(time_ms);
    for (Column& column : columns_) push_frame(column, fill);
    return Frame{times().size() - 1, true};
  }
  const auto place = std::lower_bound(live.begin(), live.end(), time_ms);
  const auto index = static_cast<std::size_t>(place - live.begin());
  if (*place == time_ms) return Frame{index, false};
  times_.insert(times_.begin() + static_cast<std::ptrdiff_t>(times_begin_ + index), time_ms);
  for (Column& column : columns_) insert_frame(column, index, fill);
  return Frame{index, true};
}

// After all existing frames: the cost depends on what is added, not on what is held.
void Table::push_frames(std::span<const std::int64_t> times) {
  if (times_begin_ > 64 && times_begin_ > this->times().size()) {
    times_.erase(times_.begin(), times_.begin() + static_cast<std::ptrdiff_t>(times_begin_));
    times_begin_ = 0;
  }
  times_.insert(times_.end(), times.begin(), times.end());
  for (Column& column : columns_) {
    if (column.frames == 0) continue;
    for (std::size_t i = 0; i < times.size(); ++i) push_frame(column, no_sample());
  }
}

void Table::add_frames(std::span<const std::int64_t> times) {
  if (!times.empty() && !this->times().empty() && times.front() > this->times().back()) return push_frames(times);
  const std::vector<std::int64_t> before(this->times().begin(), this->times().end());
  std::vector<std::int64_t> all;
  all.reserve(before.size() + times.size());
  std::set_union(before.begin(), before.end(), times.begin(), times.end(), std::back_inserter(all));
  if (all.size() == before.size()) return;
  for (Column& column : columns_) {
    if (column.frames == 0) continue;
    const std::size_t old_first = before.size() - column.frames;
    const auto first =
        static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), before[old_first]) - all.begin());
    std::vector<double> larger((all.size() - first + 2) * stride_, no_sample());
    std::size_t to = first;
    for (std::size_t from = old_first; from < before.size(); ++from) {
      while (all[to] != before[from]) ++to;
      std::copy_n(column.buffer.data() + (column.head + from - old_first) * stride_, stride_,
                  larger.data() + (to - first) * stride_);
    }
    column.buffer = std::move(larger);
    column.head = 0;
    column.frames = all.size() - first;
  }
  times_ = std::move(all);
  times_begin_ = 0;
}

bool Table::set(std::size_t frame, std::uint32_t column, std::uint32_t row, double value) {
  Column& to = columns_[column];
  const std::int64_t time = times()[frame];
  if (time < times().back() - to.retention_ms) return false;
  reach_back(to, frame);
  double& cell = cells_of(to, frame)[row];
  // A late sample replaces a marker; a sample is never replaced.
  if (is_sample(cell) || (is_stale_marker(cell) && !is_sample(value))) return false;
  cell = value;
  if (is_sample(value)) rows_[row].last_present_ms = std::max(rows_[row].last_present_ms, time);
  return true;
}

void Table::move_back_to(std::int64_t time_ms) {
  if (times().empty() || times_.back() <= time_ms) return;
  const std::int64_t by = times_.back() - time_ms;
  for (std::int64_t& time : times_) time -= by;
  for (Row& row : rows_) {
    if (row.last_present_ms != 0) row.last_present_ms -= by;
  }
}

void Table::drop_from(std::int64_t time_ms) {
  while (!times().empty() && times_.back() >= time_ms) {
    times_.pop_back();
    for (Column& column : columns_) {
      if (column.frames > 0) --column.frames;
    }
  }
}

void Table::trim() {
  const auto live = times();
  if (live.empty()) return;
  std::size_t most = 0;
  for (Column& column : columns_) {
    while (column.frames > 0 && live[live.size() - column.frames] < live.back() - column.retention_ms) {
      ++column.head;
      --column.frames;
    }
    most = std::max(most, column.frames);
  }
  // The time of the newest frame is kept, so that late samples are recognised.
  times_begin_ += live.size() - std::max<std::size_t>(most, 1);
  free_rows();
}

void Table::free_rows() {
  std::int64_t longest = 0;
  for (const Column& column : columns_) longest = std::max(longest, column.retention_ms);
  const std::int64_t horizon = times_.back() - longest;
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    Row& row = rows_[i];
    if (!row.used || row.last_present_ms >= horizon || row.last_present_ms == 0) continue;
    auto& same_hash = rows_by_hash_[hash_of(row.labels)];
    std::erase(same_hash, i);
    if (same_hash.empty()) rows_by_hash_.erase(hash_of(row.labels));
    row = Row{};
    free_.push_back(i);
    ++layout_;
  }
}

// A few rows more than needed, so that domains that come one by one do not each cause a copy.
void Table::widen(std::size_t rows) {
  const std::size_t stride = rows == 1 ? 1 : std::max<std::size_t>(rows + rows / 16, 4);
  for (Column& column : columns_) {
    std::vector<double> wider((column.frames + 1) * stride, no_sample());
    for (std::size_t frame = 0; frame < column.frames; ++frame) {
      std::copy_n(column.buffer.data() + (column.head + frame) * stride_, stride_, wider.data() + frame * stride);
    }
    column.buffer = std::move(wider);
    column.head = 0;
  }
  stride_ = stride;
}

std::size_t Table::bytes() const {
  std::size_t bytes = times_.capacity() * sizeof(std::int64_t) + rows_.capacity() * sizeof(Row);
  for (const Column& column : columns_) bytes += column.buffer.capacity() * sizeof(double);
  return bytes;
}

std::size_t Table::places() const {
  std::size_t places = 0;
  for (const Column& column : columns_) places += column.frames * rows_.size();
  return places;
}

}  // namespace hotspot::rules
