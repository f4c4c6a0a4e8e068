// hotspotctl decision list, decision show: why something was done, and why not.
#include <cstdio>

#include "actuator/ctl/commands.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

Result<Json> read_decisions(Session& session, std::size_t count) {
  const auto recorded = session.redis().newest_decisions(count);
  if (!recorded) return recorded.error();
  Json all = Json::array();
  for (const io::RecordedDecision& one : *recorded) {
    Json decision = Json::parse(one.json, nullptr, false);
    if (decision.is_object()) all.push_back(std::move(decision));
  }
  return all;
}

}  // namespace

int decision_list(Session& session, std::size_t count) {
  const auto decisions = read_decisions(session, count);
  if (!decisions) return fail(decisions.error().message);
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : *decisions) {
    rows.push_back({time_cell(one.value("at", 0.0)), one.value("outcome", ""), one.value("subject", ""),
                    one.value("rule", ""), one.value("sentence", ""), one.value("id", "")});
  }
  return session.show({{"AT"}, {"OUTCOME"}, {"SUBJECT"}, {"RULE"}, {"WHY"}, {"ID"}}, rows, *decisions);
}

int decision_show(Session& session, const std::string& id) {
  const auto decisions = read_decisions(session, 100'000);
  if (!decisions) return fail(decisions.error().message);
  for (const Json& one : *decisions) {
    if (one.value("id", "") != id) continue;
    if (session.format() == Format::kTable)
      say_lines(one.value("explanation", ""));
    else
      std::fputs(to_text(one, session.format()).c_str(), stdout);
    return kDone;
  }
  fail("there is no decision '" + id + "' any more, or there never was; hotspotctl decision list shows the newest");
  return kNothing;
}

}  // namespace hotspot::ctl
