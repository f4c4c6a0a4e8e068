#include "actuator/loop/own_actions.h"

#include <algorithm>
#include <utility>

namespace hotspot::loop {

OwnActions::OwnActions(const Options& options, Ports ports)
    : ports_(std::move(ports)),
      options_{.verify_limit = options.verify_limit,
               .stall_limit = options.migration_stall,
               .migration = options.migration,
               .shrink = options.shrink},
      adoption_limit_(options.call_limit + Milliseconds(2000)) {}

void OwnActions::take_lead(const std::vector<ports::JournalEntry>& open) {
  executor_ = std::make_unique<act::Executor>(ports_.make_actions(ports_.hypervisor, options_), ports_.journal,
                                              ports_.clock, options_);
  if (open.empty()) return;
  executor_->adopt(open);
  adopting_until_ = ports_.clock.steady() + adoption_limit_;
}

void OwnActions::act_until(Milliseconds steady) {
  if (executor_ != nullptr) executor_->act_until(steady);
}

bool OwnActions::may_plan() const {
  if (executor_ == nullptr || executor_->fenced()) return false;
  if (adopting_until_ == Milliseconds(0)) return true;
  const auto in_flight = executor_->in_flight();
  return std::all_of(in_flight.begin(), in_flight.end(),
                     [](const plan::InFlight& entry) { return entry.state == model::ActionState::kVerifying; }) ||
         ports_.clock.steady() >= adopting_until_;
}

Result<void, ports::WriteError> OwnActions::begin(const model::Action& action, std::int64_t token) {
  if (executor_ == nullptr) return ports::WriteError{ports::WriteFault::kFenced, "another leads by now"};
  return executor_->begin(action, token);
}

std::vector<ports::JournalEntry> OwnActions::advance(const model::Cluster& cluster, std::int64_t token) {
  return executor_ == nullptr ? std::vector<ports::JournalEntry>() : executor_->advance(cluster, token);
}

std::vector<plan::InFlight> OwnActions::in_flight() const {
  return executor_ == nullptr ? std::vector<plan::InFlight>() : executor_->in_flight();
}

bool OwnActions::cancel(const std::string& action_id, const std::string& why) {
  return executor_ != nullptr && executor_->cancel(action_id, why);
}

void OwnActions::let_go(const std::string& action_id, const std::string& why) {
  if (executor_ != nullptr) executor_->let_go(action_id, why);
}

void OwnActions::give_back(const std::string& action_id, const std::string& why) {
  if (executor_ != nullptr) executor_->give_back(action_id, why);
}

}  // namespace hotspot::loop
