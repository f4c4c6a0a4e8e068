// hotspotctl simulate: what rules would do to a cluster, in simulated time, without Redis and without libvirt.
#include "actuator/ctl/simulate.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "actuator/ctl/picture/file.h"
#include "actuator/ctl/rule_sets.h"
#include "actuator/ctl/simulate_history.h"
#include "actuator/ctl/simulate_picture.h"
#include "actuator/rules/files/check.h"
#include "actuator/sim/recording.h"
#include "actuator/sim/scenario_file.h"
#include "actuator/sim/traces.h"
#include "common/files/regular_file.h"
#include "common/text/duration.h"
#include "common/text/visible.h"
#include "telemetry/codec.h"

namespace hotspot::ctl {
namespace {

constexpr std::size_t kMostClusterBytes = 64u << 20, kMostTraceBytes = 256u << 20;
constexpr std::size_t kMostLineBytes = 64u << 20;  // as SnapshotLimits::widest()
constexpr std::size_t kMostTraces = 300'000;
constexpr std::size_t kLinesLookedAt = 8;
constexpr std::size_t kMostComplaints = 5;  // about single lines
constexpr Milliseconds kShortestStep{std::chrono::seconds(1)}, kLongestStep{std::chrono::minutes(5)};

// Snapshots are objects of one line each with their schema; lines before them may be IDs of a stream.
bool is_recording(const std::string& text) {
  std::size_t begin = 0;
  for (std::size_t line = 0; line < kLinesLookedAt && begin < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view one(text.data() + begin, end - begin);
    if (one.starts_with("{") && one.find("\"schema\"") != std::string_view::npos) return true;
    begin = end + 1;
  }
  return false;
}

Result<std::string> beginning_of(const std::string& path) {
  auto file = files::RegularFile::open(path);
  if (!file) return Error{file.error().message};
  return file->read_beginning(1u << 20);
}

Result<simulation::Scenario> read_recording(const std::string& path) {
  std::vector<telemetry::NodeSnapshot> snapshots;
  std::size_t unreadable = 0;
  telemetry::SnapshotDecoder decoder(telemetry::SnapshotLimits::widest());
  const auto read = files::read_lines(path, kMostLineBytes, [&](std::size_t number, std::string_view line) {
    if (!line.starts_with("{")) return;
    auto snapshot = decoder.decode(line);
    if (snapshot)
      snapshots.push_back(std::move(*snapshot));
    else if (++unreadable <= kMostComplaints)
      fail(path + ":" + std::to_string(number) + ": " + snapshot.error().message);
  });
  if (!read) return read.error();
  if (unreadable > kMostComplaints)
    fail(path + ": " + std::to_string(unreadable) + " lines are left out, the first of them for these reasons");
  auto scenario = simulation::scenario_of(std::move(snapshots));
  if (!scenario) return Error{path + ": " + scenario.error().message};
  return scenario;
}

// Empty after printing what is wrong.
std::optional<simulation::Scenario> read_cluster(const SimulateQuestion& question) {
  const std::string& path = question.cluster;
  const auto said = [](const std::string& message) {
    fail(message);
    return std::nullopt;
  };
  const auto beginning = beginning_of(path);
  if (!beginning) return said(beginning.error().message);
  if (is_recording(*beginning)) {
    if (question.from_rrd()) return said(path + ": --rrd wants a cluster file with the nodes, and these are snapshots");
    auto scenario = read_recording(path);
    return scenario ? std::optional(std::move(*scenario)) : said(scenario.error().message);
  }
  auto text = files::read_text(path, kMostClusterBytes);
  if (!text) return said(text.error().message);
  const rules::SourceFile file{path, std::move(*text)};
  if (question.from_rrd()) return read_stored_cluster(question, file);
  simulation::CheckedScenario checked = simulation::read_scenario(file);
  std::fputs(rules::format(checked.diagnostics, {file}).c_str(), stderr);
  return std::move(checked.scenario);
}

bool is_regular(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && !path.filename().string().starts_with(".");
}

Result<void> follow_workload(const std::string& path, simulation::Scenario& scenario) {
  const auto named = files_named_by({path}, is_regular);
  if (!named) return named.error();
  std::vector<simulation::Samples> traces;
  for (const std::string& one : *named) {
    const auto text = files::read_text(one, kMostTraceBytes);
    if (!text) return text.error();
    auto read = simulation::read_traces(*text);
    if (!read) return Error{one + ": " + read.error().message};
    std::move(read->begin(), read->end(), std::back_inserter(traces));
    if (traces.size() > kMostTraces) return Error{path + ": there are more than 300,000 traces"};
  }
  if (traces.empty()) return Error{path + ": there is no file of a trace in it"};
  simulation::follow_traces(scenario, traces);
  return {};
}

// Empty after printing what is wrong.
std::optional<std::vector<loop::LoadedRules>> load_sets(const std::vector<std::string>& paths) {
  std::vector<loop::LoadedRules> sets;
  for (const std::string& path : paths) {
    auto files = read_rule_paths({path});
    if (!files) {
      fail(files.error().message);
      return std::nullopt;
    }
    loop::LoadedRules set{.files = std::move(*files), .checked = {}, .problem = {}};
    set.checked = rules::check(set.files);
    if (!set.checked.ok()) {
      std::fputs(rules::format(set.checked.diagnostics, set.files).c_str(), stderr);
      return std::nullopt;
    }
    if (set.checked.rules->rules.empty()) {
      fail(path + ": there is no rule in it");
      return std::nullopt;
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

// What is wrong with the question; empty: nothing.
std::string wrong_question(const SimulateQuestion& question) {
  if (question.step < kShortestStep || question.step > kLongestStep)
    return "--step: " + text::duration_text(question.step) + " is not from 1 s to 5 min";
  if (question.rules.size() > kMostSimulatedSets)
    return "--rules: at most " + std::to_string(kMostSimulatedSets) + " sets are compared";
  if (question.length.count() != 0 && (question.length < question.step || question.length > kLongestSimulation))
    return "--for: " + text::duration_text(question.length) + " is not from one step to 366 days";
  if (!question.picture.empty())
    if (const auto kind = picture_kind_or_png(question.picture); !kind) return "--png: " + kind.error().message;
  return "";
}

simulation::RunOptions run_options(const Session& session, const SimulateQuestion& question,
                                   const simulation::Scenario& scenario) {
  simulation::RunOptions options{.length = question.length, .step = question.step, .seed = question.seed};
  options.loop = session.config();
  if (options.length.count() == 0)
    options.length = scenario.recorded.count() > 0 ? std::clamp(scenario.recorded, question.step, kLongestSimulation)
                                                   : Milliseconds(std::chrono::hours(24));
  return options;
}

int draw_simulation(const SimulatedCluster& cluster, const std::vector<SimulatedRun>& runs, const std::string& path) {
  const auto bytes = simulation_picture(cluster, runs, *picture_kind_or_png(path));
  if (!bytes) return fail(bytes.error().message);
  const auto written = write_picture(*bytes, path);
  return written ? static_cast<int>(kDone) : fail(written.error().message);
}

}  // namespace

int simulate(Session& session, SimulateQuestion question) {
  question.now = session.now();
  if (const std::string wrong = wrong_question(question); !wrong.empty()) return fail(wrong), kUsage;
  auto scenario = read_cluster(question);
  if (!scenario) return kFailed;
  if (!question.workload.empty())
    if (const auto followed = follow_workload(question.workload, *scenario); !followed)
      return fail(followed.error().message);
  const auto sets = load_sets(question.rules);
  if (!sets) return kFailed;
  const simulation::RunOptions options = run_options(session, question, *scenario);
  std::vector<SimulatedRun> runs{{"", simulation::run_alone(*scenario, options)}};
  for (std::size_t i = 0; i < sets->size(); ++i) {
    auto totals = simulation::run_with(*scenario, (*sets)[i], options);
    if (!totals) return fail(question.rules[i] + ": " + totals.error().message);
    runs.push_back({question.rules[i], std::move(*totals)});
  }
  const SimulatedCluster cluster{*scenario, options};
  const std::string text = session.format() == Format::kTable
                               ? simulation_text(cluster, runs)
                               : to_text(simulation_json(cluster, runs), session.format());
  std::fputs(text.c_str(), stdout);
  return question.picture.empty() ? static_cast<int>(kDone) : draw_simulation(cluster, runs, question.picture);
}

}  // namespace hotspot::ctl
