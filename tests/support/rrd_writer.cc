#include "tests/support/rrd_writer.h"

#include <rrd.h>
extern "C" {
#include <rrd_client.h>
}

#include <cmath>
#include <filesystem>
#include <stdexcept>

namespace hotspot::testing {
namespace {

std::string update_text(const RrdFile& file, std::size_t row) {
  const auto begin = to_unix_ms(file.first) / 1000 + static_cast<std::int64_t>(row + 1) * file.step_seconds;
  std::string text = std::to_string(begin);
  for (const double value : file.rows[row]) {
    if (std::isnan(value)) {
      text += ":U";
    } else {
      text += ":" + (file.counter ? std::to_string(std::llround(value)) : std::to_string(value));
    }
  }
  return text;
}

}  // namespace

void write_rrd(const RrdFile& file, const std::string& daemon) {
  std::filesystem::create_directories(std::filesystem::path(file.path).parent_path());
  std::vector<std::string> definitions;
  for (const std::string& source : file.sources) {
    definitions.push_back("DS:" + source + (file.counter ? ":DERIVE:" : ":GAUGE:") +
                          std::to_string(2 * file.step_seconds) + ":U:U");
  }
  for (const char* function : {"AVERAGE", "MAX"}) {
    definitions.push_back("RRA:" + std::string(function) + ":0.1:1:" + std::to_string(file.fine_rows));
    definitions.push_back("RRA:" + std::string(function) + ":0.1:7:" + std::to_string(file.coarse_rows));
  }
  std::vector<const char*> arguments;
  for (const std::string& definition : definitions) arguments.push_back(definition.c_str());
  rrd_clear_error();
  const auto begin = static_cast<time_t>(to_unix_ms(file.first) / 1000);
  if (rrd_create_r(file.path.c_str(), static_cast<unsigned long>(file.step_seconds), begin,
                   static_cast<int>(arguments.size()), arguments.data()) != 0) {
    throw std::runtime_error(std::string("rrd_create: ") + rrd_get_error());
  }
  std::vector<std::string> updates;
  for (std::size_t row = 0; row < file.rows.size(); ++row) updates.push_back(update_text(file, row));
  std::vector<const char*> texts;
  for (const std::string& update : updates) texts.push_back(update.c_str());
  if (daemon.empty()) {
    if (rrd_update_r(file.path.c_str(), nullptr, static_cast<int>(texts.size()), texts.data()) != 0) {
      throw std::runtime_error(std::string("rrd_update: ") + rrd_get_error());
    }
    return;
  }
  const bool done = rrdc_connect(daemon.c_str()) == 0 &&
                    rrdc_update(file.path.c_str(), static_cast<int>(texts.size()), texts.data()) == 0;
  rrdc_disconnect();
  if (!done) throw std::runtime_error(std::string("rrdcached update: ") + rrd_get_error());
}

}  // namespace hotspot::testing
