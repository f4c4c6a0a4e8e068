#include "actuator/ctl/plan_apply.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "actuator/client/plan.h"
#include "actuator/client/sending.h"
#include "actuator/ctl/commands.h"
#include "actuator/ctl/known_names.h"
#include "actuator/ctl/plan_file.h"
#include "actuator/ctl/plan_show.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using record::ApplyPlan;

constexpr std::size_t kMostAnswerShown = 4000;

// What became of one.
struct Outcome {
  std::string decision, word, message;  // "done", "skipped", "refused", "unanswered"
  std::vector<std::string> details;
};

Result<std::vector<ApplyPlan>> asked_of(Session& session, const std::vector<std::string>& words) {
  std::vector<ApplyPlan> all;
  for (const std::string& word : words) {
    if (is_decision_id(word)) {
      all.push_back({word, "", "", ""});
      continue;
    }
    const auto content = read_plan_file(word);
    if (!content) return content.error();
    auto plan = plan_from_json(*content, session.config().cluster);
    if (!plan) return Error{(word == "-" ? "standard input" : text::visible(word)) + ": " + plan.error().message};
    all.insert(all.end(), plan->begin(), plan->end());
  }
  std::set<std::string> seen;
  std::erase_if(all, [&](const ApplyPlan& one) { return !seen.insert(one.decision).second; });
  return all;
}

Outcome outcome_of(const std::string& decision, const Result<client::Answer>& answer) {
  if (!answer) return {decision, "refused", answer.error().message, {}};
  return {decision, client::to_string(answer->kind), answer->message, answer->details};
}

// Without asking the leader: does it stand?
Outcome looked_up(const ApplyPlan& one, const record::Recommendations& all) {
  const auto found = std::find_if(all.standing.begin(), all.standing.end(),
                                  [&](const record::Recommendation& other) { return other.decision == one.decision; });
  if (found == all.standing.end()) return {one.decision, "skipped", "it does not stand any more", {}};
  return {one.decision, "done", "would be asked for: " + what_text(*found), {}};
}

int code_of(const std::vector<Outcome>& all) {
  const auto any = [&](const char* word) {
    return std::any_of(all.begin(), all.end(), [&](const Outcome& one) { return one.word == word; });
  };
  if (any("refused") || any("unanswered")) return kFailed;
  return any("skipped") ? kSkipped : kDone;
}

void tell_one(const Outcome& one) {
  const std::string word = one.word == "done" ? "" : one.word + ": ";
  std::string text = text::visible(one.decision) + "  " + word + text::visible(one.message, kMostAnswerShown);
  for (const std::string& line : one.details) text += "\n  " + text::visible(line, kMostAnswerShown);
  say_lines(text + "\n");
}

int tell_all(Session& session, const std::vector<Outcome>& all) {
  if (session.format() != Format::kTable) {
    Json json = Json::array();
    for (const Outcome& one : all)
      json.push_back(
          {{"decision", one.decision}, {"result", one.word}, {"message", one.message}, {"details", one.details}});
    std::fputs(to_text(json, session.format()).c_str(), stdout);
  }
  return code_of(all);
}

// Was there ever such a one, as far as is remembered? A typing error is not what no longer holds.
bool is_known(const record::Recommendations& all, const std::string& decision) {
  const auto has = [&](const auto& list) {
    return std::any_of(list.begin(), list.end(), [&](const auto& one) { return one.decision == decision; });
  };
  return has(all.standing) || has(all.ended);
}

}  // namespace

int plan_apply(Session& session, const PlanApplyRequest& request) {
  auto asked = asked_of(session, request.what);
  if (!asked) return fail(asked.error().message);
  if (asked->empty()) return fail("there is no recommendation in it: nothing to apply"), static_cast<int>(kDone);
  const auto standing = client::read_recommendations(session.connection());
  if (!standing) return fail(standing.error().message);
  for (const std::string& word : request.what)
    if (is_decision_id(word) && !is_known(*standing, word)) return say_unknown(session, Noun::kRecommendation, word);
  std::vector<Outcome> outcomes;
  for (ApplyPlan& one : *asked) {
    one.owner = request.owner.empty() ? login_user() : request.owner;
    outcomes.push_back(request.dry_run ? looked_up(one, *standing)
                                       : outcome_of(one.decision, client::send(session.connection(), one)));
    if (session.format() == Format::kTable) tell_one(outcomes.back());
    if (outcomes.back().word != "unanswered") continue;
    // Nobody answers: the others would wait as long, each.
    if (&one != &asked->back()) fail("the others are not asked for");
    break;
  }
  return tell_all(session, outcomes);
}

int plan_refuse(Session& session, const PlanRefuseRequest& request) {
  record::RefusePlan command{
      request.decision, request.owner.empty() ? login_user() : request.owner, request.reason, {}};
  if (!request.length.empty()) {
    const auto length = text::parse_loose_duration(request.length);
    if (!length) return fail("--for: " + text::sentence(length.error())), static_cast<int>(kUsage);
    command.length = *length;
  }
  const auto standing = client::read_recommendations(session.connection());
  if (!standing) return fail(standing.error().message);
  if (!is_known(*standing, request.decision)) return say_unknown(session, Noun::kRecommendation, request.decision);
  const std::vector<Outcome> one{outcome_of(request.decision, client::send(session.connection(), command))};
  if (session.format() == Format::kTable) tell_one(one.front());
  return tell_all(session, one);
}

}  // namespace hotspot::ctl
