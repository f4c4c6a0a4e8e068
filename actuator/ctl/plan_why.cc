#include "actuator/ctl/plan_why.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <utility>

#include "actuator/client/history.h"
#include "actuator/ctl/facts.h"
#include "actuator/ctl/json_values.h"
#include "actuator/ctl/known_names.h"
#include "actuator/ctl/planner_view.h"
#include "actuator/loop/decision_record.h"
#include "actuator/model/load.h"
#include "actuator/model/text.h"
#include "actuator/plan/board/demand.h"
#include "actuator/record/json_text.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kDecisionsLookedThrough = 2000, kEntriesOfJournal = 2000;
constexpr std::size_t kMostDone = 5;        // decisions of the past that are shown
constexpr std::size_t kMostCorrected = 10;  // domains of a node whose demand is more than what they use

// What is asked about; without a domain, the node.
struct About {
  model::DomainRef domain;
  const model::Node* node = nullptr;
  bool is_domain() const { return static_cast<bool>(domain); }
  const std::string& name() const { return is_domain() ? domain.domain->name : node->name(); }
  const std::string& uuid() const { return is_domain() ? domain.domain->uuid : node->uuid(); }
};

std::vector<About> called(const model::Cluster& cluster, const std::string& word) {
  std::vector<About> all;
  for (const auto& [uuid, node] : cluster.nodes())
    if (uuid == word || node.name() == word) all.push_back({{}, &node});
  if (const model::DomainRef by_uuid = cluster.find_domain(word)) return {{by_uuid, by_uuid.node}};
  for (const model::DomainRef& domain : cluster.find_domains_by_name(word)) all.push_back({domain, domain.node});
  return all;
}

int say_which_one(const std::string& word, const std::vector<About>& several) {
  std::string text = "'" + word + "' is the name of several; say which by its UUID:";
  for (const About& one : several)
    text += "\n  " + one.uuid() + (one.is_domain() ? ", the domain on " : ", the node ") + one.node->name();
  return fail(text);
}

bool is_about(const rules::Subject& subject, const About& about) {
  if (about.is_domain()) return subject.domain_uuid == about.uuid();
  return subject.node_uuid == about.uuid();
}

// A domain is also meant by what fires on its node, and everything by what fires on the cluster, where they name it.
bool is_about(const plan::Decision& decision, const About& about) {
  if (decision.action && decision.action->domain_uuid == about.uuid()) return true;
  if (decision.action && decision.action->node_uuid == about.uuid()) return true;
  const auto* move = decision.action ? std::get_if<model::MigrateTo>(&decision.action->step) : nullptr;
  if (move != nullptr && move->target_uuid == about.uuid()) return true;
  const auto named = [&](const auto& one) { return (about.is_domain() ? one.domain : one.target) == about.name(); };
  if (std::any_of(decision.considered.begin(), decision.considered.end(), named)) return true;
  return std::any_of(decision.alternatives.begin(), decision.alternatives.end(), named);
}

std::vector<plan::Decision> decisions_now(const plan::PlanInput& input, const About& about) {
  std::set<std::pair<std::string, std::string>> firing;
  for (const rules::Firing& one : input.firings)
    if (is_about(one.subject, about) ||
        (about.is_domain() && one.subject.domain_uuid.empty() && one.subject.node_uuid == about.node->uuid()))
      firing.emplace(one.rule->name, one.subject.key());
  std::vector<plan::Decision> decisions = plan::plan(input);
  std::erase_if(decisions, [&](const plan::Decision& one) {
    return !firing.contains({one.rule, one.subject_key}) && !is_about(one, about);
  });
  return decisions;
}

// What a domain wants, and why that may be more than what it uses.
Json domain_demand_json(const model::DomainRef& domain) {
  const plan::DomainDemand demand = plan::demand_of(domain, plan::DemandView::kCorrected);
  const auto measured = [&](plan::BoardResource of) { return (demand.measured & plan::bit_of(of)) != 0; };
  const auto amount = [&](plan::BoardResource of) { return static_cast<double>(plan::of(demand.amounts, of)); };
  const auto used = model::domain_cores_used(*domain.domain);
  return {{"domain", domain.domain->name},
          {"cores_used", or_null(used)},
          {"cores_wanted", measured(plan::BoardResource::kCpu)
                               ? Json(amount(plan::BoardResource::kCpu) / static_cast<double>(plan::kMicrocores))
                               : Json(nullptr)},
          {"memory_wanted_bytes",
           measured(plan::BoardResource::kMemory) ? Json(amount(plan::BoardResource::kMemory)) : Json(nullptr)},
          {"corrected", plan::corrections_text(demand)}};
}

Json demand_json(const About& about) {
  Json all = Json::array();
  if (about.is_domain()) return all.push_back(domain_demand_json(about.domain)), all;
  for (const telemetry::DomainSample& one : about.node->snapshot->domains)
    if (Json json = domain_demand_json({about.node, &one}); json["corrected"] != "") all.push_back(std::move(json));
  return all;
}

// What forbids actions on it now, whatever fires.
std::vector<model::Refusal> held_by(const plan::PlanInput& input, const About& about) {
  std::vector<model::Refusal> found;
  const auto add = [&](std::optional<model::Refusal> one) {
    if (one) found.push_back(*std::move(one));
  };
  add(input.restraints.on_everything("", input.now));
  if (!about.is_domain()) return add(input.restraints.on_target(*about.node, input.now)), found;
  add(input.restraints.on_domain(about.domain, input.now));
  auto cooldown = input.cooldowns.refusal(about.uuid(), input.now, plan::Wish::kAny);
  if (cooldown) cooldown->message = about.name() + " " + cooldown->message;
  add(std::move(cooldown));
  return found;
}

// Is it the subject, or did an action of it change it? Decisions name subjects by "domain:UUID" or "node:UUID,…".
bool was_about(const client::Decision& decision, const About& about, const std::set<std::string>& deciding) {
  const std::string key = (about.is_domain() ? "domain:" : "node:") + about.uuid();
  return deciding.contains(decision.id) || decision.subject_key == key || decision.subject_key.starts_with(key + ",");
}

// Newest first.
Result<std::vector<client::Decision>> decisions_before(Session& session, const About& about) {
  const auto entries = session.redis().newest_entries(kEntriesOfJournal);
  if (!entries) return entries.error();
  std::set<std::string> deciding;
  for (const ports::JournalEntry& entry : *entries) {
    const auto* move = std::get_if<model::MigrateTo>(&entry.action.step);
    const bool there = move != nullptr && move->target_uuid == about.uuid();
    if (there || entry.action.domain_uuid == about.uuid() || entry.action.node_uuid == about.uuid())
      deciding.insert(entry.action.decision_id);
  }
  const auto all = client::newest_decisions(session.connection(), kDecisionsLookedThrough);
  if (!all) return all.error();
  std::vector<client::Decision> found;
  for (auto one = all->rbegin(); one != all->rend() && found.size() < kMostDone; ++one)
    if (was_about(*one, about, deciding)) found.push_back(*one);
  return found;
}

struct Why {
  About about;
  std::vector<const rules::Firing*> firing;
  std::vector<const plan::InFlight*> in_flight;
  std::vector<model::Refusal> held;
  std::vector<plan::Decision> now;
  std::vector<client::Decision> before;
  Json demand;
};

Why answer_of(const plan::PlanInput& input, const About& about) {
  Why why{
      .about = about, .held = held_by(input, about), .now = decisions_now(input, about), .demand = demand_json(about)};
  for (const rules::Firing& one : input.firings)
    if (is_about(one.subject, about)) why.firing.push_back(&one);
  for (const plan::InFlight& one : input.in_flight) {
    const auto* move = std::get_if<model::MigrateTo>(&one.action.step);
    const bool there = move != nullptr && move->target_uuid == about.uuid();
    if (there || one.action.domain_uuid == about.uuid() || one.action.node_uuid == about.uuid())
      why.in_flight.push_back(&one);
  }
  return why;
}

Json answer_json(const Why& why, const PlannerView& view) {
  Json json{{"kind", why.about.is_domain() ? "domain" : "node"},
            {"name", why.about.name()},
            {"uuid", why.about.uuid()},
            {"node", why.about.node->name()},
            {"demand", why.demand},
            {"firing", Json::array()},
            {"in_flight", Json::array()},
            {"held", Json::array()},
            {"now", Json::array()},
            {"before", Json::array()},
            {"remarks", view.remarks()}};
  for (const rules::Firing* one : why.firing)
    json["firing"].push_back({{"rule", one->rule->name},
                              {"subject", one->subject.key()},
                              {"value", one->value},
                              {"held", one->held},
                              {"fresh", one->fresh}});
  for (const plan::InFlight* one : why.in_flight)
    json["in_flight"].push_back({{"action", one->action.id},
                                 {"domain", one->action.domain_name},
                                 {"step", model::describe(one->action.step)},
                                 {"state", model::to_string(one->state)}});
  for (const model::Refusal& one : why.held) json["held"].push_back(refusal_json(one));
  for (const plan::Decision& one : why.now) json["now"].push_back(record::parse_json(loop::to_json(one)));
  for (const client::Decision& one : why.before) json["before"].push_back(record::parse_json(one.json));
  return json;
}

std::string cores_cell(const Json& cores) {
  std::array<char, 32> text{};
  if (cores.is_number()) std::snprintf(text.data(), text.size(), "%.3g cores", cores.get<double>());
  return cores.is_number() ? text.data() : "-";
}

void show_demand(const Why& why) {
  std::size_t shown = 0;
  for (const Json& one : why.demand) {
    if (++shown > kMostCorrected) break;
    const std::string corrected = one["corrected"],
                      before = why.about.is_domain() ? "" : one["domain"].get<std::string>() + " ";
    fact("demand", before + cores_cell(one["cores_wanted"]) + " (used " + cores_cell(one["cores_used"]) + "), " +
                       bytes_cell(one["memory_wanted_bytes"]) + " of memory" +
                       (corrected.empty() ? "" : ": " + corrected));
  }
  if (why.demand.size() > kMostCorrected)
    fact("",
         "and " + std::to_string(why.demand.size() - kMostCorrected) + " domains more that want more than they use");
}

// Of an answer without a decision.
std::string why_nothing(const Why& why) {
  if (why.firing.empty()) return "no firing asks for it";
  if (!why.in_flight.empty()) return "the action that is under way comes to its end first";
  return "the figures settle after an action";
}

void show_answer(const Why& why) {
  const About& about = why.about;
  fact(about.is_domain() ? "domain" : "node",
       about.name() + " (" + about.uuid() + ")" + (about.is_domain() ? " on " + about.node->name() : ""));
  show_demand(why);
  for (const rules::Firing* one : why.firing)
    fact("rule", one->rule->name + " fires" + (one->held.empty() ? "" : ", held " + one->held) +
                     (one->fresh ? "" : " (data are stale: not acted upon)"));
  if (why.firing.empty()) fact("rule", "none fires on it");
  for (const plan::InFlight* one : why.in_flight)
    fact("in flight", model::to_string(one->state) + ("  " + one->action.domain_name) + ": " +
                          model::describe(one->action.step) + " (" + one->action.id + ")");
  for (const model::Refusal& one : why.held) fact(model::to_string(one.kind), one.message);
  if (why.now.empty()) fact("now", "the planner would do nothing about it: " + why_nothing(why));
  for (const plan::Decision& one : why.now) {
    fact("now", one.sentence);
    say_lines(plan::explain(one));
  }
  for (const client::Decision& one : why.before)
    fact("before",
         time_cell(one.at) + "  " + one.outcome + "  " + one.sentence + " (hotspotctl decision show " + one.id + ")");
  if (why.before.empty()) fact("before", "nothing was decided about it lately");
}

}  // namespace

int plan_why(Session& session, const std::string& word) {
  const auto read = PlannerView::read(session);
  if (!read) return fail(read.error().message);
  const PlannerView& view = **read;
  const std::vector<About> found = called(view.cluster(), word);
  if (found.size() > 1) return say_which_one(word, found);
  if (found.empty()) {
    for (const NodeThatDoesNotCount& one : view.not_counting())
      if (one.name == word || one.uuid == word)
        return fail("nothing is planned for " + one.name + ": that node does not count (" + one.standing +
                    "): " + one.why);
    return say_unknown(session, Noun::kDomain, word);
  }
  const plan::PlanInput input = view.input();
  Why why = answer_of(input, found.front());
  auto before = decisions_before(session, why.about);
  if (!before) return fail(before.error().message);
  why.before = *std::move(before);
  say_remarks(view);
  if (session.format() == Format::kTable)
    show_answer(why);
  else
    std::fputs(to_text(answer_json(why, view), session.format()).c_str(), stdout);
  return kDone;
}

void add_plan_why(CLI::App& plan, Parsed& parsed) {
  CLI::App* why =
      plan.add_subcommand("why", "What the planner would do about a domain or a node now, why, and what was done");
  why->add_option("subject", parsed.domain, "A domain or a node: its name or UUID")->required();
  on_session(why, parsed, [&parsed](Session& s) { return plan_why(s, parsed.domain); });
}

}  // namespace hotspot::ctl
