#include "actuator/loop/node_gate.h"

#include <algorithm>
#include <utility>

#include "actuator/loop/admission_status.h"
#include "actuator/loop/node_commands.h"
#include "actuator/loop/state_fields.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

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

NodeGate::NodeGate(const std::string& cluster, const AdmissionOptions& options, Ports ports, Log log)
    : options_(options),
      clock_(ports.clock),
      log_(std::move(log)),
      admitted_(ports.hypervisor),
      admission_(cluster, options),
      keeper_(ports.registry, ports.registry_copy, admission_,
              [this](const std::string& what) { log_(LogLevel::kWarning, what); }),
      admin_(admission_, keeper_),
      started_at_(ports.clock.now()) {}

bool NodeGate::admits(ports::Arrival& arrival) {
  const WallTime now = clock_.now();
  const Judgement verdict = admission_.judge(arrival, now);
  if (verdict.counts()) return true;
  const bool is_stranger = verdict.kind == Judgement::Kind::kWaits;
  // Who waits is said all together; an entry that does not count is said with its standing.
  if (is_stranger || verdict.name == "not_proven" || verdict.name == "frozen") return false;
  if (troubles_.saw(verdict.name, now))
    log_(LogLevel::kWarning, "snapshots are refused (" + verdict.name + "): " + verdict.sentence +
                                 "; more of their kind are only counted, see hotspotctl status");
  return false;
}

void NodeGate::connect(Intake& intake, const std::vector<plan::InFlight>& in_flight) {
  if (connected_changes_ != admission_.changes()) {
    connected_changes_ = admission_.changes();
    std::vector<std::string> gone;
    for (const auto& [uuid, node] : intake.cluster().nodes()) {
      if (admission_.find(uuid) == nullptr) gone.push_back(uuid);
    }
    for (const std::string& uuid : gone) intake.forget(uuid);
    const auto addresses = admission_.addresses();
    connections_.forget_unless(addresses);
    admitted_.set_addresses(addresses);
  }
  for (const std::string& uuid : admission_.take_doubts()) {
    const bool is_used = std::any_of(in_flight.begin(), in_flight.end(), [&](const plan::InFlight& entry) {
      const auto* move = std::get_if<model::MigrateTo>(&entry.action.step);
      return entry.action.node_uuid == uuid || (move != nullptr && move->target_uuid == uuid);
    });
    if (!is_used) admitted_.ask_anew(uuid);
  }
}

void NodeGate::advance() {
  if (!rounds_.is_due(clock_.exact())) return;
  rounds_.begin(clock_.exact());
  const WallTime now = clock_.now();
  for (const Troubles::Ended& ended : troubles_.end(now))
    log_(LogLevel::kInfo, "no more snapshots are refused (" + ended.key + "), after " +
                              text::duration_text(ended.length) + " and " + std::to_string(ended.times) + " of them");
  say_waiting(now);
  say_standings(now);
  fields_[record::kAdmissionField] = record::to_json(admission_record(admission_));
  rounds_.end(clock_.exact());
  if (!positions_.is_due(clock_.exact())) return;
  positions_.begin(clock_.exact());
  fields_[kPositionsField] = admission_.save_positions();
}

// After a start thousands come together: what they change of the addresses is done once, by connect().
void NodeGate::hear(ports::NodeProof proof) {
  admission_.hear(proof, clock_.now());
  const bool by_uri = admitted_.connects_to(proof.node_uuid, proof.uri);
  const record::RegisteredNode* node = admission_.find_by_uri(proof.uri);
  if (proof.node_uuid.empty() && node != nullptr) proof.node_uuid = node->host_uuid;
  if (!by_uri && !admitted_.connects_to(proof.node_uuid, proof.uri)) return;
  const auto change = connections_.note(proof);
  if (!change) return;
  const LogLevel level = change->kind == ConnectionChange::Kind::kConnected ? LogLevel::kDebug
                         : change->kind == ConnectionChange::Kind::kLost    ? LogLevel::kWarning
                                                                            : LogLevel::kInfo;
  log_(level, sentence(*change, node != nullptr ? node->name : proof.uri));
}

void NodeGate::allow_journal(const std::vector<ports::JournalEntry>& open) {
  admitted_.allow_journal(open, options_.uris);
}

std::optional<record::Verdict> NodeGate::run(const record::Command& command, std::int64_t token) {
  return run_node_command(admin_, command, NodeAdmin::Writer{.token = token, .now = clock_.now()});
}

void NodeGate::say_waiting(WallTime now) {
  const std::size_t waiting = admission_.waiting_count();
  auto& said = said_;
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
void NodeGate::say_standings(WallTime now) {
  auto& said = said_.standings;
  const auto admitted = static_cast<int>(admission_.registry().nodes.size());
  const bool settling = now - started_at_ < kSettling + admitted * kSettlingOfANode;
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
