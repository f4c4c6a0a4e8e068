#include "actuator/sim/traces.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

namespace hotspot::simulation {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::optional<float> percentage(std::string_view text) {
  float value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0 && value <= 100)) return std::nullopt;
  return value;
}

// Calls `take` with each part between the signs.
template <typename Take>
void split(std::string_view text, char sign, Take take) {
  while (true) {
    const std::size_t end = text.find(sign);
    take(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

Result<std::vector<Samples>> read_traces(std::string_view text) {
  if (text.starts_with("\x1f\x8b")) return Error{"it is compressed: unpack it with gzip -d"};
  std::vector<Samples> traces;
  std::vector<float> column;
  std::size_t number = 0;
  std::string problem;
  const auto put = [&](std::vector<float>& into, std::string_view word) {
    const auto value = percentage(trimmed(word));
    if (value) into.push_back(*value);
    if (!value && problem.empty())
      problem = "line " + std::to_string(number) + ": '" + std::string(trimmed(word).substr(0, 40)) +
                "' is no percentage from 0 to 100";
  };
  split(text, '\n', [&](std::string_view line) {
    ++number;
    if (trimmed(line).empty()) return;
    const std::size_t comma = line.find(',');
    if (comma == std::string_view::npos) return put(column, line);
    std::vector<float> row;
    split(line.substr(comma + 1), ',', [&](std::string_view word) { put(row, word); });
    traces.push_back(std::make_shared<const std::vector<float>>(std::move(row)));
  });
  if (!problem.empty()) return Error{problem};
  if (!column.empty() && !traces.empty()) return Error{"it mixes lines of one percentage with lines of a table"};
  if (!column.empty()) traces.push_back(std::make_shared<const std::vector<float>>(std::move(column)));
  if (traces.empty()) return Error{"there is no percentage in it"};
  return traces;
}

void follow_traces(Scenario& scenario, const std::vector<Samples>& traces) {
  for (std::size_t i = 0; i < scenario.domains.size(); ++i) {
    DomainModel& domain = scenario.domains[i];
    domain.cores = {Trace{.samples = traces[i % traces.size()], .scale = domain.vcpus / 100.0}, 0};
  }
}

}  // namespace hotspot::simulation
