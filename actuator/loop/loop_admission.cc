// Who is a node: what the loop does with what Admission says.
#include <algorithm>
#include <utility>

#include "actuator/loop/admission_status.h"
#include "actuator/loop/loop.h"
#include "actuator/model/text.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

constexpr Milliseconds kAdmissionEvery{1000};
// Of thousands of nodes that is a write of some size.
constexpr Milliseconds kPositionsEvery{10'000};
constexpr Milliseconds kSayWaitingEvery{std::chrono::minutes(1)};
// After the start: connections are made, nodes are heard for the first time. Of thousands that takes a minute.
constexpr Milliseconds kSettling{5000};
constexpr Milliseconds kSettlingOfANode{40};
constexpr std::size_t kSaidEach = 10;  // lines of one kind in one round; more are said together

void say_together(const Log& log, LogLevel level, const std::vector<std::string>& lines) {
  if (lines.size() > kSaidEach)
    return log(level, lines.front() + "; and " + std::to_string(lines.size() - 1) + " nodes more likewise, see " +
                          "hotspotctl node list");
  for (const std::string& line : lines) log(level, line);
}

}  // namespace

bool Loop::take_registry() {
  const auto taken = keeper_.take_lead(leadership_.token(), ports_.clock.now());
  connect_admitted();
  if (taken) return true;
  story_.cannot_lead("cannot settle the registry of nodes: " + taken.error().message);
  keeper_.lose_lead();
  leadership_.release();
  return false;
}

// Before there was a registry every node that sent was one. Nobody has said yet which of them are.
void Loop::be_careful_with_a_cluster_of_before(const std::map<std::string, std::string>& state) {
  const bool of_before = state.contains("status") && admission_.registry().nodes.empty();
  if (!of_before || options_.admission.admits_by_itself() || mode_ != rules::Mode::kEnforce) return;
  mode_ = rules::Mode::kRecommend;
  log_(LogLevel::kWarning,
       "mode recommend: no node of this cluster is admitted yet. Look at those that send and admit them (hotspotctl "
       "node "
       "list --waiting, hotspotctl node admit --all-seen), then: hotspotctl mode enforce");
}

bool Loop::admits(ports::Arrival& arrival, WallTime now) {
  const Judgement verdict = admission_.judge(arrival, now);
  if (verdict.counts()) return true;
  const bool is_stranger = verdict.kind == Judgement::Kind::kWaits;
  // Who waits is said all together; an entry that does not count is said with its standing.
  if (is_stranger || verdict.name == "not_proven" || verdict.name == "frozen") return false;
  if (admission_log_.troubles.saw(verdict.name, now))
    log_(LogLevel::kWarning, "snapshots are refused (" + verdict.name + "): " + verdict.sentence +
                                 "; more of their kind are only counted, see hotspotctl status");
  return false;
}

void Loop::connect_admitted() {
  if (admission_log_.connected_changes != admission_.changes()) {
    admission_log_.connected_changes = admission_.changes();
    std::vector<std::string> gone;
    for (const auto& [uuid, node] : intake_.cluster().nodes()) {
      if (admission_.find(uuid) == nullptr) gone.push_back(uuid);
    }
    for (const std::string& uuid : gone) intake_.forget(uuid);
    const auto addresses = admission_.addresses();
    connections_.forget_unless(addresses);
    admitted_.set_addresses(addresses);
  }
  for (const std::string& uuid : admission_.take_doubts()) {
    const auto flying = in_flight();
    const bool is_used = std::any_of(flying.begin(), flying.end(), [&](const plan::InFlight& entry) {
      const auto* move = std::get_if<model::MigrateTo>(&entry.action.step);
      return entry.action.node_uuid == uuid || (move != nullptr && move->target_uuid == uuid);
    });
    if (!is_used) admitted_.ask_anew(uuid);
  }
}

void Loop::admission_round() {
  const WallTime now = ports_.clock.now();
  const Milliseconds steady = ports_.clock.steady();
  admission_.advance(now);
  take_early();
  keeper_.follow(steady, now);
  if (leadership_.leads()) check_write(keeper_.save(leadership_.token()), "the registry of nodes");
  connect_admitted();
  intake_.set_aside(admission_.frozen());
  if (steady < admission_log_.next_round) return;
  admission_log_.next_round = steady + kAdmissionEvery;
  for (const Troubles::Ended& ended : admission_log_.troubles.end(now))
    log_(LogLevel::kInfo, "no more snapshots are refused (" + ended.key + "), after " +
                              model::duration_text(ended.length) + " and " + std::to_string(ended.times) + " of them");
  say_waiting(now);
  say_standings();
  admission_log_.fields[kAdmissionField] = admission_to_json(admission_);
  if (steady < admission_log_.next_positions) return;
  admission_log_.next_positions = steady + kPositionsEvery;
  admission_log_.fields[kPositionsField] = admission_.save_positions();
}

void Loop::say_waiting(WallTime now) {
  const std::size_t waiting = admission_.waiting_count();
  AdmissionLog& said = admission_log_;
  if (now - started_at_ < kSettling || waiting == said.waiting || now - said.waiting_at < kSayWaitingEvery) return;
  said.waiting_at = now;
  const std::size_t before = std::exchange(said.waiting, waiting);
  if (waiting == 0) return log_(LogLevel::kInfo, "no node waits to be admitted any more");
  if (waiting < before) return;
  const WaitingNode first = admission_.waiting().front();
  log_(LogLevel::kWarning, std::to_string(waiting) + (waiting == 1 ? " node waits" : " nodes wait") +
                               " to be admitted, '" + text::visible(first.name) + "' (" + text::visible(first.uri) +
                               ") for one: " + first.why +
                               ". hotspotctl node list --waiting shows them, hotspotctl node admit --all-seen asks and "
                               "admits them");
}

// Why an admitted node does not count: once when that begins, and when it is over.
void Loop::say_standings() {
  auto& said = admission_log_.standings;
  const auto admitted = static_cast<int>(admission_.registry().nodes.size());
  const bool settling = ports_.clock.now() - started_at_ < kSettling + admitted * kSettlingOfANode;
  std::set<std::string> there;
  std::vector<std::string> well;
  std::map<Standing, std::vector<std::string>> ill;
  for (const AdmittedNode& node : admission_.admitted()) {
    there.insert(node.entry.id);
    const auto before = said.find(node.entry.id);
    if (node.standing == Standing::kProven) {
      if (before != said.end())
        well.push_back("node '" + text::visible(node.entry.id) + "' counts" +
                       (before->second == Standing::kFrozen ? " again" : "") +
                       ": libvirt at its URI is what it was admitted as");
      said.erase(node.entry.id);
      continue;
    }
    if (before != said.end() && before->second == node.standing) continue;
    if (node.standing == Standing::kUnproven && settling) continue;
    said[node.entry.id] = node.standing;
    ill[node.standing].push_back("node '" + text::visible(node.entry.id) + "' does not count (" +
                                 to_string(node.standing) + "): " + node.why);
  }
  say_together(log_, LogLevel::kInfo, well);
  for (const auto& [standing, lines] : ill) say_together(log_, LogLevel::kWarning, lines);
  std::erase_if(said, [&](const auto& one) { return !there.contains(one.first); });
}

}  // namespace hotspot::loop
