#include "actuator/loop/state_keeper.h"

#include <utility>

#include "actuator/record/rule_state.h"

namespace hotspot::loop {
namespace {

// How old what a standby knows of the leader's state may be.
constexpr Milliseconds kReadInterval{std::chrono::seconds(5)};
constexpr const char* kUnknown = "?";  // what no field holds

}  // namespace

bool StateKeeper::begin_save(When when) {
  if (when == When::kIfDue && !pace_.is_due(clock_.exact())) return false;
  pace_.begin(clock_.exact());
  return true;
}

Written StateKeeper::save(StateFields fields, std::int64_t token) {
  StateFields removed;
  for (const auto& [name, value] : saved_) {
    if (!fields.contains(name)) removed[name];
  }
  std::erase_if(fields, [&](const auto& field) {
    const auto before = saved_.find(field.first);
    return before == saved_.end() ? field.second.empty() : before->second == field.second;
  });
  fields.merge(removed);  // an empty value removes the field
  if (fields.empty()) return Write::kNothing;
  const auto written = write(fields, token);
  if (written) {
    for (auto& [name, value] : fields) value.empty() ? void(saved_.erase(name)) : void(saved_[name] = value);
  }
  return done_or_error(written);
}

Result<void, ports::WriteError> StateKeeper::write(StateFields fields, std::int64_t token) {
  fields[kRevisionField] = memory_.next_revision(token);
  auto written = journal_.save_state(token, fields);
  if (written) memory_.wrote(fields, clock_.steady());
  return written;
}

void StateKeeper::distrust() {
  for (int part = 0; part < 256; ++part) saved_[record::rule_state_field(part)];
  for (auto& [name, value] : saved_) value = kUnknown;
}

void StateKeeper::follow_session() {
  if (std::exchange(session_, journal_.session()) != journal_.session()) distrust();
}

bool StateKeeper::has_lost(int losses) {
  if (std::exchange(losses_seen_, losses) == losses) return false;
  distrust();
  return true;
}

void StateKeeper::follow() {
  const Milliseconds now = clock_.steady();
  if (now < next_read_) return;
  next_read_ = now + kReadInterval;
  if (auto state = journal_.load_state()) memory_.read(std::move(*state), now);
}

}  // namespace hotspot::loop
