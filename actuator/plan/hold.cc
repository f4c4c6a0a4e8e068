#include "actuator/plan/hold.h"

#include <algorithm>

namespace hotspot::plan {
namespace {

// Clock slewing, and the time between reading the two clocks, stay below this.
constexpr Milliseconds kJump{5000};
// After this long without a correction, a clock that jumped ahead is believed.
constexpr Milliseconds kDoubt{std::chrono::minutes(10)};

template <typename Matches>
const Hold* first(const std::vector<Hold>& holds, Matches matches) {
  const auto found = std::find_if(holds.begin(), holds.end(), matches);
  return found == holds.end() ? nullptr : &*found;
}

}  // namespace

const char* to_string(HoldOn on) {
  switch (on) {
    case HoldOn::kCluster:
      return "cluster";
    case HoldOn::kNode:
      return "node";
    case HoldOn::kDomain:
      return "domain";
    case HoldOn::kRule:
      return "rule";
  }
  return "unknown";
}

std::optional<HoldOn> hold_on_from_string(std::string_view text) {
  for (const HoldOn on : {HoldOn::kCluster, HoldOn::kNode, HoldOn::kDomain, HoldOn::kRule}) {
    if (text == to_string(on)) return on;
  }
  return std::nullopt;
}

std::string subject_of(const Hold& hold) {
  return hold.on == HoldOn::kCluster ? "the cluster" : std::string(to_string(hold.on)) + " " + hold.name;
}

std::string describe(const Hold& hold, WallTime now, const model::TimeZone& zone) {
  return std::string(hold.id == kPauseId ? "paused by " : "held by ") + hold.owner +
         (hold.until ? " until " + model::clock_text(*hold.until, now, zone) : "") + ": " + hold.reason;
}

const Hold& HoldBook::add(Hold hold) {
  if (hold.id.empty()) hold.id = std::to_string(++last_number_);
  remove(hold.id);
  holds_.push_back(std::move(hold));
  return holds_.back();
}

std::optional<Hold> HoldBook::remove(const std::string& id) {
  const auto found = std::find_if(holds_.begin(), holds_.end(), [&](const Hold& one) { return one.id == id; });
  if (found == holds_.end()) return std::nullopt;
  Hold removed = std::move(*found);
  holds_.erase(found);
  return removed;
}

const Hold* HoldBook::find(const std::string& id) const {
  return first(holds_, [&](const Hold& one) { return one.id == id; });
}

void HoldBook::restore(std::vector<Hold> holds, int last_number, WallTime now) {
  holds_ = std::move(holds);
  for (Hold& hold : holds_) {
    if (hold.until && hold.length) *hold.until = std::min(*hold.until, now + *hold.length);
  }
  last_number_ = last_number;
  // Whoever wrote them had followed the clock until then.
  offset_.reset();
  doubted_until_ = jumped_by_ = Milliseconds(0);
}

// A pause is the strongest.
const Hold* HoldBook::on_cluster() const {
  if (const Hold* pause = find(kPauseId)) return pause;
  return first(holds_, [](const Hold& one) { return one.on == HoldOn::kCluster; });
}

const Hold* HoldBook::on_rule(const std::string& name) const {
  return first(holds_, [&](const Hold& one) { return one.on == HoldOn::kRule && one.name == name; });
}

const Hold* HoldBook::on_node(const std::string& uuid) const {
  return first(holds_, [&](const Hold& one) { return one.on == HoldOn::kNode && one.uuid == uuid; });
}

const Hold* HoldBook::on_domain(const std::string& uuid, const std::string& node_uuid) const {
  const Hold* own = first(holds_, [&](const Hold& one) { return one.on == HoldOn::kDomain && one.uuid == uuid; });
  return own != nullptr ? own : on_node(node_uuid);
}

void HoldBook::follow_clock(WallTime now, Milliseconds steady) {
  const Milliseconds offset = now.time_since_epoch() - steady;
  const Milliseconds jump = offset_ ? offset - *offset_ : Milliseconds(0);
  offset_ = offset;
  if (std::chrono::abs(jump) < kJump) return;
  for (Hold& hold : holds_) {
    if (hold.for_a_time && hold.until) *hold.until += jump;
  }
  jumped_by_ = steady < doubted_until_ ? jumped_by_ + jump : jump;
  doubted_until_ = jumped_by_ >= kJump ? steady + kDoubt : Milliseconds(0);
}

std::vector<Hold> HoldBook::expire(WallTime now, Milliseconds steady) {
  follow_clock(now, steady);
  std::vector<Hold> ended;
  const bool doubted = steady < doubted_until_;
  std::erase_if(holds_, [&](const Hold& hold) {
    if (!hold.until || now < *hold.until || (doubted && !hold.for_a_time)) return false;
    ended.push_back(hold);
    return true;
  });
  return ended;
}

}  // namespace hotspot::plan
