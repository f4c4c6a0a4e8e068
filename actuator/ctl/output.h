// How hotspotctl shows things: a table for people, JSON or YAML for programs, names for the shell.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "actuator/ctl/layout.h"
#include "telemetry/units.h"

namespace hotspot::ctl {

enum class Format { kTable, kJson, kYaml, kName, kPrometheus, kHtml };  // kPrometheus: `status` alone; kHtml: `report`

// What strangers wrote is made visible (text::visible) by each of these three, and fits into the screen (screen.h).
// Columns as wide as their widest cell, two spaces between them, nothing behind the last.
std::string table(const std::vector<Column>& titles, const std::vector<Cells>& cells);

void say(const std::string& line);        // one line on standard output, whatever a name in it holds
void say_lines(const std::string& text);  // a text that has lines of its own
// The same, of what has to be read whole to be compared: whole_lines(text).
void say_whole(const std::string& text);
// Made visible; of a line that is longer than 64 KiB the rest is left out, and how much stands behind it.
std::string whole_lines(const std::string& text);

// kJson or kYaml. It says what there is; what a terminal would obey stands there as an escape of that format.
// kName: of each entry of a list its name, or what else it is called by, a line each, made visible.
std::string to_text(const nlohmann::json& json, Format format);

// "-" where there is nothing: not measured is not zero.
std::string ratio_cell(const nlohmann::json& value);
std::string bytes_cell(const nlohmann::json& value);
std::string text_cell(const nlohmann::json& value);
std::string number_cell(double value);                          // with the digits that people read: "0.9312", "1.5e+12"
std::string time_cell(double unix_seconds);                     // local time, "2026-11-21 04:00:05"
std::string ago_cell(double unix_seconds, double now_seconds);  // "3 s"
std::string duration_cell(double seconds);                      // likewise

}  // namespace hotspot::ctl
