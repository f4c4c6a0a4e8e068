#include "actuator/ctl/decision_replay.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "actuator/client/history.h"
#include "actuator/ctl/facts.h"
#include "actuator/ctl/known_names.h"
#include "actuator/loop/decision_record.h"
#include "actuator/loop/read_input.h"
#include "actuator/record/decision.h"
#include "actuator/record/json_text.h"
#include "common/text/visible.h"
#include "hotspot_version.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kAllDecisions = 100'000;
constexpr std::size_t kShownOfValue = 300;

// What a replay came to.
struct PlannedAgain {
  std::string decision, input;
  std::string made_by;
  std::size_t nodes = 0, domains = 0, firings = 0, decisions = 0;
  bool found = false;                // the plan has a decision of this id
  bool same = false;                 // and it is what was recorded, byte by byte
  std::vector<std::string> differs;  // the members that differ
  Json recorded, planned;
};

Result<std::optional<client::Decision>> find_decision(Session& session, const std::string& id) {
  auto decisions = client::newest_decisions(session.connection(), kAllDecisions);
  if (!decisions) return decisions.error();
  for (client::Decision& one : *decisions)
    if (one.id == id) return std::optional(std::move(one));
  return std::optional<client::Decision>();
}

// Reads parts of inputs, and remembers whether one was not there, or could not be read.
class Stored {
 public:
  explicit Stored(Session& session) : session_(session) {}
  bool misses_some() const { return misses_some_; }
  bool is_unreadable() const { return is_unreadable_; }
  loop::TextOfPart reading() {
    return [this](const std::string& sha256) -> Result<std::string> {
      auto text = session_.redis().input_text(sha256);
      if (!text) {
        is_unreadable_ = is_unreadable_ || text.error().fault == io::InputFault::kUnreadable;
        return Error{text.error().message};
      }
      if (*text) return std::move(**text);
      misses_some_ = true;
      return Error{"it is not stored any more; inputs are kept for seven days, and at most 256 MiB of them"};
    };
  }

 private:
  Session& session_;
  bool misses_some_ = false, is_unreadable_ = false;
};

std::vector<std::string> differing_members(const Json& recorded, const Json& planned) {
  std::set<std::string> names;
  for (const Json* one : {&recorded, &planned})
    for (const auto& [name, value] : one->items()) names.insert(name);
  std::vector<std::string> differing;
  for (const std::string& name : names)
    if (recorded.value(name, Json()) != planned.value(name, Json())) differing.push_back(name);
  return differing;
}

PlannedAgain replayed(const loop::ReadInput& read, const client::Decision& decision, const std::string& input) {
  const std::vector<plan::Decision> plan = plan::plan(read.input());
  PlannedAgain replay{.decision = decision.id, .input = input, .made_by = read.made_by()};
  for (const auto& [uuid, node] : read.cluster().nodes()) replay.domains += node.snapshot->domains.size();
  replay.nodes = read.cluster().nodes().size();
  replay.firings = read.firings();
  replay.decisions = plan.size();
  replay.recorded = record::parse_json(decision.json);
  for (const plan::Decision& one : plan) {
    if (one.id != decision.id) continue;
    const std::string text = loop::to_json(one, {.sha256 = input, .not_stored = ""});
    replay.found = true;
    replay.same = text == decision.json;
    replay.planned = record::parse_json(text);
    if (!replay.same) replay.differs = differing_members(replay.recorded, replay.planned);
  }
  return replay;
}

Json replay_json(const PlannedAgain& replay) {
  Json differences = Json::array();
  for (const std::string& name : replay.differs)
    differences.push_back({{"member", name},
                           {"recorded", replay.recorded.value(name, Json())},
                           {"planned", replay.planned.value(name, Json())}});
  return {{"decision", replay.decision}, {"input_sha256", replay.input},
          {"made_by", replay.made_by},   {"replayed_by", kVersion},
          {"nodes", replay.nodes},       {"domains", replay.domains},
          {"firings", replay.firings},   {"decisions", replay.decisions},
          {"same", replay.same},         {"differences", std::move(differences)}};
}

std::string member_text(const Json& value) {
  return text::visible(
      value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace),
      kShownOfValue);
}

std::string result_of(const PlannedAgain& replay) {
  if (replay.same) return "the same decision, byte by byte";
  if (!replay.found) return "another plan: it has no decision " + replay.decision;
  return "another decision";
}

void show_replay(const PlannedAgain& replay) {
  fact("result", result_of(replay));
  fact("input", replay.input);
  fact("planned from", std::to_string(replay.nodes) + " nodes, " + std::to_string(replay.domains) + " domains, " +
                           std::to_string(replay.firings) + " firings; the plan has " +
                           std::to_string(replay.decisions) + (replay.decisions == 1 ? " decision" : " decisions"));
  if (!replay.same && replay.made_by != kVersion)
    fact("versions", "hotspotd " + text::visible(replay.made_by) + " made it, this is " + kVersion +
                         ": another version may decide otherwise");
  for (const std::string& name : replay.differs) {
    fact(text::visible(name), "recorded  " + member_text(replay.recorded.value(name, Json())));
    fact("", "planned   " + member_text(replay.planned.value(name, Json())));
  }
}

// Why there is nothing to plan from.
std::string why_no_input(const record::Conclusion* conclusion) {
  if (conclusion == nullptr) return "it was not planned: it records what happened";
  if (conclusion->input_not_stored) return "it was not stored: " + text::visible(*conclusion->input_not_stored);
  return "it was not stored: that is only done for decisions that act or recommend, and by hotspotd from this version "
         "on";
}

// The parts of an input that have been found to be right, and the inputs that were looked at.
struct Checked {
  std::set<std::string> parts, inputs;
};

// What an input and its parts were found to be.
struct Finding {
  enum { kRight, kGone, kChanged } what = kRight;
  std::string change;  // a sentence
};

// An error: it cannot be told, because Redis does not answer, for instance.
Result<Finding> look_at(Session& session, const std::string& input, Checked& checked) {
  Stored stored(session);
  const auto found = [&stored](const Error& wrong) -> Result<Finding> {
    if (stored.is_unreadable()) return wrong;
    return stored.misses_some() ? Finding{Finding::kGone, ""} : Finding{Finding::kChanged, wrong.message};
  };
  const auto text = loop::checked_text(input, stored.reading());
  if (!text) return found(text.error());
  // It has the hash that the decision names: what is not understood of it was not changed.
  const auto parts = loop::parts_of_input(*text);
  if (!parts) return parts.error();
  for (const std::string& part : *parts) {
    if (checked.parts.contains(part)) continue;
    const auto one = loop::checked_text(part, stored.reading());
    if (!one) return found(one.error());
    checked.parts.insert(part);
  }
  return Finding{};
}

}  // namespace

Result<StoredInputs> check_stored_inputs(Session& session) {
  const auto decisions = client::newest_decisions(session.connection(), kAllDecisions);
  if (!decisions) return decisions.error();
  StoredInputs found;
  Checked checked;
  for (const client::Decision& one : *decisions) {
    const auto read = record::decision_from_json(one.json);
    const record::Conclusion* conclusion = read ? read->conclusion() : nullptr;
    if (conclusion == nullptr || !conclusion->input_sha256) continue;
    if (!checked.inputs.insert(*conclusion->input_sha256).second) continue;
    const auto finding = look_at(session, *conclusion->input_sha256, checked);
    if (!finding && !found.changed.empty()) break;  // that says more
    if (!finding)
      return Error{"what decision " + one.id + " was made from cannot be checked: " + finding.error().message};
    if (finding->what != Finding::kChanged) {
      ++(finding->what == Finding::kGone ? found.gone : found.checked);
    } else if (found.changed.empty()) {
      found.decision = one.id;
      found.changed = finding->change;
    }
  }
  return found;
}

int decision_replay(Session& session, const std::string& id) {
  const auto decision = find_decision(session, id);
  if (!decision) return fail(decision.error().message);
  if (!*decision) return say_unknown(session, Noun::kDecision, id);
  const auto read_record = record::decision_from_json((*decision)->json);
  const record::Conclusion* conclusion = read_record ? read_record->conclusion() : nullptr;
  if (conclusion == nullptr || !conclusion->input_sha256) {
    fail("what the decision " + id + " was made from is not there: " + why_no_input(conclusion));
    return kNothing;
  }
  const std::string& input = *conclusion->input_sha256;
  Stored stored(session);
  const auto read = loop::ReadInput::read(input, stored.reading());
  if (!read) {
    fail("the decision " + id + " cannot be planned again: " + read.error().message);
    return stored.misses_some() ? kNothing : kFailed;
  }
  const PlannedAgain replay = replayed(**read, **decision, input);
  if (session.format() == Format::kTable)
    show_replay(replay);
  else
    std::fputs(to_text(replay_json(replay), session.format()).c_str(), stdout);
  return replay.same ? kDone : kFailed;
}

void add_decision_replay(CLI::App& decision, Parsed& parsed) {
  CLI::App* replay = decision.add_subcommand(
      "replay", "Plan once more from what a decision was made from, and say whether it is the same");
  replay->add_option("id", parsed.name, "The decision's ID")->required();
  on_session(replay, parsed, [&parsed](Session& s) { return decision_replay(s, parsed.name); });
}

}  // namespace hotspot::ctl
