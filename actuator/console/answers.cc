#include "actuator/console/answers.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "actuator/client/history.h"
#include "actuator/client/plan.h"
#include "actuator/client/sending.h"
#include "actuator/console/to_json.h"
#include "actuator/record/json_text.h"
#include "common/text/visible.h"

namespace hotspot::console {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kUsualCount = 100, kMostCount = 1000;
constexpr std::size_t kSearched = 1000, kOfDomain = 50;  // the newest of all that are looked through for one domain
constexpr int kMostPages = 40;                           // of decisions that are looked through for one
constexpr Milliseconds kAgain{2000};

Reply away(const std::string& why) { return problem_for(kAgain, 503, why); }
Reply unknown(const char* kind, const std::string& name) {
  return problem(404, std::string("no ") + kind + " '" + text::visible(name) + "' is known");
}
Reply ok(const Json& body) { return json_reply(200, to_text(body)); }

// Empty: it is no number from 1 to 1000.
std::optional<std::size_t> count_of(const Question& question) {
  const auto given = question.query.find("count");
  if (given == question.query.end()) return kUsualCount;
  std::size_t count = 0;
  const std::string& text = given->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 1 || count > kMostCount) return std::nullopt;
  return count;
}

Reply nodes_answer(const Question& question) {
  const client::Inventory& inventory = *question.view.inventory;
  if (question.operation == Operation::kNodes)
    return ok({{"nodes", to_json_list(inventory.nodes)},
               {"remarks", inventory.remarks},
               {"at", to_rfc3339(question.view.inventory_at)}});
  const auto node = std::find_if(inventory.nodes.begin(), inventory.nodes.end(), [&](const client::Node& one) {
    return one.name == question.name || one.uuid == question.name;
  });
  if (node == inventory.nodes.end()) return unknown("node", question.name);
  Json domains = Json::array();
  for (const client::Domain& domain : inventory.domains)
    if (domain.node == node->name) domains.push_back(to_json(domain));
  return ok({{"node", to_json(*node)}, {"domains", domains}, {"at", to_rfc3339(question.view.inventory_at)}});
}

// One after the other: a tree of sixty thousand domains takes half a gigabyte.
Reply domains_answer(const Question& question) {
  const auto node = question.query.find("node");
  std::string text = R"({"at":")" + to_rfc3339(question.view.inventory_at) + R"(","domains":[)";
  bool is_first = true;
  for (const client::Domain& domain : question.view.inventory->domains) {
    if (node != question.query.end() && domain.node != node->second) continue;
    if (!std::exchange(is_first, false)) text += ',';
    text += to_text(to_json(domain));
  }
  return json_reply(200, text + "]}");
}

// By UUID or name; one that belongs where it was reported comes first.
const client::Domain* domain_called(const std::vector<client::Domain>& domains, const std::string& name) {
  const client::Domain* found = nullptr;
  for (const client::Domain& one : domains)
    if ((one.uuid == name || one.name == name) && (found == nullptr || (one.belongs_here && !found->belongs_here)))
      found = &one;
  return found;
}

Reply domain_answer(const Question& question, client::Connection& connection) {
  const client::Domain* domain = domain_called(question.view.inventory->domains, question.name);
  if (domain == nullptr) return unknown("domain", question.name);
  const auto actions = client::newest_actions(connection, kSearched);
  if (!actions) return away(actions.error().message);
  const auto decisions = client::newest_decisions(connection, kSearched);
  if (!decisions) return away(decisions.error().message);
  Json its_actions = Json::array(), its_decisions = Json::array();
  for (const client::Action& one : *actions)
    if (one.domain_uuid == domain->uuid) its_actions.push_back(to_json(one));
  for (const client::Decision& one : *decisions)
    if (one.subject_key == "domain:" + domain->uuid) its_decisions.push_back(to_json(one));
  for (Json* list : {&its_actions, &its_decisions})
    if (list->size() > kOfDomain) list->erase(list->begin(), list->end() - kOfDomain);
  return ok({{"domain", to_json(*domain)}, {"actions", its_actions}, {"decisions", its_decisions}});
}

Reply decisions_answer(const Question& question, client::Connection& connection) {
  const auto count = count_of(question);
  if (!count) return problem(422, "'count' must be a number from 1 to 1000");
  const auto decisions = client::newest_decisions(connection, *count);
  return decisions ? ok({{"decisions", to_json_list(*decisions)}}) : away(decisions.error().message);
}

Reply actions_answer(const Question& question, client::Connection& connection) {
  const auto count = count_of(question);
  if (!count) return problem(422, "'count' must be a number from 1 to 1000");
  const auto actions = client::newest_actions(connection, *count);
  return actions ? ok({{"actions", to_json_list(*actions)}}) : away(actions.error().message);
}

Reply recommendations_answer(client::Connection& connection) {
  const auto plan = client::read_plan(connection);
  if (!plan) return away(plan.error().message);
  return ok({{"recommendations", to_json_list(plan->recommendations)}, {"refused", to_json_list(plan->refused)}});
}

// Newest first, a page at a time: what people ask for is mostly new.
Reply decision_answer(const Question& question, client::Connection& connection) {
  std::string before;
  for (int page = 0; page < kMostPages; ++page) {
    const auto past = connection.redis().past_decisions(WallTime{}, before);
    if (!past) return away(past.error().message);
    for (const io::RecordedDecision& one : past->entries) {
      if (one.json.find(question.name) == std::string::npos) continue;
      const auto decision = client::decision_of(one.json);
      if (!decision || decision->id != question.name) continue;
      Json found = to_json(*decision);
      found["record"] = record::parse_json(one.json);
      return ok(found);
    }
    before = past->next;
    if (before.empty()) break;
  }
  return unknown("decision", question.name);
}

Reply status_answer(const Question& question) {
  if (!question.view.status_problem.empty()) return away(question.view.status_problem);
  return json_reply(200, question.view.status);
}

Reply answer_reply(int status, const client::Answer& answer) {
  if (status == 200) return ok(to_json(answer));
  Reply reply = problem(status, answer.message);
  Json body = Json::parse(*reply.body);
  body.update(to_json(answer));
  reply.body = std::make_shared<const std::string>(to_text(body));
  return reply;
}

}  // namespace

Reply answer(const Question& question, client::Connection& connection) {
  const bool of_inventory = question.operation == Operation::kNodes || question.operation == Operation::kNode ||
                            question.operation == Operation::kDomains || question.operation == Operation::kDomain;
  if (of_inventory && !question.view.inventory_problem.empty()) return away(question.view.inventory_problem);
  switch (question.operation) {
    case Operation::kNodes:
    case Operation::kNode:
      return nodes_answer(question);
    case Operation::kDomains:
      return domains_answer(question);
    case Operation::kDomain:
      return domain_answer(question, connection);
    case Operation::kDecisions:
      return decisions_answer(question, connection);
    case Operation::kDecision:
      return decision_answer(question, connection);
    case Operation::kActions:
      return actions_answer(question, connection);
    case Operation::kRecommendations:
      return recommendations_answer(connection);
    default:
      return status_answer(question);
  }
}

Sent carry_out(const record::Command& command, client::Connection& connection) {
  // If Redis is away, this says so before anything can have been sent.
  if (const auto lease = connection.redis().lease(); !lease) return {away(lease.error().message), kNotSent};
  const auto answer = client::send(connection, command);
  if (!answer) {
    const std::string& why = answer.error().message;
    if (why.find("NOPERM") != std::string::npos) return {problem(403, why), kNotSent};
    return {problem(503, why + "; perhaps it was sent"), kUncertain};
  }
  switch (answer->kind) {
    case client::Answer::Kind::kDone:
      return {answer_reply(200, *answer), kDone};
    case client::Answer::Kind::kRefused:
      return {answer_reply(409, *answer), kRefused};
    case client::Answer::Kind::kSkipped:
      return {answer_reply(409, *answer), kSkipped};
    default:
      return {answer_reply(504, *answer), kUnanswered};
  }
}

}  // namespace hotspot::console
