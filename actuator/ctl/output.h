// Output formats of hotspotctl: a table for people, JSON or YAML for programs, names for the shell.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "actuator/ctl/layout.h"
#include "telemetry/units.h"

namespace hotspot::ctl {

enum class Format {
  kTable,
  kJson,
  kYaml,
  kName,
  kPrometheus,
  kHtml
};  // kPrometheus: `status` only; kHtml: `report`
    // only

// These three make text from strangers visible (text::visible) and fit it to the screen (screen.h). A table's columns
// are as wide as their widest cell, with two spaces between them and no trailing blanks.
std::string table(const std::vector<Column>& titles, const std::vector<Cells>& cells);

void say(const std::string& line);        // prints one line to standard output, whatever a name in it contains
void say_lines(const std::string& text);  // prints a text of several lines
// The same for text that must be complete to be compared: whole_lines(text).
void say_whole(const std::string& text);
// Made visible; the part of a line beyond 64 KiB is replaced by a note of its length.
std::string whole_lines(const std::string& text);

// kJson or kYaml. The content is unchanged; control sequences for terminals are written as escapes of the format.
// kName: for each entry of a list its name or other identifier, one per line, made visible.
std::string to_text(const nlohmann::json& json, Format format);

// "-" if there is no value: not measured is not zero.
std::string ratio_cell(const nlohmann::json& value);
std::string bytes_cell(const nlohmann::json& value);
std::string text_cell(const nlohmann::json& value);
std::string number_cell(double value);                          // with a readable number of digits: "0.9312", "1.5e+12"
std::string time_cell(double unix_seconds);                     // local time, "2026-11-21 04:00:05"
std::string time_cell(WallTime time);                           // likewise
std::string ago_cell(double unix_seconds, double now_seconds);  // "3 s"
std::string duration_cell(double seconds);                      // likewise

}  // namespace hotspot::ctl
