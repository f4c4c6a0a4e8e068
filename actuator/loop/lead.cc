#include "actuator/loop/lead.h"

#include <utility>

namespace hotspot::loop {
namespace {

// Journal entries that a new leader reads to recognise its own actions; covers more than 15 minutes.
constexpr std::size_t kEntriesOfOurs = 2000;
// How old what a standby knows of the leader's journal may be.
constexpr Milliseconds kFollowInterval{std::chrono::seconds(1)};

}  // namespace

Lead::Lead(const std::string& cluster, Ports ports, const Log& log, Changes changes)
    : clock_(ports.clock),
      story_(ports.story),
      changes_(std::move(changes)),
      leadership_(ports.lease, ports.clock, ports.spread, cluster),
      memory_(
          ports.journal, ports.clock, [log](const std::string& what) { log(LogLevel::kWarning, what); },
          [this] { return leadership_.confirm(); }) {}

void Lead::begin_round() {
  act_upon(std::exchange(meanwhile_, Leadership::Change::kNone));  // what arrived may have taken long
  act_upon(leadership_.update());
  changes_.renewed(leadership_.valid_until());
}

bool Lead::keep() {
  if (leads() && meanwhile_ == Leadership::Change::kNone) {
    meanwhile_ = leadership_.update();
    changes_.renewed(leadership_.valid_until());
  }
  return leads() && meanwhile_ == Leadership::Change::kNone;
}

bool Lead::goes_on() {
  keep();
  act_upon(std::exchange(meanwhile_, Leadership::Change::kNone));
  return leads();
}

void Lead::act_upon(Leadership::Change change) {
  if (change == Leadership::Change::kGained) {
    since_ = clock_.now();
    head_told_.reset();
    changes_.gained();
  }
  if (change == Leadership::Change::kLost) {
    story_.lost_lead(leadership_.problem());
    changes_.lost();
  }
}

std::optional<Lead::Before> Lead::read_before() {
  memory_.doubt();  // what its leader knew may be gone with it
  mend_journal();
  if (!leads()) return std::nullopt;
  auto state = memory_.load_state();
  auto open = memory_.open_actions();
  auto newest = memory_.newest(kEntriesOfOurs);
  auto answered = memory_.answers();
  if (state && open && newest && answered)
    return Before{std::move(*state), std::move(*open), std::move(*newest), std::move(*answered)};
  const std::string& why = !state  ? state.error().message
                           : !open ? open.error().message
                                   : (!newest ? newest.error() : answered.error()).message;
  give_up("cannot read what was before: " + why);
  return std::nullopt;
}

void Lead::give_up(const std::string& why) {
  leadership_.release();
  story_.cannot_lead(why);
}

void Lead::hand_over() {
  leadership_.hand_over();
  story_.lost_lead("handed over");
}

void Lead::lose(const std::string& why) { act_upon(leadership_.lose(why)); }

bool Lead::record_decision(const std::string& json, const std::string& what) {
  const auto before = memory_.decision_head();
  const auto written = memory_.record_decision(token(), json);
  check_write(written, what);
  if (written) tell_head(before);
  return written.ok();
}

void Lead::tell_head(const std::optional<record::DecisionHead>& before) {
  const auto head = memory_.decision_head();
  if (!head) return;
  if (before && head->number <= before->number) story_.lost_decisions(*before, *head);
  const auto today = std::chrono::floor<std::chrono::days>(clock_.now());
  if (std::exchange(head_told_, today) != today) story_.decision_head(*head);
}

void Lead::check_write(const Result<void, ports::WriteError>& written, const std::string& what) {
  if (written) return story_.written(what);
  story_.write_failed(what, written.error());
  if (written.error().fault == ports::WriteFault::kFenced) lose(written.error().message);
}

void Lead::check_write(const Written& written, const std::string& what) {
  if (!written) return check_write(Result<void, ports::WriteError>(written.error()), what);
  if (*written == Write::kDone) story_.written(what);
}

bool Lead::follow() {
  const Milliseconds now = clock_.steady();
  if (now < next_follow_) return false;
  next_follow_ = now + kFollowInterval;
  return memory_.follow().ok();  // that Redis is away is reported elsewhere
}

}  // namespace hotspot::loop
