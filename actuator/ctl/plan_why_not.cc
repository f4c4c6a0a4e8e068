#include "actuator/ctl/plan_why_not.h"

#include <algorithm>
#include <cstdio>

#include "actuator/ctl/facts.h"
#include "actuator/ctl/json_values.h"
#include "actuator/ctl/known_names.h"
#include "actuator/ctl/planner_view.h"
#include "actuator/model/text.h"
#include "actuator/plan/why_not.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using plan::Hindrance;

Json hindrances_json(const std::vector<Hindrance>& all) {
  Json list = Json::array();
  for (const Hindrance& one : all) {
    list.push_back(refusal_json(one.refusal));
    list.back()["possible_with"] = one.cure;
  }
  return list;
}

Json move_effect_json(const plan::Effect& effect) {
  return {{"node", effect.node},
          {"cpu_ratio_before", or_null(effect.cpu_ratio_before)},
          {"cpu_ratio_after", or_null(effect.cpu_ratio_after)},
          {"memory_used_ratio_before", or_null(effect.memory_used_ratio_before)},
          {"memory_used_ratio_after", or_null(effect.memory_used_ratio_after)}};
}

Json why_json(const PlannerView& view, const plan::WhyNot& answer, const model::DomainRef& domain,
              const model::Node& target) {
  Json json{{"domain", domain.domain->name},
            {"domain_uuid", domain.domain->uuid},
            {"node", domain.node->name()},
            {"target", target.name()},
            {"target_uuid", target.uuid()},
            {"possible", answer.possible()},
            {"of_the_domain", hindrances_json(answer.domain)},
            {"of_the_target", hindrances_json(answer.target)},
            {"at_the_moment", hindrances_json(answer.now)},
            {"rules", Json::array()},
            {"comes_last", answer.comes_last ? answer.comes_last->message : ""},
            {"effects", Json::array()},
            {"seconds", answer.seconds},
            {"downtime_seconds", answer.downtime_seconds},
            {"copied_disks", answer.copied_disks},
            {"copied_bytes", answer.copied_bytes},
            {"remarks", view.remarks()}};
  for (const plan::AskingRule& one : answer.rules)
    json["rules"].push_back({{"rule", one.rule}, {"refusals", hindrances_json(one.hindrances)}});
  for (const plan::Effect& effect : answer.effects) json["effects"].push_back(move_effect_json(effect));
  return json;
}

void show_list(const Json& list, const std::string& before) {
  for (const Json& one : list) {
    fact(one["kind"], before + one["message"].get<std::string>());
    if (const std::string cure = one["possible_with"]; !cure.empty()) fact("", "possible with: " + cure);
  }
}

void show_why(const Json& json) {
  const std::string domain = json["domain"], node = json["node"], target = json["target"];
  const bool possible = json["possible"];
  say(domain + " on " + node + (possible ? " could go to " : " would not go to ") + target + " now" +
      (possible ? "" : ":"));
  show_list(json["of_the_domain"], "");
  show_list(json["of_the_target"], "");
  show_list(json["at_the_moment"], "");
  for (const Json& rule : json["rules"]) {
    fact("rule", rule["rule"].get<std::string>() + " fires and asks to move it, or another of " + node);
    show_list(rule["refusals"], "");
  }
  if (json["rules"].empty()) fact("rule", "none fires that asks to move it: by itself nothing moves it");
  if (const std::string last = json["comes_last"]; !last.empty()) fact("last choice", last);
  for (const Json& one : json["effects"])
    fact(possible ? "figures" : "it would be",
         one["node"].get<std::string>() + " CPU " +
             change_text(one["cpu_ratio_before"], one["cpu_ratio_after"], ratio_cell) + ", memory " +
             change_text(one["memory_used_ratio_before"], one["memory_used_ratio_after"], ratio_cell));
  std::string copied;
  for (const Json& disk : json["copied_disks"])
    copied += (copied.empty() ? ", copies " : ", ") + disk.get<std::string>();
  if (!copied.empty()) copied += " (" + bytes_cell(json["copied_bytes"]) + ")";
  fact("migration", "about " + duration_cell(json["seconds"]) + ", of which the guest stands still for " +
                        duration_cell(json["downtime_seconds"]) + copied);
}

std::vector<model::DomainRef> domains_called(const model::Cluster& cluster, const std::string& word) {
  const model::DomainRef by_uuid = cluster.find_domain(word);
  return by_uuid ? std::vector{by_uuid} : cluster.find_domains_by_name(word);
}

int say_which_domain(const std::string& word, const std::vector<model::DomainRef>& several) {
  std::string text = "several domains are called '" + word + "'; say which by its UUID:";
  for (const model::DomainRef& one : several) text += "\n  " + one.domain->uuid + " on " + one.node->name();
  return fail(text);
}

// A node that is known and not in the planner's cluster.
const NodeThatDoesNotCount* not_counting(const PlannerView& view, const std::string& word) {
  const auto& all = view.not_counting();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == word || one.uuid == word; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

int plan_why_not(Session& session, const std::string& domain_word, const std::string& node_word) {
  const auto read = PlannerView::read(session);
  if (!read) return fail(read.error().message);
  const PlannerView& view = **read;
  const auto domains = domains_called(view.cluster(), domain_word);
  if (domains.empty()) return say_unknown(session, Noun::kDomain, domain_word);
  if (domains.size() > 1) return say_which_domain(domain_word, domains);
  const model::Node* target = view.cluster().find_node(node_word);
  if (target == nullptr) target = view.cluster().find_node_by_name(node_word);
  if (target == nullptr) {
    if (const auto* known = not_counting(view, node_word))
      return fail(domain_word + " would not go to " + known->name + ": that node does not count (" + known->standing +
                  "): " + known->why);
    return say_unknown(session, Noun::kNode, node_word);
  }
  const model::DomainRef domain = domains.front();
  if (target == domain.node) return fail(domain.domain->name + " is on " + target->name() + " already");
  const plan::PlanInput input = view.input();
  const plan::WhyNot answer = plan::why_not(input, domain, *target);
  const Json json = why_json(view, answer, domain, *target);
  say_remarks(view);
  if (session.format() == Format::kTable)
    show_why(json);
  else
    std::fputs(to_text(json, session.format()).c_str(), stdout);
  return answer.possible() ? kDone : kFailed;
}

void add_plan_why_not(CLI::App& plan, Parsed& parsed) {
  CLI::App* why_not =
      plan.add_subcommand("why-not", "Why a domain does not go to a node, and what would make it possible");
  why_not->add_option("domain", parsed.domain, "Its name or UUID")->required();
  why_not->add_option("node", parsed.node, "The node's name or host UUID")->required();
  on_session(why_not, parsed, [&parsed](Session& s) { return plan_why_not(s, parsed.domain, parsed.node); });
}

}  // namespace hotspot::ctl
