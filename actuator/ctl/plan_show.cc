#include "actuator/ctl/plan_show.h"

#include <cstdio>

#include "actuator/client/plan.h"
#include "actuator/model/text.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

// "31 s, 0.2 s down; h1 CPU 93 % → 71 %".
std::string predicted_of(const record::Recommendation& one) {
  std::string text;
  if (one.figures && one.figures->predicted_total_seconds) text = duration_cell(*one.figures->predicted_total_seconds);
  for (const record::Effect& effect : one.effects) {
    if (!effect.cpu_ratio_before || !effect.cpu_ratio_after) continue;
    text += (text.empty() ? "" : "; ") + effect.node + " CPU " + model::ratio_text(*effect.cpu_ratio_before) + " → " +
            model::ratio_text(*effect.cpu_ratio_after);
  }
  return text.empty() ? "-" : text;
}

void say_refused(const record::Recommendations& all, double now) {
  for (const record::RefusedRecommendation& one : all.refused) {
    if (to_unix_seconds(one.until) <= now) continue;
    const std::string line = "refused: '" + model::describe(one.step) + "' for " + one.domain + " by " + one.rule +
                             ", by " + one.by + " until " + time_cell(one.until) +
                             (one.reason.empty() ? "" : ": " + one.reason);
    std::fprintf(stderr, "%s\n", text::visible(line).c_str());
  }
}

}  // namespace

std::string what_text(const record::Recommendation& one) {
  return model::describe(one.action.step) + " for " + one.action.domain_name;
}

nlohmann::json plan_json(const std::string& cluster, double at, const record::Recommendations& all) {
  nlohmann::json json{{"cluster", cluster},
                      {"at", at},
                      {"recommendations", nlohmann::json::array()},
                      {"refused", nlohmann::json::array()}};
  for (const record::Recommendation& one : all.standing) json["recommendations"].push_back(record::json_of(one));
  for (const record::RefusedRecommendation& one : all.refused) json["refused"].push_back(record::json_of(one));
  return json;
}

int plan_show(Session& session) {
  const auto all = client::read_recommendations(session.connection());
  if (!all) return fail(all.error().message);
  const double now = session.now_seconds();
  std::vector<Cells> rows;
  for (const record::Recommendation& one : all->standing) {
    const double left = to_unix_seconds(one.expires) - now;
    rows.push_back({one.decision, one.rule, what_text(one), one.action.node_name,
                    ago_cell(to_unix_seconds(one.since), now), left > 0 ? "in " + duration_cell(left) : "expired",
                    predicted_of(one)});
  }
  const nlohmann::json json = plan_json(session.config().cluster, now, *all);
  if (session.format() == Format::kName) {
    for (const Cells& row : rows) say(row.front());
    return kDone;
  }
  const int code = session.show({{"DECISION"},
                                 {"RULE", false, Give::kDropLast},
                                 {"WOULD DO"},
                                 {"ON", false, Give::kDrop},
                                 {"SINCE", true, Give::kDropFirst},
                                 {"EXPIRES", true},
                                 {"PREDICTED", false, Give::kBelow}},
                                rows, json, "no recommendations");
  if (session.format() == Format::kTable) say_refused(*all, now);
  return code;
}

}  // namespace hotspot::ctl
