#include "bench/planetlab/traces.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace hotspot::planetlab {
namespace {

namespace fs = std::filesystem;

std::string unpacked(const fs::path& path) {
  std::string quoted = "'";
  for (const char c : path.string()) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(("gzip -dc -- " + quoted + "'").c_str(), "r"), pclose);
  if (pipe == nullptr) throw std::runtime_error(path.string() + ": gzip cannot be started");
  std::string text;
  std::array<char, 65536> part{};
  while (const std::size_t size = fread(part.data(), 1, part.size(), pipe.get())) text.append(part.data(), size);
  return text;
}

std::string content(const fs::path& path) {
  if (path.extension() == ".gz") return unpacked(path);
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.string() + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

Trace trace_of(std::istream& percents, const fs::path& path) {
  Trace trace{};
  for (std::size_t i = 0; i < kSamples; ++i) {
    int percent = 0;
    if (!(percents >> percent) || percent < 0 || percent > 100)
      throw std::runtime_error(path.string() + ": a machine does not have 288 percents");
    trace[i] = percent / 100.0;
  }
  trace[kSamples] = trace[kSamples - 1];
  return trace;
}

std::vector<Trace> from_lines(const fs::path& path) {
  std::vector<Trace> traces;
  std::istringstream lines(content(path));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t name_end = line.find(',');
    if (name_end == std::string::npos) throw std::runtime_error(path.string() + ": a line without samples");
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream percents(line.substr(name_end));
    traces.push_back(trace_of(percents, path));
  }
  return traces;
}

std::string in_capitals(std::string name) {
  for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::vector<Trace> from_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return in_capitals(a.filename().string()) < in_capitals(b.filename().string());
  });
  std::vector<Trace> traces;
  for (const fs::path& file : files) {
    std::istringstream percents(content(file));
    traces.push_back(trace_of(percents, file));
  }
  return traces;
}

bool is_day(const std::string& name) {
  return name.size() == 8 && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// What is not there must not pass for a day on which all claims hold.
void check(const std::vector<Day>& days, const fs::path& folder, const std::vector<std::string>& wanted) {
  for (const std::string& name : wanted)
    if (std::none_of(days.begin(), days.end(), [&](const Day& day) { return day.name == name; }))
      throw std::runtime_error(folder.string() + ": there is no day " + name);
  if (days.empty()) throw std::runtime_error(folder.string() + ": there is no day");
  for (const Day& day : days)
    if (day.traces.empty()) throw std::runtime_error(folder.string() + ": " + day.name + " has no machines");
}

}  // namespace

double share_at(const Trace& trace, double seconds) {
  if (std::fmod(seconds, kSampleSeconds) == 0) return trace[static_cast<std::size_t>(seconds / kSampleSeconds)];
  const auto before = static_cast<std::size_t>(std::floor(seconds / kSampleSeconds));
  const auto after = static_cast<std::size_t>(std::ceil(seconds / kSampleSeconds));
  const double slope = (trace[after] - trace[before]) / (static_cast<double>(after - before) * kSampleSeconds);
  return trace[before] + slope * (seconds - static_cast<double>(before) * kSampleSeconds);
}

std::vector<Day> read_days(const fs::path& folder, const std::vector<std::string>& wanted) {
  std::vector<Day> days;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string(), name = file.substr(0, file.find('.'));
    if (!is_day(name) || (!wanted.empty() && std::find(wanted.begin(), wanted.end(), name) == wanted.end())) continue;
    if (entry.is_directory()) {
      days.push_back({name, from_files(entry.path())});
    } else if (file == name + ".csv" || file == name + ".csv.gz") {
      days.push_back({name, from_lines(entry.path())});
    }
  }
  std::sort(days.begin(), days.end(), [](const Day& a, const Day& b) { return a.name < b.name; });
  check(days, folder, wanted);
  return days;
}

}  // namespace hotspot::planetlab
