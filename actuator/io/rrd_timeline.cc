#include "actuator/io/rrd_timeline.h"

#include <rrd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>

namespace hotspot::io {
namespace {

constexpr int kPixels = 1000;
constexpr const char* kColors[] = {"#c62828", "#1565c0", "#ef6c00", "#2e7d32"};

std::int64_t seconds(WallTime time) { return to_unix_ms(time) / 1000; }

// A file for the time of the drawing: one data source a row, 1 in the steps that a bar touches.
class Canvas {
 public:
  explicit Canvas(const Timeline& timeline) : timeline_(timeline) {
    step_ = std::max<std::int64_t>(1, (seconds(timeline.to) - seconds(timeline.from)) / kPixels);
    begin_ = seconds(timeline.from) / step_ * step_;
    steps_ = std::max<std::int64_t>(1, (seconds(timeline.to) - begin_ + step_ - 1) / step_);
    path_ = (std::filesystem::temp_directory_path() / "hotspot-timeline-XXXXXX").string();
    const int file = mkstemp(path_.data());
    if (file >= 0) close(file);
  }
  ~Canvas() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  const std::string& path() const { return path_; }

  Result<void> fill() const {
    std::vector<std::string> definitions;
    for (std::size_t row = 0; row < timeline_.rows.size(); ++row) {
      definitions.push_back("DS:r" + std::to_string(row) + ":GAUGE:" + std::to_string(2 * step_) + ":U:U");
    }
    definitions.push_back("RRA:MAX:0.5:1:" + std::to_string(steps_ + 2));
    std::vector<const char*> arguments;
    for (const std::string& one : definitions) arguments.push_back(one.c_str());
    rrd_clear_error();
    if (rrd_create_r(path_.c_str(), static_cast<unsigned long>(step_), static_cast<time_t>(begin_),
                     static_cast<int>(arguments.size()), arguments.data()) != 0) {
      return Error{std::string("cannot draw: ") + rrd_get_error()};
    }
    const std::vector<std::string> updates = lines();
    arguments.clear();
    for (const std::string& one : updates) arguments.push_back(one.c_str());
    if (rrd_update_r(path_.c_str(), nullptr, static_cast<int>(arguments.size()), arguments.data()) != 0) {
      return Error{std::string("cannot draw: ") + rrd_get_error()};
    }
    return {};
  }

 private:
  std::vector<std::string> lines() const {
    std::vector<std::vector<bool>> covered(timeline_.rows.size(), std::vector<bool>(static_cast<std::size_t>(steps_)));
    for (std::size_t row = 0; row < timeline_.rows.size(); ++row) {
      for (const auto& [from, to] : timeline_.rows[row].bars) {
        const auto first = std::clamp<std::int64_t>((seconds(from) - begin_) / step_, 0, steps_ - 1);
        const auto last = std::clamp<std::int64_t>((seconds(to) - begin_) / step_, first, steps_ - 1);
        for (auto i = first; i <= last; ++i) covered[row][static_cast<std::size_t>(i)] = true;
      }
    }
    std::vector<std::string> lines;
    for (std::int64_t i = 0; i < steps_; ++i) {
      std::string line = std::to_string(begin_ + (i + 1) * step_);
      for (const auto& row : covered) line += row[static_cast<std::size_t>(i)] ? ":1" : ":U";
      lines.push_back(std::move(line));
    }
    return lines;
  }

  const Timeline& timeline_;
  std::int64_t step_ = 1, begin_ = 0, steps_ = 1;
  std::string path_;
};

// A colon separates the parts of an argument of rrd_graph.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

// Rows are numbered at the axis, and the legend says which number is which.
void add_row(const Timeline& timeline, std::size_t row, const std::string& path, std::vector<std::string>& arguments) {
  const TimelineRow& one = timeline.rows[row];
  const std::string name = std::to_string(row), place = std::to_string(timeline.rows.size() - row);
  arguments.push_back("DEF:r" + name + "=" + escaped(path) + ":r" + name + ":MAX");
  arguments.push_back("CDEF:b" + name + "=r" + name + ",UN,UNKN," + place + ",0.35,-,IF");
  arguments.push_back("CDEF:h" + name + "=r" + name + ",UN,UNKN,0.7,IF");
  arguments.push_back("AREA:b" + name);
  const char* color = kColors[static_cast<std::size_t>(one.color) % std::size(kColors)];
  arguments.push_back("AREA:h" + name + color + ":" + escaped(place + "  " + one.label) + "\\l:STACK");
}

}  // namespace

Result<void> draw_timeline(const Timeline& timeline, const std::string& png_path) {
  if (timeline.rows.empty()) return Error{"there is nothing to draw"};
  if (timeline.rows.size() > kMaxTimelineRows) {
    return Error{"more than " + std::to_string(kMaxTimelineRows) + " rows cannot be told apart"};
  }
  const Canvas canvas(timeline);
  if (const auto filled = canvas.fill(); !filled) return filled.error();
  std::vector<std::string> arguments = {"graph",         png_path,
                                        "--title",       timeline.title,
                                        "--start",       std::to_string(seconds(timeline.from)),
                                        "--end",         std::to_string(seconds(timeline.to)),
                                        "--width",       std::to_string(kPixels),
                                        "--height",      std::to_string(40 + 16 * timeline.rows.size()),
                                        "--y-grid",      "1:1",
                                        "--lower-limit", "0.4",
                                        "--upper-limit", std::to_string(timeline.rows.size()) + ".6",
                                        "--rigid",       "--left-axis-format",
                                        "%.0lf"};
  for (std::size_t row = 0; row < timeline.rows.size(); ++row) add_row(timeline, row, canvas.path(), arguments);
  std::vector<char*> texts;
  for (std::string& one : arguments) texts.push_back(one.data());
  rrd_clear_error();
  rrd_info_t* info = rrd_graph_v(static_cast<int>(texts.size()), texts.data());
  if (info == nullptr) return Error{"cannot draw " + png_path + ": " + rrd_get_error()};
  rrd_info_free(info);
  return {};
}

}  // namespace hotspot::io
