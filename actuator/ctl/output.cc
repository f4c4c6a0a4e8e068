#include "actuator/ctl/output.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <limits>

#include "actuator/ctl/screen.h"
#include "actuator/model/text.h"
#include "common/text/characters.h"
#include "common/text/duration.h"
#include "common/text/visible.h"
#include "telemetry/utf8.h"

namespace hotspot::ctl {
namespace {

constexpr std::size_t kMostWholeBytes = 65'536;

std::string shown(const std::string& cell) { return text::visible(cell, text::kMostLineBytes); }

// Only within strings: elsewhere JSON and our YAML have no such characters except line ends.
std::string with_escapes(std::string_view document, Format format) {
  std::string safe;
  std::array<char, 16> escape{};
  while (!document.empty()) {
    const text::Character next = text::first_character(document);
    const auto code = static_cast<unsigned>(next.code);
    if (!next.valid || code == '\n' || !text::is_invisible(next.code)) {
      safe += document.substr(0, next.bytes);
    } else {
      if (code < 0x10000)
        std::snprintf(escape.data(), escape.size(), "\\u%04x", code);
      else if (format == Format::kYaml)
        std::snprintf(escape.data(), escape.size(), "\\U%08x", code);
      else
        std::snprintf(escape.data(), escape.size(), "\\u%04x\\u%04x", 0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
      safe += escape.data();
    }
    document.remove_prefix(next.bytes);
  }
  return safe;
}

// Would a YAML 1.1 reader take this key for something other than a text?
bool is_no_plain_key(const std::string& key) {
  for (const char* word : {"on", "off", "yes", "no", "y", "n", "true", "false", "null"})
    if (key == word) return true;
  return key.empty() || key.find_first_not_of("0123456789.+-eE_:") == std::string::npos;
}

void emit(YAML::Emitter& out, const nlohmann::json& json) {
  if (json.is_object()) {
    out << YAML::BeginMap;
    for (const auto& [key, value] : json.items()) {
      out << YAML::Key;
      if (text::visible(key) != key || is_no_plain_key(key)) out << YAML::DoubleQuoted;
      out << key << YAML::Value;
      emit(out, value);
    }
    out << YAML::EndMap;
  } else if (json.is_array()) {
    out << YAML::BeginSeq;
    for (const auto& value : json) emit(out, value);
    out << YAML::EndSeq;
  } else if (json.is_string()) {
    out << YAML::DoubleQuoted << json.get<std::string>();
  } else if (json.is_null()) {
    out << YAML::Null;
  } else if (json.is_boolean()) {
    out << json.get<bool>();
  } else {
    out << json.dump();  // a number
  }
}

constexpr std::size_t kIndent = 2;  // of text that does not fit on a line
constexpr std::size_t kBelow = 4;   // of text below a row

std::string line_of(const Cells& row, const std::vector<Column>& columns, const Layout& layout, Ink ink) {
  std::string line, padding;
  for (const std::size_t i : layout.shown) {
    const std::string cell = shortened(row[i], layout.widths[i]);
    const std::string fill(layout.widths[i] - text::columns_of(cell), ' ');
    const std::string shade = inked(cell, columns[i].state && ink == Ink::kPlain ? ink_of(cell) : ink);
    line += padding + (columns[i].right ? fill + shade : shade);
    padding = columns[i].right ? "  " : fill + "  ";
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string below(const Cells& row, const Layout& layout) {
  std::string lines;
  for (const std::size_t i : layout.below) {
    if (row[i].empty()) continue;
    lines += std::string(kBelow, ' ') + wrapped(row[i], screen().width - kBelow, 0) + "\n";
  }
  // Indents each of its lines.
  for (std::size_t at = lines.find('\n'); at != std::string::npos && at + 1 < lines.size();
       at = lines.find('\n', at + 1)) {
    if (lines[at + 1] != ' ') lines.insert(at + 1, kBelow, ' ');
  }
  return lines;
}

// The name that identifies an entry of a list.
std::string name_of(const nlohmann::json& entry) {
  for (const char* key : {"id", "name", "action", "rule", "cluster", "file"}) {
    const auto found = entry.is_object() ? entry.find(key) : entry.end();
    if (entry.is_object() && found != entry.end() && found->is_string()) return found->get<std::string>();
  }
  return "";
}

std::string names_of_entries(const nlohmann::json& json) {
  std::string lines;
  for (const auto& entry : json.is_array() ? json : nlohmann::json::array({json})) {
    if (const std::string name = name_of(entry); !name.empty()) lines += shown(name) + "\n";
  }
  return lines;
}

void put_lines(const std::string& visible) {
  for (std::size_t begin = 0; begin < visible.size();) {
    const std::size_t end = std::min(visible.find('\n', begin), visible.size());
    const std::string line = visible.substr(begin, end - begin);
    const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    std::fputs(wrapped(line, screen().width, blanks + kIndent).c_str(), stdout);
    if (end < visible.size()) std::fputc('\n', stdout);
    begin = end + 1;
  }
}

}  // namespace

std::string table(const std::vector<Column>& titles, const std::vector<Cells>& cells) {
  std::vector<Column> columns = titles;
  for (Column& column : columns) column.title = shown(column.title);
  std::vector<Cells> rows = cells;
  for (Cells& row : rows) {
    row.resize(columns.size());
    std::transform(row.begin(), row.end(), row.begin(), shown);
  }
  const Layout layout = lay_out(columns, rows, screen().width);
  Cells heads;
  for (const Column& column : columns) heads.push_back(column.title);
  std::string text = screen().heads ? line_of(heads, columns, layout, Ink::kTitle) : "";
  for (const Cells& row : rows) text += line_of(row, columns, layout, Ink::kPlain) + below(row, layout);
  return text;
}

void say(const std::string& line) { std::puts(wrapped(shown(line), screen().width, kIndent).c_str()); }

void say_lines(const std::string& text) { put_lines(text::visible_lines(text)); }

void say_whole(const std::string& text) { put_lines(whole_lines(text)); }

std::string whole_lines(const std::string& text) {
  const std::string visible = text::visible_lines(text, std::numeric_limits<std::size_t>::max());
  std::string whole;
  for (std::size_t begin = 0; begin < visible.size();) {
    const std::size_t end = std::min(visible.find('\n', begin), visible.size());
    const std::string_view line = std::string_view(visible).substr(begin, end - begin);
    const std::size_t cut = begin + telemetry::whole_characters(line, kMostWholeBytes);
    whole += visible.substr(begin, cut - begin);
    if (cut < end) whole += "… (" + std::to_string(end - cut) + " bytes more of this line)";
    if (end < visible.size()) whole += '\n';
    begin = end + 1;
  }
  return whole;
}

std::string to_text(const nlohmann::json& json, Format format) {
  if (format == Format::kName) return names_of_entries(json);
  if (format == Format::kYaml) {
    YAML::Emitter out;
    out.SetNullFormat(YAML::LowerNull);
    emit(out, json);
    return with_escapes(out.c_str(), format) + "\n";
  }
  return with_escapes(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace), format) + "\n";
}

std::string ratio_cell(const nlohmann::json& value) {
  return value.is_number() ? model::ratio_text(value.get<double>()) : "-";
}

std::string bytes_cell(const nlohmann::json& value) {
  return value.is_number() ? model::bytes_text(value.get<std::int64_t>()) : "-";
}

std::string text_cell(const nlohmann::json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>().empty() ? "-" : value.get<std::string>();
  return value.dump();
}

std::string number_cell(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

std::string time_cell(double unix_seconds) {
  const auto seconds = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%F %T", &parts);
  return text.data();
}

std::string time_cell(WallTime time) { return time_cell(to_unix_seconds(time)); }

std::string ago_cell(double unix_seconds, double now_seconds) { return duration_cell(now_seconds - unix_seconds); }

std::string duration_cell(double seconds) {
  return text::duration_text(Milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

}  // namespace hotspot::ctl
