#include "actuator/console/feed.h"

#include <algorithm>
#include <utility>

#include "actuator/client/history.h"
#include "actuator/client/inventory.h"
#include "actuator/client/plan.h"
#include "actuator/client/status.h"
#include "actuator/console/to_json.h"

namespace hotspot::console {
namespace {

constexpr Milliseconds kRound{1000};
constexpr Milliseconds kInventoryWanted{2000}, kInventoryIdle{15'000};
constexpr Milliseconds kLongestWait{1500};
constexpr int kRestOfInventory = 3;  // of its own duration at least, so that a large cluster is not read all the time
constexpr Milliseconds kInterest{60'000};
constexpr Milliseconds kStatusAgain{10'000};  // also without a change, for its time
constexpr std::size_t kNodesOfEvent = 100;
constexpr int kMostReads = 16;  // of events in one round

std::string status_event(const std::string& status) { return event_text("status", status); }
std::string gap_event() { return event_text("gap", "{}"); }

}  // namespace

Feed::Feed(std::unique_ptr<client::Connection> connection, std::function<void()> on_news)
    : connection_(std::move(connection)), on_news_(std::move(on_news)), thread_([this] { run(); }) {}

Feed::~Feed() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Feed::note_interest() {
  const std::lock_guard lock(mutex_);
  wanted_at_ = connection_->steady();
  if (!was_wanted_) changed_.notify_all();
}

Feed::View Feed::view() {
  note_interest();
  std::unique_lock lock(mutex_);
  const auto is_recent = [this] { return connection_->now() - view_.inventory_at < 2 * kInventoryWanted; };
  if (!was_wanted_ && view_.inventory_problem.empty()) read_.wait_for(lock, kLongestWait, is_recent);
  return view_;
}

Feed::Start Feed::join(const std::string& last_id) {
  note_interest();
  const std::lock_guard lock(mutex_);
  const auto place = events_.after_id(last_id);
  Start start{.text = "retry: 3000\n\n", .place = place.value_or(events_.end())};
  if (!last_id.empty() && !place) start.text += gap_event();
  if (!view_.status.empty()) start.text += status_event(view_.status);
  start.text += recommendations_text_ + problem_text_;
  return start;
}

bool Feed::is_wanted() const { return wanted_at_ > Milliseconds(0) && connection_->steady() - wanted_at_ < kInterest; }

void Feed::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const bool wanted = is_wanted();
    if (wanted && !was_wanted_) inventory_due_ = Milliseconds(0);
    was_wanted_ = wanted;
    lock.unlock();
    round();
    if (std::exchange(has_news_, false)) on_news_();
    lock.lock();
    changed_.wait_for(lock, kRound, [this] { return ending_ || (!was_wanted_ && is_wanted()); });
  }
}

void Feed::round() {
  std::string problem = read_status();
  if (problem.empty() && was_wanted_) problem = read_recommendations();
  if (connection_->steady() >= inventory_due_) {
    const std::string of_inventory = read_inventory();
    if (problem.empty()) problem = of_inventory;
  }
  const std::string of_events = read_events();
  note_problem(problem.empty() ? of_events : problem);
}

std::string Feed::read_status() {
  const auto status = client::read_short_status(*connection_);
  const std::lock_guard lock(mutex_);
  view_.status_problem = status ? "" : status.error().message;
  if (!status) return view_.status_problem;
  nlohmann::json json = to_json(*status);
  view_.status = to_text(json);
  json.erase("at");
  std::string without_time = to_text(json);
  const Milliseconds now = connection_->steady();
  if (without_time == told_status_ && now - told_status_at_ < kStatusAgain) return "";
  told_status_ = std::move(without_time);
  told_status_at_ = now;
  events_.append(status_event(view_.status));
  has_news_ = true;
  return "";
}

// Only how many there are is told: whoever shows them reads them.
std::string Feed::read_recommendations() {
  const auto plan = client::read_plan(*connection_);
  if (!plan) return plan.error().message;
  std::string whole = to_text({to_json_list(plan->recommendations), to_json_list(plan->refused)});
  if (whole == told_recommendations_) return "";
  told_recommendations_ = std::move(whole);
  const std::string text = event_text(
      "recommendations", to_text({{"waiting", plan->recommendations.size()}, {"refused", plan->refused.size()}}));
  const std::lock_guard lock(mutex_);
  recommendations_text_ = text;
  events_.append(text);
  has_news_ = true;
  return "";
}

std::string Feed::read_inventory() {
  const Milliseconds begin = connection_->steady();
  auto read = client::read_inventory(*connection_, client::Of::kBoth);
  const Milliseconds end = connection_->steady();
  const std::lock_guard lock(mutex_);
  inventory_due_ = end + std::max(was_wanted_ ? kInventoryWanted : kInventoryIdle, (end - begin) * kRestOfInventory);
  view_.inventory_problem = read ? "" : read.error().message;
  if (!read) {
    inventory_due_ = Milliseconds(0);  // in the next round
    return view_.inventory_problem;
  }
  append_changed_nodes(*read);
  view_.inventory = std::make_shared<const client::Inventory>(std::move(*read));
  view_.inventory_at = connection_->now();
  read_.notify_all();
  return "";
}

void Feed::append_changed_nodes(const client::Inventory& inventory) {
  std::map<std::string, std::string> nodes;
  nlohmann::json changed = nlohmann::json::array();
  const auto append = [&] {
    if (changed.empty()) return;
    events_.append(event_text("nodes", to_text({{"nodes", changed}})));
    changed.clear();
    has_news_ = true;
  };
  for (const client::Node& node : inventory.nodes) {
    nlohmann::json json = to_json(node);
    nlohmann::json without_age = json;
    without_age.erase("age_seconds");
    const std::string text = to_text(without_age);
    const auto before = nodes_.find(node.uuid);
    if (before == nodes_.end() || before->second != text) changed.push_back(std::move(json));
    nodes[node.uuid] = text;
    if (changed.size() >= kNodesOfEvent) append();
  }
  append();
  const bool missing =
      std::any_of(nodes_.begin(), nodes_.end(), [&](const auto& before) { return !nodes.contains(before.first); });
  if (missing) events_.append(gap_event());
  has_news_ = has_news_ || missing;
  nodes_ = std::move(nodes);
}

std::string Feed::read_events() {
  if (position_.empty()) {
    const auto now = client::position_of_now(*connection_);
    if (!now) return now.error().message;
    position_ = *now;
    if (std::exchange(gap_due_, false)) append(gap_event());
  }
  for (int i = 0; i < kMostReads; ++i) {
    const auto found = client::events_after(*connection_, position_, Milliseconds(0));
    if (!found) return found.error().message;
    if (found->gap) {
      // All is to be read anew, once there is a position again.
      gap_due_ = true;
      position_.clear();
      return "";
    }
    if (!append_events(*found)) return "";
  }
  return "";
}

void Feed::append(const std::string& event) {
  const std::lock_guard lock(mutex_);
  events_.append(event);
  has_news_ = true;
}

// False: there is nothing more.
bool Feed::append_events(const client::Events& found) {
  position_ = found.position;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < found.list.size(); ++i) {
    // The position is that after all of them: whoever goes on from it has missed none.
    const std::string id = i + 1 == found.list.size() ? found.position : "";
    const auto* decision = std::get_if<client::Decision>(&found.list[i]);
    events_.append(decision != nullptr
                       ? event_text("decision", to_text(to_json(*decision)), id)
                       : event_text("action", to_text(to_json(std::get<client::Action>(found.list[i]))), id),
                   id);
  }
  has_news_ = has_news_ || !found.list.empty();
  return !found.list.empty();
}

void Feed::note_problem(const std::string& problem) {
  const std::lock_guard lock(mutex_);
  const bool away = !problem_text_.empty();
  if (away == !problem.empty()) return;
  const nlohmann::json json{{"detail", problem}, {"since", to_rfc3339(connection_->now())}};
  const std::string text = event_text("problem", to_text(json));
  problem_text_ = problem.empty() ? "" : text;
  events_.append(text);
  has_news_ = true;
}

}  // namespace hotspot::console
