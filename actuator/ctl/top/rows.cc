#include "actuator/ctl/top/rows.h"

#include "actuator/ctl/facts.h"
#include "actuator/ctl/inventory.h"
#include "actuator/record/json_text.h"
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
std::string subject_of(const Json& firing) {
  const Json labels = firing.value("labels", Json::object());
  const std::string subject = string_at(firing, "subject"), node = string_at(labels, "node");
  return subject == "domain" ? "domain " + string_at(labels, "domain") + " on " + node : subject + " " + node;
}

std::string name_of_row(const Json& row, TopOf of) {
  return of == TopOf::kNodes ? "node " + string_at(row, "name")
                             : "domain " + string_at(row, "name") + " on " + string_at(row, "node");
}

std::string under_way(const Json& row, const std::string& rule, TopOf of) {
  std::string all;
  for (const Json& action : row.at("in_flight")) {
    // For a node, includes actions of other rules that move domains away.
    if (of == TopOf::kNodes && string_at(action, "rule") != rule) continue;
    all += (all.empty() ? "" : ", ") + (of == TopOf::kNodes ? string_at(action, "domain") + ": " : std::string()) +
           string_at(action, "step") + " (" + string_at(action, "state") + ")";
  }
  return all;
}

std::string doing(const Json& row, TopOf of, const Decided& decided, double now_seconds) {
  std::string all;
  for (const Json& firing : row.at("firings")) {
    const bool fires = firing.value("phase", "") == "firing";  // an unexpected form fails here, not in a cell
    const std::string rule = string_at(firing, "rule");
    const double since = firing.value("firing_since", firing.value("pending_since", now_seconds));
    std::string what = under_way(row, rule, of);
    const auto known = decided.find({rule, subject_of(firing)});
    if (!fires)
      what = "pending, held " + string_at(firing, "held");
    else if (what.empty() && !firing.value("fresh", true))
      what = "data are stale: not acted upon";
    else if (what.empty() && known != decided.end())
      what = known->second;
    all +=
        (all.empty() ? "" : "; ") + rule + " for " + ago_cell(since, now_seconds) + (what.empty() ? "" : ": ") + what;
  }
  return all;
}

std::string summary_of(const StatusRecord& record, std::size_t nodes, std::size_t domains, double now) {
  std::string text = text::counted(nodes, "node") + ", " + text::counted(domains, "domain");
  if (!record.known()) return text + "; no hotspotd has led yet";
  const std::size_t under_way = record.list("in_flight").size();
  text += ", " + std::to_string(record.status.value("firing_count", std::size_t{0})) + " firing";
  if (under_way > 0) text += ", " + std::to_string(under_way) + " under way";
  for (const Json& hold : record.list("holds"))
    if (is_pause(hold)) return text + "; PAUSED " + pause_text(hold);
  constexpr double kMostSilentSeconds = 15;  // as in `status`
  const double at = record.status.value("at", 0.0);
  if (now - at > kMostSilentSeconds) return text + "; hotspotd has written nothing for " + ago_cell(at, now);
  return text + "; mode " + record.status.value("mode", "");
}

std::vector<Json> list_of(Json&& all) {
  std::vector<Json> rows;
  for (Json& one : all) rows.push_back(std::move(one));
  return rows;
}

}  // namespace

std::string decided_text(const Json& decision) {
  const std::string outcome = string_at(decision, "outcome"), sentence = string_at(decision, "sentence");
  if (outcome == "nothing") {
    const std::string because = "nothing is done, because ";
    const std::size_t at = sentence.rfind(because);
    return "nothing: " + (at == std::string::npos ? sentence : sentence.substr(at + because.size()));
  }
  const Json action = decision.value("action", Json());
  const std::string step = string_at(action, "step");
  if (step.empty()) return sentence;
  const bool of_node = string_at(decision, "subject").starts_with("node ");
  return (outcome == "recommend" ? "recommended: " : "") + (of_node ? string_at(action, "domain") + ": " : "") + step;
}

void add_hotspots(std::vector<Json>& rows, TopOf of, const StatusRecord& record, const Decided& decided,
                  double now_seconds) {
  std::map<std::string, Json> firings, in_flight;
  for (const Json& firing : record.list("firings")) {
    Json& all = firings[subject_of(firing)];
    if (all.is_null()) all = Json::array();
    // Firing comes before pending.
    string_at(firing, "phase") == "firing" ? void(all.insert(all.begin(), firing)) : all.push_back(firing);
  }
  const char* field = of == TopOf::kNodes ? "node_uuid" : "domain_uuid";
  for (const Json& action : record.list("in_flight")) in_flight[string_at(action, field)].push_back(action);
  for (Json& row : rows) {
    const auto hot = firings.find(name_of_row(row, of));
    const auto moving = in_flight.find(string_at(row, "uuid"));
    row["firings"] = hot == firings.end() ? Json::array() : hot->second;
    row["in_flight"] = moving == in_flight.end() ? Json::array() : moving->second;
    row["doing"] = doing(row, of, decided, now_seconds);
  }
}

Result<void> TopReader::read_decisions() {
  auto recorded = last_decision_.empty() ? session_.redis().newest_decisions(kLookedThroughDecisions)
                                         : session_.redis().decisions_after(last_decision_, Milliseconds(0));
  if (!recorded) return recorded.error();
  if (decided_.size() > kMostDecided) decided_.clear();
  for (const io::RecordedDecision& one : *recorded) {
    last_decision_ = one.stream_id;
    const Json decision = record::parse_json(one.json);
    if (!decision.is_object()) continue;
    const std::pair key{string_at(decision, "rule"), string_at(decision, "subject")};
    if (string_at(decision, "outcome") == "resolved")
      decided_.erase(key);
    else
      decided_[key] = decided_text(decision);
  }
  return {};
}

Result<TopContent> TopReader::content(TopOf of) {
  auto inventory = read_inventory(session_);
  if (!inventory) return inventory.error();
  const auto record = read_status(session_);
  if (!record) return record.error();
  if (const auto read = read_decisions(); !read) return read.error();
  TopContent content{
      .at = session_.now_seconds(), .cluster = session_.config().cluster, .of = of, .rows = {}, .summary = {}};
  content.summary = summary_of(*record, inventory->nodes.size(), inventory->domains.size(), content.at);
  content.rows = list_of(std::move(of == TopOf::kNodes ? inventory->nodes : inventory->domains));
  add_hotspots(content.rows, of, *record, decided_, content.at);
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
