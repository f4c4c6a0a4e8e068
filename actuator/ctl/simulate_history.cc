#include "actuator/ctl/simulate_history.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "actuator/io/rrd/history.h"
#include "actuator/rules/files/check.h"
#include "actuator/sim/scenario_file.h"
#include "actuator/sim/stored_history.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

constexpr Milliseconds kUsualHistory{std::chrono::hours(24 * 30)};
constexpr std::size_t kNamesSaid = 5;

std::string domains_text(std::size_t count) { return std::to_string(count) + (count == 1 ? " domain" : " domains"); }

std::string some_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamesSaid); ++i)
    text += (i == 0 ? "" : ", ") + text::visible(names[i], 64);
  return names.size() > kNamesSaid ? text + ", …" : text;
}

void say_what_is_assumed(const simulation::StoredScenario& stored) {
  fail("each stored value is the mean of " + text::duration_text(stored.resolution) + ": shorter peaks are not seen");
  if (stored.placed > 0)
    fail("the files do not say where " + domains_text(stored.placed) + " ran: each begins where the most memory is " +
         "left (--rrd NODE=DIR says it)");
  if (!stored.left_out.empty())
    fail(domains_text(stored.left_out.size()) +
         " left out, since the CPU time or the memory is not stored: " + some_of(stored.left_out));
}

}  // namespace

std::optional<simulation::Scenario> read_stored_cluster(const SimulateQuestion& question,
                                                        const rules::SourceFile& nodes) {
  simulation::CheckedScenario checked = simulation::read_scenario(nodes, simulation::ScenarioPart::kNodes);
  std::fputs(rules::format(checked.diagnostics, {nodes}).c_str(), stderr);
  if (!checked.scenario) return std::nullopt;
  const auto said = [](const std::string& message) {
    fail(message);
    return std::nullopt;
  };
  io::RrdHistoryOptions options = io::rrd_history_options(question.rrd, question.rrdcached, question.plugin);
  for (const simulation::NodeModel& node : checked.scenario->nodes) options.nodes.insert(node.name);
  io::RrdHistory history(std::move(options));
  const Milliseconds length = question.length.count() == 0 ? kUsualHistory : question.length;
  simulation::StoredHistory stored{.series = {}, .from = question.now - length, .to = question.now};
  auto content = history.read(
      {.from = stored.from, .to = stored.to, .nodes = {}, .domains = {}, .series = simulation::names_for_domains()});
  if (!content) return said(content.error().message);
  for (const std::string& problem : content->problems) fail(text::visible(problem, text::kMostLineBytes));
  stored.series = std::move(content->series);
  auto made = simulation::scenario_of(stored, std::move(*checked.scenario));
  if (!made) return said("--rrd: " + made.error().message + " in the " + text::duration_text(length) + " before now");
  say_what_is_assumed(*made);
  return std::move(made->scenario);
}

}  // namespace hotspot::ctl
