#include "actuator/ctl/output.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "actuator/model/text.h"
#include "common/text/characters.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

std::string shown(const std::string& cell) { return text::visible(cell, text::kMostLineBytes); }

// Within strings alone: nothing else of JSON or of our YAML has such characters, but for the ends of lines.
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

void emit(YAML::Emitter& out, const nlohmann::json& json) {
  if (json.is_object()) {
    out << YAML::BeginMap;
    for (const auto& [key, value] : json.items()) {
      out << YAML::Key;
      if (text::visible(key) != key) out << YAML::DoubleQuoted;
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
  } else {
    out << json.dump();
  }
}

}  // namespace

std::string table(const std::vector<Column>& titles, const std::vector<std::vector<std::string>>& cells) {
  std::vector<Column> columns = titles;
  for (Column& column : columns) column.title = shown(column.title);
  std::vector<std::vector<std::string>> rows = cells;
  for (auto& row : rows) std::transform(row.begin(), row.end(), row.begin(), shown);
  std::vector<std::size_t> widths;
  for (const Column& column : columns) widths.push_back(text::columns_of(column.title));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], text::columns_of(row[i]));
  }
  std::string text;
  const auto add_row = [&](const auto& cell_of) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string cell = cell_of(i);
      const std::string padding(widths[i] - text::columns_of(cell), ' ');
      line += (i == 0 ? "" : "  ") + (columns[i].right ? padding + cell : cell + padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  add_row([&](std::size_t i) { return columns[i].title; });
  for (const auto& row : rows) {
    add_row([&](std::size_t i) { return i < row.size() ? row[i] : std::string(); });
  }
  return text;
}

void say(const std::string& line) { std::puts(shown(line).c_str()); }

void say_lines(const std::string& text) { std::fputs(text::visible_lines(text).c_str(), stdout); }

std::string to_text(const nlohmann::json& json, Format format) {
  if (format == Format::kYaml) {
    YAML::Emitter out;
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

std::string time_cell(double unix_seconds) {
  const auto seconds = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%F %T", &parts);
  return text.data();
}

std::string ago_cell(double unix_seconds, double now_seconds) { return duration_cell(now_seconds - unix_seconds); }

std::string duration_cell(double seconds) {
  return model::duration_text(Milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

}  // namespace hotspot::ctl
