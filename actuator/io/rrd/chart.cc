#include "actuator/io/rrd/chart.h"

#include <rrd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "actuator/io/rrd/picture.h"

namespace hotspot::io {
namespace {

std::int64_t unix_seconds(WallTime time) { return to_unix_ms(time) / 1000; }

Error cannot_draw() {
  const char* message = rrd_get_error();
  return Error{std::string("cannot draw: ") + (message == nullptr ? "no reason given" : message)};
}

std::string word_of(double value) {
  if (!std::isfinite(value)) return "U";
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

// The lines of a panel as an RRD file: librrd can draw only from files.
class PanelFile {
 public:
  PanelFile() {
    std::error_code error;
    path_ = (std::filesystem::temp_directory_path(error) / "hotspot-graph-XXXXXX").string();
    const int file = error ? -1 : mkstemp(path_.data());
    if (file >= 0) close(file);
    if (file < 0) trouble_ = error ? error.message() : std::strerror(errno);
  }
  ~PanelFile() {
    if (trouble_.empty()) unlink(path_.c_str());
  }
  PanelFile(const PanelFile&) = delete;
  PanelFile& operator=(const PanelFile&) = delete;

  const std::string& path() const { return path_; }

  Result<void> fill(const ChartTime& time, const ChartPanel& panel) const {
    if (!trouble_.empty())
      return Error{"cannot draw: no file can be made in the folder for temporary files ($TMPDIR, or /tmp): " +
                   trouble_};
    const std::int64_t step = std::max<std::int64_t>(1, time.step.count() / 1000), begin = unix_seconds(time.from);
    std::vector<std::string> words;
    for (std::size_t i = 0; i < panel.lines.size(); ++i)
      words.push_back("DS:l" + std::to_string(i) + ":GAUGE:" + std::to_string(2 * step) + ":U:U");
    words.push_back("RRA:AVERAGE:0.5:1:" + std::to_string(time.steps + 2));
    if (!call(words, [&](int count, const char** texts) {
          return rrd_create_r(path_.c_str(), static_cast<unsigned long>(step), static_cast<time_t>(begin), count,
                              texts);
        }))
      return cannot_draw();
    words.clear();
    for (std::size_t i = 0; i < time.steps; ++i) {
      std::string row = std::to_string(begin + static_cast<std::int64_t>(i + 1) * step);
      for (const ChartLine& line : panel.lines) row += ":" + (i < line.values.size() ? word_of(line.values[i]) : "U");
      words.push_back(std::move(row));
    }
    if (!call(words, [&](int count, const char** texts) { return rrd_update_r(path_.c_str(), nullptr, count, texts); }))
      return cannot_draw();
    return {};
  }

 private:
  template <typename Function>
  static bool call(const std::vector<std::string>& words, const Function& function) {
    std::vector<const char*> texts;
    for (const std::string& word : words) texts.push_back(word.c_str());
    rrd_clear_error();
    return function(static_cast<int>(texts.size()), texts.data()) == 0;
  }

  std::string path_;
  std::string trouble_;  // why there is no file; empty: there is one
};

// A colon separates the parts of an argument, and a backslash starts a formatting code of the legend.
std::string in_legend(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == ':') result += '\\';
    result += c == '\\' ? '/' : c;
  }
  return result;
}

std::string in_path(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == ':') result += '\\';
    result += c;
  }
  return result;
}

// The same of every panel.
constexpr std::pair<const char*, const char*> kLook[] = {{"--lower-limit", "0"},
                                                         {"--units-exponent", "0"},
                                                         {"--units-length", "7"},
                                                         {"--border", "0"},
                                                         {"--font", "DEFAULT:8:DejaVu Sans"},
                                                         {"--font", "TITLE:10:DejaVu Sans"},
                                                         {"--font", "LEGEND:8:DejaVu Sans Mono"}};

std::vector<std::string> frame_of(const ChartTime& time, const ChartPanel& panel, PictureKind kind) {
  std::vector<std::string> words{"graph",
                                 "-",
                                 "--imgformat",
                                 kind == PictureKind::kPng ? "PNG" : "SVG",
                                 "--start",
                                 std::to_string(unix_seconds(time.from)),
                                 "--end",
                                 std::to_string(unix_seconds(time.to())),
                                 "--width",
                                 "760",
                                 "--height",
                                 "130",
                                 "--title",
                                 panel.title,
                                 "--vertical-label",
                                 panel.unit,
                                 "--disable-rrdtool-tag"};
  for (const auto& [option, value] : kLook) words.insert(words.end(), {option, value});
  for (const char* color : {"BACK#ffffff", "CANVAS#ffffff", "GRID#eeeeee", "MGRID#cccccc", "FONT#212121", "AXIS#757575",
                            "FRAME#ffffff", "ARROW#ffffff"}) {
    words.insert(words.end(), {"--color", color});
  }
  if (panel.least_top > 0) words.insert(words.end(), {"--upper-limit", word_of(panel.least_top)});
  if (panel.grid > 0) words.insert(words.end(), {"--y-grid", word_of(panel.grid) + ":1"});
  if (panel.right_axis)
    words.insert(words.end(), {"--right-axis", word_of(*panel.right_axis) + ":0", "--right-axis-label",
                               panel.right_unit, "--right-axis-format", "%.0lf"});
  return words;
}

void add_lines(const ChartPanel& panel, const std::string& path, std::vector<std::string>& words) {
  for (std::size_t i = 0; i < panel.lines.size(); ++i) {
    const ChartLine& line = panel.lines[i];
    const std::string name = "l" + std::to_string(i), legend = line.color + ":" + in_legend(line.label) + "\\l";
    words.push_back("DEF:" + name + "=" + in_path(path) + ":" + name + ":AVERAGE");
    if (line.kind == ChartLine::Kind::kArea) words.push_back("AREA:" + name + legend);
    if (line.kind == ChartLine::Kind::kLine) words.push_back("LINE1.5:" + name + legend);
    if (line.kind == ChartLine::Kind::kDashed) words.push_back("LINE1:" + name + legend + ":skipscale:dashes=6,4");
  }
}

Result<std::string> draw_panel(const ChartTime& time, const ChartPanel& panel, PictureKind kind) {
  const PanelFile file;
  if (const auto filled = file.fill(time, panel); !filled) return filled.error();
  std::vector<std::string> words = frame_of(time, panel, kind);
  add_lines(panel, file.path(), words);
  for (const ChartMark& mark : panel.marks)
    words.push_back("VRULE:" + std::to_string(unix_seconds(mark.at)) + mark.color +
                    (mark.label.empty() ? "" : ":" + in_legend(mark.label) + "\\l"));
  std::vector<char*> texts;
  for (std::string& word : words) texts.push_back(word.data());
  rrd_clear_error();
  rrd_info_t* info = rrd_graph_v(static_cast<int>(texts.size()), texts.data());
  if (info == nullptr) return cannot_draw();
  std::string picture;
  for (const rrd_info_t* one = info; one != nullptr; one = one->next) {
    if (std::string_view(one->key) == "image" && one->type == RD_I_BLO)
      picture.assign(reinterpret_cast<const char*>(one->value.u_blo.ptr), one->value.u_blo.size);
  }
  rrd_info_free(info);
  if (picture.empty()) return Error{"cannot draw: librrd gave no picture"};
  return picture;
}

}  // namespace

Result<std::string> draw_chart(const ChartTime& time, const std::vector<ChartPanel>& panels, PictureKind kind) {
  if (panels.empty() || time.steps == 0) return Error{"there is nothing to draw"};
  std::vector<std::string> pictures;
  for (const ChartPanel& panel : panels) {
    auto picture = draw_panel(time, panel, kind);
    if (!picture) return picture.error();
    pictures.push_back(std::move(*picture));
  }
  return kind == PictureKind::kPng ? stacked_png(pictures) : stacked_svg(pictures);
}

}  // namespace hotspot::io
