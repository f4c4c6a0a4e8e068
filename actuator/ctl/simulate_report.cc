// The result of a simulation: a table for people, JSON for programs.
#include <cstdio>
#include <functional>
#include <utility>

#include "actuator/ctl/output.h"
#include "actuator/ctl/simulate.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using simulation::Fault;
using simulation::Resource;
using simulation::Totals;

constexpr double kBytesPerGib = static_cast<double>(kGibibyte);

// One decimal where that says something.
std::string figure(double value) {
  char text[64];
  std::snprintf(text, sizeof text, value == 0 || value >= 1000 ? "%.0f" : "%.1f", value);
  return text;
}

std::string count(std::size_t value) { return std::to_string(value); }

std::size_t sum_of(const std::map<std::string, std::size_t>& counts) {
  std::size_t sum = 0;
  for (const auto& [name, value] : counts) sum += value;
  return sum;
}

std::size_t ended(const Totals& totals, const char* state) {
  const auto found = totals.ends.find(state);
  return found == totals.ends.end() ? 0 : found->second;
}

struct Row {
  const char* title;
  std::function<std::string(const Totals&)> cell;
};

std::vector<Row> rows_about_load() {
  const auto hot = [](Resource resource) {
    return [resource](const Totals& totals) { return figure(totals.minutes_of(resource)); };
  };
  return {
      {"hot node-minutes, CPU", hot(Resource::kCpu)},
      {"hot node-minutes, memory", hot(Resource::kMemory)},
      {"hot node-minutes, network", hot(Resource::kNetwork)},
      {"domain-minutes at own vCPUs", [](const Totals& totals) { return figure(totals.cpu_limited_minutes); }},
      {"domain-minutes at own memory", [](const Totals& totals) { return figure(totals.memory_limited_minutes); }},
      {"core-minutes stolen", [](const Totals& totals) { return figure(totals.stolen_core_minutes); }},
  };
}

std::vector<Row> rows_about_actions() {
  const auto faults = [](Fault fault) { return [fault](const Totals& totals) { return count(totals.faults(fault)); }; };
  return {
      {"moves", [](const Totals& totals) { return count(totals.moves.size()); }},
      {"GiB moved", [](const Totals& totals) { return figure(totals.moved_bytes() / kBytesPerGib); }},
      {"predicted downtime, s", [](const Totals& totals) { return figure(totals.downtime_seconds()); }},
      {"other changes", [](const Totals& totals) { return count(sum_of(totals.changes)); }},
      {"actions that failed", [](const Totals& totals) { return count(ended(totals, "failed")); }},
      {"moves: target became hot", faults(Fault::kOverfilled)},
      {"moves: back within 2 h", faults(Fault::kReturned)},
      {"moves: anti-affinity broken", faults(Fault::kApartBroken)},
      {"energy, kWh",
       [](const Totals& totals) { return totals.energy_kwh ? figure(*totals.energy_kwh) : std::string("-"); }},
  };
}

std::string machines(std::size_t number, const char* what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

Json moves_json(const Totals& totals) {
  Json list = Json::array();
  for (const simulation::JudgedMove& move : totals.moves) {
    Json faults = Json::array();
    for (const Fault fault : move.faults) faults.push_back(simulation::to_string(fault));
    list.push_back({{"domain", move.domain},
                    {"from", move.from},
                    {"to", move.to},
                    {"began_at", to_unix_seconds(move.began)},
                    {"ended_at", to_unix_seconds(move.ended)},
                    {"bytes", move.bytes},
                    {"downtime_seconds", move.downtime_seconds},
                    {"faults", faults}});
  }
  return list;
}

Json run_json(const SimulatedRun& run) {
  const Totals& totals = run.totals;
  Json hot, faults;
  for (const Resource one : simulation::kResources) hot[simulation::to_string(one)] = totals.minutes_of(one);
  for (const Fault one : simulation::kFaults) faults[simulation::to_string(one)] = totals.faults(one);
  return {{"rules", run.rules.empty() ? Json() : Json(run.rules)},
          {"hot_node_minutes", hot},
          {"limited_domain_minutes", {{"cpu", totals.cpu_limited_minutes}, {"memory", totals.memory_limited_minutes}}},
          {"stolen_core_minutes", totals.stolen_core_minutes},
          {"moved_bytes", totals.moved_bytes()},
          {"downtime_seconds", totals.downtime_seconds()},
          {"faults", faults},
          {"changes", totals.changes},
          {"actions", totals.ends},
          {"done_by_rule", totals.by_rule},
          {"energy_kwh", totals.energy_kwh ? Json(*totals.energy_kwh) : Json()},
          {"moves", moves_json(totals)}};
}

}  // namespace

std::string simulation_text(const SimulatedCluster& cluster, const std::vector<SimulatedRun>& runs) {
  std::vector<Column> columns{{""}};
  for (const SimulatedRun& run : runs)
    columns.push_back({run.rules.empty() ? "NOTHING" : text::visible(run.rules, 24), true});
  std::vector<Cells> cells;
  for (const auto& rows : {rows_about_load(), rows_about_actions()}) {
    for (const Row& row : rows) {
      Cells& line = cells.emplace_back(Cells{row.title});
      for (const SimulatedRun& run : runs) line.push_back(row.cell(run.totals));
    }
  }
  return machines(cluster.scenario.nodes.size(), "node") + ", " + machines(cluster.scenario.domains.size(), "domain") +
         ", " + text::duration_text(cluster.options.length) + " in steps of " +
         text::duration_text(cluster.options.step) + ", seed " + std::to_string(cluster.options.seed) + "\n\n" +
         table(columns, cells);
}

Json simulation_json(const SimulatedCluster& cluster, const std::vector<SimulatedRun>& runs) {
  Json list = Json::array();
  for (const SimulatedRun& run : runs) list.push_back(run_json(run));
  return {{"nodes", cluster.scenario.nodes.size()},
          {"domains", cluster.scenario.domains.size()},
          {"begins_at", to_unix_seconds(cluster.scenario.begins)},
          {"seconds", std::chrono::duration<double>(cluster.options.length).count()},
          {"step_seconds", std::chrono::duration<double>(cluster.options.step).count()},
          {"seed", cluster.options.seed},
          {"runs", list}};
}

}  // namespace hotspot::ctl
