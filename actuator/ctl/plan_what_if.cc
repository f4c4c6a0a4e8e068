#include "actuator/ctl/plan_what_if.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "actuator/ctl/facts.h"
#include "actuator/ctl/json_values.h"
#include "actuator/ctl/known_names.h"
#include "actuator/ctl/node_fit.h"
#include "actuator/ctl/planner_view.h"
#include "actuator/model/text.h"
#include "actuator/plan/what_if.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

constexpr int kMostMachines = 1000;
constexpr std::size_t kReasonsShown = 8;  // of one that does not fit

const model::Node* node_called(const model::Cluster& cluster, const std::string& word) {
  const model::Node* node = cluster.find_node(word);
  return node != nullptr ? node : cluster.find_node_by_name(word);
}

// The cluster as it would be.
struct Imagined {
  model::Cluster cluster;
  plan::WhatIfQuestion question;
};

void come(const model::Node& like, WallTime now, Imagined& to) {
  const auto number = static_cast<int>(to.cluster.nodes().size()) + 1;
  telemetry::NodeSnapshot made = plan::node_like(like, number);
  made.taken_at = now;
  model::Freshness lenient;  // it was accepted once
  lenient.max_interval = Milliseconds(std::chrono::hours(24 * 365));
  to.cluster.apply(std::move(made), now, lenient);
}

// What the words name; empty: one is unknown, which was said.
std::optional<Imagined> imagined(Session& session, const PlannerView& view, const WhatIfRequest& request, int& said) {
  Imagined made{view.cluster(), {}};
  const auto unknown = [&](const std::string& word) {
    said = say_unknown(session, Noun::kNode, word);
    return std::nullopt;
  };
  std::set<std::string> draining;
  for (const auto& [uuid, node] : made.cluster.nodes())
    if (node.drain_requested) draining.insert(uuid);
  for (const std::string& word : request.less) {
    const model::Node* node = node_called(view.cluster(), word);
    if (node == nullptr) return unknown(word);
    draining.insert(node->uuid());
    made.question.less.push_back(node->uuid());
  }
  for (const std::string& word : request.more) {
    const model::Node* like = node_called(view.cluster(), word);
    if (like == nullptr) return unknown(word);
    come(*like, session.now(), made);
  }
  made.cluster.set_draining(std::move(draining));
  made.question.size = request.size;
  made.question.machines = request.machine ? request.count : 0;
  return made;
}

Json moves_json(const std::vector<plan::WhatIfMove>& moves) {
  Json list = Json::array();
  for (const plan::WhatIfMove& one : moves)
    list.push_back({{"domain", one.domain},
                    {"domain_uuid", one.domain_uuid},
                    {"from", one.from},
                    {"to", one.to},
                    {"rule", one.rule},
                    {"seconds", one.seconds}});
  return list;
}

Json load_json(const plan::Room& room) {
  return {{"cpu_ratio", or_null(room.cpu_ratio)}, {"memory_available_bytes", or_null(room.memory_available_bytes)}};
}

Json answer_json(const PlannerView& view, const WhatIfRequest& request, const plan::WhatIfAnswer& answer) {
  Json json{{"asked",
             {{"node_more", request.more},
              {"node_less", request.less},
              {"machines", request.machine ? request.count : 0},
              {"vcpus", request.machine ? Json(request.size.vcpus) : Json(nullptr)},
              {"memory_bytes", request.machine ? Json(request.size.memory_bytes) : Json(nullptr)},
              {"busy_ratio", request.machine ? Json(request.size.busy_ratio) : Json(nullptr)}}},
            {"fits", answer.fits()},
            {"moves", moves_json(answer.moves)},
            {"by_rules", moves_json(answer.by_rules)},
            {"stuck", Json::array()},
            {"staying", answer.staying},
            {"machines", answer.machines},
            {"machines_without_room", answer.machines_without_room},
            {"nodes", Json::array()},
            {"remarks", view.remarks()}};
  for (const plan::WhatIfStuck& one : answer.stuck) {
    Json refusals = Json::array();
    for (const model::Refusal& refusal : one.reasons) refusals.push_back(refusal_json(refusal));
    json["stuck"].push_back({{"domain", one.domain}, {"node", one.node}, {"refusals", std::move(refusals)}});
  }
  for (const plan::WhatIfNode& one : answer.nodes)
    json["nodes"].push_back({{"node", one.node},
                             {"node_uuid", one.node_uuid},
                             {"before", load_json(one.before)},
                             {"after", load_json(one.after)}});
  return json;
}

std::string list_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string asked_for(const WhatIfRequest& request) {
  std::vector<std::string> parts;
  if (!request.less.empty()) parts.push_back("without " + list_text(request.less));
  for (const std::string& one : request.more) parts.push_back("with another node like " + one);
  if (request.machine)
    parts.push_back("with " + std::to_string(request.count) + (request.count == 1 ? " machine of " : " machines of ") +
                    std::to_string(request.size.vcpus) + " vCPUs (" + model::ratio_text(request.size.busy_ratio) +
                    " busy), " + model::bytes_text(request.size.memory_bytes));
  return list_text(parts);
}

// Each node once, with the number of its machines.
void show_machines(const Json& json) {
  std::vector<std::pair<std::string, int>> counts;
  for (const Json& machine : json["machines"]) {
    const auto node = machine.get<std::string>();
    const auto same = [&](const auto& one) { return one.first == node; };
    const auto known = std::find_if(counts.begin(), counts.end(), same);
    known == counts.end() ? counts.emplace_back(node, 1) : (++known->second, *known);
  }
  for (const auto& [node, count] : counts) fact("machines", std::to_string(count) + " on " + node);
  if (const int without = json["machines_without_room"]; without > 0)
    fact("no room", "for " + std::to_string(without) + (without == 1 ? " machine" : " machines"));
}

void show_stuck(const Json& json) {
  for (const Json& one : json["stuck"]) {
    if (const std::string domain = one["domain"]; !domain.empty())
      fact("stays", domain + " on " + one["node"].get<std::string>() + ":");
    const Json& refusals = one["refusals"];
    for (std::size_t i = 0; i < std::min(refusals.size(), kReasonsShown); ++i)
      fact("", refusals[i]["message"].get<std::string>().empty() ? refusals[i]["kind"] : refusals[i]["message"]);
    if (refusals.size() > kReasonsShown)
      fact("", "and " + std::to_string(refusals.size() - kReasonsShown) + " more reasons: -o json has all");
  }
  for (const Json& name : json["staying"]) fact("stays", name.get<std::string>() + ", which does not run");
}

void show_moves(const Json& json) {
  for (const Json& one : json["moves"])
    fact("moves", one["domain"].get<std::string>() + " from " + one["from"].get<std::string>() + " to " +
                      one["to"].get<std::string>() + ", about " + duration_cell(one["seconds"]));
  for (const Json& one : json["by_rules"])
    fact("rule", one["rule"].get<std::string>() + " would move " + one["domain"].get<std::string>() + " from " +
                     one["from"].get<std::string>() + " to " + one["to"].get<std::string>());
}

void show_answer(const WhatIfRequest& request, const Json& json) {
  say(asked_for(request) + ": " + (json["fits"].get<bool>() ? "it fits" : "it does not fit"));
  show_moves(json);
  show_machines(json);
  show_stuck(json);
  for (const Json& one : json["nodes"])
    fact("node",
         one["node"].get<std::string>() + " CPU " +
             change_text(one["before"]["cpu_ratio"], one["after"]["cpu_ratio"], ratio_cell) + ", memory available " +
             change_text(one["before"]["memory_available_bytes"], one["after"]["memory_available_bytes"], bytes_cell));
}

}  // namespace

int plan_what_if(Session& session, const WhatIfRequest& request) {
  const auto view = PlannerView::read(session);
  if (!view) return fail(view.error().message);
  int said = kDone;
  const auto imagine = imagined(session, **view, request, said);
  if (!imagine) return said;
  const plan::PlanInput input = (*view)->input(imagine->cluster);
  const plan::WhatIfAnswer answer = plan::what_if(input, imagine->question);
  const Json json = answer_json(**view, request, answer);
  say_remarks(**view);
  if (session.format() == Format::kTable)
    show_answer(request, json);
  else
    std::fputs(to_text(json, session.format()).c_str(), stdout);
  return answer.fits() ? kDone : kFailed;
}

void add_plan_what_if(CLI::App& plan, Parsed& parsed) {
  CLI::App* what_if = plan.add_subcommand("what-if", "Does it still fit with a node more or less, or machines more");
  const auto asked = std::make_shared<WhatIfRequest>();
  const auto size = std::make_shared<plan::MachineSize>();
  what_if->add_option("--node-more", asked->more, "A node like this one comes")->option_text("NODE");
  what_if->add_option("--node-less", asked->less, "This node goes")->option_text("NODE");
  CLI::Option* more = what_if->add_flag("--domain-more", asked->machine, "Machines of a size come");
  add_machine_options(what_if, size);
  for (const char* name : {"--vcpus", "--memory"}) {
    what_if->get_option(name)->needs(more);
    more->needs(what_if->get_option(name));
  }
  what_if->add_option("--count", asked->count, "How many machines")
      ->needs(more)
      ->check(CLI::Range(1, kMostMachines))
      ->option_text("COUNT [1]");
  on_session(what_if, parsed, [asked, size](Session& session) {
    if (asked->more.empty() && asked->less.empty() && !asked->machine)
      return fail("name what would be: --node-more NODE, --node-less NODE or --domain-more"), static_cast<int>(kUsage);
    asked->size = *size;
    return plan_what_if(session, *asked);
  });
}

}  // namespace hotspot::ctl
