#include "actuator/ctl/output.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "actuator/model/text.h"

namespace hotspot::ctl {
namespace {

// Characters, not bytes: "→" is one column wide.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void emit(YAML::Emitter& out, const nlohmann::json& json) {
  if (json.is_object()) {
    out << YAML::BeginMap;
    for (const auto& [key, value] : json.items()) {
      out << YAML::Key << key << YAML::Value;
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

std::string table(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const Column& column : columns) widths.push_back(width_of(column.title));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  const auto add_row = [&](const auto& cell_of) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string cell = cell_of(i);
      const std::string padding(widths[i] - width_of(cell), ' ');
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

std::string to_text(const nlohmann::json& json, Format format) {
  if (format == Format::kYaml) {
    YAML::Emitter out;
    emit(out, json);
    return std::string(out.c_str()) + "\n";
  }
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
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
