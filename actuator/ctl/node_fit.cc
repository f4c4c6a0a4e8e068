#include "actuator/ctl/node_fit.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "actuator/ctl/json_values.h"
#include "actuator/ctl/planner_view.h"
#include "actuator/daemon/config_values.h"
#include "actuator/model/text.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kSentencesOfAReason = 5;  // unless the table is wide

Json room_json(const plan::Room& room) {
  return {{"cpu_ratio", or_null(room.cpu_ratio)},
          {"memory_available_bytes", or_null(room.memory_available_bytes)},
          {"memory_promised_ratio", room.promised_ratio}};
}

Json place_json(const plan::FitPlace& place) {
  return {{"node", place.node},
          {"node_uuid", place.node_uuid},
          {"memory_bytes", place.memory_bytes},
          {"before", room_json(place.before)},
          {"after", room_json(place.after)},
          {"disk_room_bytes", or_null(place.disk_room_bytes)},
          {"disk_path", place.disk_path},
          {"iops", or_null(place.iops)},
          {"unknown", place.unknown},
          {"notes", place.notes}};
}

Json fit_json(const PlannerView& view, const plan::MachineSize& size, const plan::FitAnswer& answer) {
  const plan::PlanInput input = view.input();
  Json json{{"asked",
             {{"vcpus", size.vcpus},
              {"memory_bytes", size.memory_bytes},
              {"busy_ratio", size.busy_ratio},
              {"disk_bytes", or_null(size.disk_bytes)},
              {"iops", or_null(size.iops)}}},
            {"margins",
             {{"node_cpu_ceiling_ratio", input.margins.node_cpu_ceiling_ratio},
              {"node_memory_ratio", input.margins.node_memory_margin_ratio}}},
            {"fits", !answer.places.empty()},
            {"places", Json::array()},
            {"elsewhere", Json::array()},
            {"remarks", view.remarks()}};
  for (const plan::FitPlace& place : answer.places) json["places"].push_back(place_json(place));
  for (const plan::FitRefusals& one : answer.elsewhere) {
    Json refusals = Json::array();
    for (const model::Refusal& refusal : one.refusals) refusals.push_back(refusal_json(refusal));
    json["elsewhere"].push_back({{"node", one.node}, {"node_uuid", one.node_uuid}, {"refusals", std::move(refusals)}});
  }
  for (const NodeThatDoesNotCount& one : view.not_counting())
    if (view.cluster().find_node(one.uuid) == nullptr)
      json["elsewhere"].push_back(
          {{"node", one.name},
           {"node_uuid", one.uuid},
           {"refusals", {{{"kind", one.standing}, {"message", one.name + " does not count: " + one.why}}}}});
  return json;
}

std::string asked_text(const Json& asked) {
  std::string text = asked["vcpus"].dump() + (asked["vcpus"] == 1 ? " vCPU" : " vCPUs") + " (" +
                     model::ratio_text(asked["busy_ratio"].get<double>()) + " busy), " +
                     bytes_cell(asked["memory_bytes"]);
  if (!asked["disk_bytes"].is_null()) text += ", " + bytes_cell(asked["disk_bytes"]) + " of disk";
  if (!asked["iops"].is_null()) text += ", " + asked["iops"].dump() + " IOPS";
  return text;
}

std::string promised_cell(const Json& ratio) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", ratio.get<double>());
  return text.data();
}

bool is_unknown(const Json& place, const char* what) {
  return std::find(place["unknown"].begin(), place["unknown"].end(), what) != place["unknown"].end();
}

std::string disk_text(const Json& place) {
  const std::string room = place["disk_room_bytes"].is_null()
                               ? std::string()
                               : bytes_cell(place["disk_room_bytes"]) + " on " + place["disk_path"].get<std::string>();
  return is_unknown(place, "disk") ? "unknown" + (room.empty() ? room : "; " + room) : room.empty() ? "-" : room;
}

std::string iops_text(const Json& place) {
  return "unknown" +
         (place["iops"].is_null() ? std::string() : "; " + number_cell(place["iops"].get<double>()) + " now");
}

void show_places(const Session& session, const Json& json) {
  const bool disk = !json["asked"]["disk_bytes"].is_null(), iops = !json["asked"]["iops"].is_null();
  std::vector<Column> columns{{"NODE"}, {"CPU"}, {"MEMORY AVAILABLE"}, {"PROMISED", false, Give::kDropFirst}};
  if (disk) columns.push_back({"DISK"});
  if (iops) columns.push_back({"IOPS", false, Give::kDropLast});
  columns.push_back({"NOTE", false, Give::kBelow});
  std::vector<Cells> rows;
  for (const Json& place : json["places"]) {
    const Json &before = place["before"], &after = place["after"];
    rows.push_back({place["node"], change_text(before["cpu_ratio"], after["cpu_ratio"], ratio_cell),
                    change_text(before["memory_available_bytes"], after["memory_available_bytes"], bytes_cell),
                    change_text(before["memory_promised_ratio"], after["memory_promised_ratio"], promised_cell)});
    if (disk) rows.back().push_back(disk_text(place));
    if (iops) rows.back().push_back(iops_text(place));
    std::string notes;
    for (const Json& note : place["notes"]) notes += (notes.empty() ? "" : "; ") + note.get<std::string>();
    rows.back().push_back(notes);
  }
  session.show(columns, rows, json, "");
}

// By reason, the most frequent first.
void say_elsewhere(const Json& json) {
  std::map<std::string, std::vector<std::string>> by_kind;
  for (const Json& node : json["elsewhere"])
    for (const Json& refusal : node["refusals"]) by_kind[refusal["kind"]].push_back(refusal["message"]);
  std::vector<std::pair<std::string, std::vector<std::string>>> groups(by_kind.begin(), by_kind.end());
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  for (const auto& [kind, sentences] : groups) {
    say(kind + ": " + std::to_string(sentences.size()) + (sentences.size() == 1 ? " node" : " nodes"));
    const std::size_t shown = screen().width == 0 ? sentences.size() : std::min(sentences.size(), kSentencesOfAReason);
    for (std::size_t i = 0; i < shown; ++i) say("  " + sentences[i]);
    if (shown < sentences.size()) say("  and " + std::to_string(sentences.size() - shown) + " more: -o wide shows all");
  }
}

void show_fit(const Session& session, const Json& json) {
  const std::size_t places = json["places"].size(), elsewhere = json["elsewhere"].size();
  const Json& margins = json["margins"];
  say(asked_text(json["asked"]) + ": " +
      (places == 0 ? "fits on none of " : "fits on " + std::to_string(places) + " of ") +
      std::to_string(places + elsewhere) + " nodes (CPU up to " + ratio_cell(margins["node_cpu_ceiling_ratio"]) + ", " +
      ratio_cell(margins["node_memory_ratio"]) + " of memory left)");
  if (places > 0) show_places(session, json);
  if (elsewhere > 0) say((places > 0 ? "\nnot on " : "not on ") + std::to_string(elsewhere) + ", and why:");
  say_elsewhere(json);
}

// What was asked and is not known does not refuse a node, and is said.
void say_unknown_figures(const plan::FitAnswer& answer) {
  const auto all_lack = [&](const char* what) {
    return !answer.places.empty() && std::all_of(answer.places.begin(), answer.places.end(), [&](const auto& place) {
      return std::find(place.unknown.begin(), place.unknown.end(), what) != place.unknown.end();
    });
  };
  if (all_lack("disk"))
    fail("disk: not known whether it fits on any of them; no node with room has measured enough of it");
  if (all_lack("iops")) fail("iops: not known whether they are reached; what disks can do is measured on no node");
}

void add_bytes(CLI::App* command, const std::string& name, const std::string& help,
               std::function<void(std::int64_t)> take) {
  command
      ->add_option_function<std::string>(
          name,
          [name, take = std::move(take)](const std::string& text) {
            const auto bytes = daemon::parse_bytes(text);
            if (!bytes) throw CLI::ValidationError(name, bytes.error().message);
            take(*bytes);
          },
          help)
      ->option_text("SIZE");
}

}  // namespace

int node_fit(Session& session, const plan::MachineSize& size) {
  const auto view = PlannerView::read(session);
  if (!view) return fail(view.error().message);
  const plan::PlanInput input = (*view)->input();
  const plan::FitAnswer answer = plan::find_fit(input, size);
  const Json json = fit_json(**view, size, answer);
  say_remarks(**view);
  if (session.format() == Format::kName)
    for (const plan::FitPlace& place : answer.places) say(place.node);
  else if (session.format() == Format::kTable)
    show_fit(session, json);
  else
    std::fputs(to_text(json, session.format()).c_str(), stdout);
  say_unknown_figures(answer);
  return answer.places.empty() ? kFailed : kDone;
}

void add_machine_options(CLI::App* command, const std::shared_ptr<plan::MachineSize>& size) {
  command->add_option("--vcpus", size->vcpus, "Its vCPUs")
      ->check(CLI::Range(1, record::kMostVcpus))
      ->option_text("COUNT");
  add_bytes(command, "--memory", "Its memory", [size](std::int64_t bytes) { size->memory_bytes = bytes; });
  command
      ->add_option_function<std::string>(
          "--busy",
          [size](const std::string& text) {
            const auto ratio = daemon::parse_ratio(text);
            if (!ratio) throw CLI::ValidationError("--busy", ratio.error().message);
            size->busy_ratio = *ratio;
          },
          "How busy its vCPUs will be")
      ->option_text("RATIO [100%]");
}

void add_node_fit(CLI::App* node, Parsed& parsed) {
  const auto size = std::make_shared<plan::MachineSize>();
  CLI::App* fit = node->add_subcommand("fit", "Where a machine of a size would go, and why not elsewhere");
  add_machine_options(fit, size);
  for (const char* name : {"--vcpus", "--memory"}) fit->get_option(name)->required();
  add_bytes(fit, "--disk", "What its disks need at most", [size](std::int64_t bytes) { size->disk_bytes = bytes; });
  fit->add_option_function<std::int64_t>(
         "--iops", [size](const std::int64_t& count) { size->iops = count; },
         "Disk operations a second; no node says how many it can do")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
      ->option_text("COUNT");
  on_session(fit, parsed, [size](Session& session) { return node_fit(session, *size); });
}

}  // namespace hotspot::ctl
