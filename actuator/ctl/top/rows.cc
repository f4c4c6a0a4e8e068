#include "actuator/ctl/top/rows.h"

#include "actuator/ctl/facts.h"
#include "actuator/ctl/inventory.h"
#include "actuator/record/status_json.h"
#include "common/text/words.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLookedThroughDecisions = 500;
constexpr std::size_t kMostDecided = 20'000;

std::string string_at(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// In the format of a decision (plan/planner.cc).
std::string subject_of(const record::Status::Firing& firing) {
  const std::string node = firing.label("node");
  return firing.subject == "domain" ? "domain " + firing.label("domain") + " on " + node : firing.subject + " " + node;
}

std::string name_of_row(const Json& row, TopOf of) {
  return of == TopOf::kNodes ? "node " + string_at(row, "name")
                             : "domain " + string_at(row, "name") + " on " + string_at(row, "node");
}

// What the leader knows about one row. Firing comes before pending.
struct OfRow {
  std::vector<record::Status::Firing> firings;
  std::vector<record::Status::InFlight> in_flight;
};

std::string under_way(const OfRow& row, const std::string& rule, TopOf of) {
  std::string all;
  for (const auto& [action, state] : row.in_flight) {
    // For a node, includes actions of other rules that move domains away.
    if (of == TopOf::kNodes && action.rule != rule) continue;
    all += (all.empty() ? "" : ", ") + (of == TopOf::kNodes ? action.domain + ": " : std::string()) + action.step +
           " (" + state + ")";
  }
  return all;
}

std::string doing(const OfRow& row, TopOf of, const Decided& decided, double now_seconds) {
  std::string all;
  for (const record::Status::Firing& firing : row.firings) {
    const std::string& rule = firing.rule;
    const double since = to_unix_seconds(firing.firing_since.value_or(firing.pending_since));
    std::string what = under_way(row, rule, of);
    const auto known = decided.find({rule, subject_of(firing)});
    if (firing.phase != "firing")
      what = "pending, held " + firing.held;
    else if (what.empty() && !firing.fresh)
      what = "data are stale: not acted upon";
    else if (what.empty() && known != decided.end())
      what = known->second;
    all +=
        (all.empty() ? "" : "; ") + rule + " for " + ago_cell(since, now_seconds) + (what.empty() ? "" : ": ") + what;
  }
  return all;
}

std::string summary_of(const client::StatusRecord& record, std::size_t nodes, std::size_t domains, double now) {
  std::string text = text::counted(nodes, "node") + ", " + text::counted(domains, "domain");
  if (!record.led) return text + "; no hotspotd has led yet";
  const record::Status& status = record.status;
  const std::size_t under_way = status.in_flight.size();
  text += ", " + std::to_string(status.firing_count.value_or(0)) + " firing";
  if (under_way > 0) text += ", " + std::to_string(under_way) + " under way";
  if (const auto* pause = client::pause_of(status)) return text + "; PAUSED " + pause_text(*pause);
  constexpr double kMostSilentSeconds = 15;  // as in `status`
  const double at = to_unix_seconds(status.at);
  if (now - at > kMostSilentSeconds) return text + "; hotspotd has written nothing for " + ago_cell(at, now);
  return text + "; mode " + status.mode;
}

std::vector<Json> list_of(Json&& all) {
  std::vector<Json> rows;
  for (Json& one : all) rows.push_back(std::move(one));
  return rows;
}

}  // namespace

std::string decided_text(const record::Decision& decision) {
  const record::DecisionKind kind = decision.kind();
  if (kind == record::DecisionKind::kNothing) {
    const std::string because = "nothing is done, because ";
    const std::size_t at = decision.sentence.rfind(because);
    return "nothing: " + (at == std::string::npos ? decision.sentence : decision.sentence.substr(at + because.size()));
  }
  const record::Conclusion* conclusion = decision.conclusion();
  if (conclusion == nullptr || !conclusion->action || conclusion->action->action.step.empty()) return decision.sentence;
  const record::ActionSummary& action = conclusion->action->action;
  const bool of_node = decision.subject.starts_with("node ");
  return (kind == record::DecisionKind::kRecommend ? "recommended: " : "") + (of_node ? action.domain + ": " : "") +
         action.step;
}

void add_hotspots(std::vector<Json>& rows, TopOf of, const HotspotFacts& facts) {
  std::map<std::string, std::vector<record::Status::Firing>> firings;
  for (const record::Status::Firing& firing : facts.status.firings) {
    auto& all = firings[subject_of(firing)];
    all.insert(firing.phase == "firing" ? all.begin() : all.end(), firing);
  }
  std::map<std::string, std::vector<record::Status::InFlight>> in_flight;
  for (const record::Status::InFlight& entry : facts.status.in_flight)
    in_flight[of == TopOf::kNodes ? entry.action.node_uuid : entry.action.domain_uuid].push_back(entry);
  for (Json& row : rows) {
    const OfRow found{.firings = firings[name_of_row(row, of)], .in_flight = in_flight[string_at(row, "uuid")]};
    row["firings"] = row["in_flight"] = Json::array();
    for (const record::Status::Firing& firing : found.firings) row["firings"].push_back(record::json_of(firing));
    for (const record::Status::InFlight& entry : found.in_flight) row["in_flight"].push_back(record::json_of(entry));
    row["doing"] = doing(found, of, facts.decided, facts.now_seconds);
  }
}

Result<void> TopReader::read_decisions() {
  std::vector<io::RecordedDecision> recorded;
  if (last_decision_.empty()) {
    auto newest = session_.redis().newest_decisions(kLookedThroughDecisions);
    if (!newest) return newest.error();
    recorded = std::move(*newest);
  } else {
    auto news = session_.redis().news_after({.decisions = last_decision_, .journal = {}}, Milliseconds(0));
    if (!news) return news.error();
    recorded = std::move(news->decisions);
  }
  if (decided_.size() > kMostDecided) decided_.clear();
  for (const io::RecordedDecision& one : recorded) {
    last_decision_ = one.stream_id;
    const auto decision = record::decision_from_json(one.json);
    if (!decision) continue;
    const std::pair key{decision->rule, decision->subject};
    if (decision->kind() == record::DecisionKind::kResolved)
      decided_.erase(key);
    else
      decided_[key] = decided_text(*decision);
  }
  return {};
}

Result<TopContent> TopReader::content(TopOf of) {
  auto inventory = read_inventory(session_);
  if (!inventory) return inventory.error();
  const auto record = client::read_status(session_.connection());
  if (!record) return record.error();
  if (const auto read = read_decisions(); !read) return read.error();
  TopContent content{
      .at = session_.now_seconds(), .cluster = session_.config().cluster, .of = of, .rows = {}, .summary = {}};
  content.summary = summary_of(*record, inventory->nodes.size(), inventory->domains.size(), content.at);
  content.rows = list_of(std::move(of == TopOf::kNodes ? inventory->nodes : inventory->domains));
  add_hotspots(content.rows, of, {record->status, decided_, content.at});
  return content;
}

Result<TopContent> TopReader::read(TopOf of) {
  try {
    return content(of);
  } catch (const Json::exception& problem) {
    return Error{"what Redis holds of the cluster '" + session_.config().cluster +
                 "' is of another version, or damaged: " + problem.what()};
  }
}

}  // namespace hotspot::ctl
