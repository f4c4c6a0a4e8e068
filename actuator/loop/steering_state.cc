#include "actuator/loop/steering_state.h"

namespace hotspot::loop {

record::Hold hold_record(const plan::Hold& hold) {
  return {.id = hold.id,
          .on = plan::to_string(hold.on),
          .name = hold.name,
          .uuid = hold.uuid,
          .owner = hold.owner,
          .reason = hold.reason,
          .since = hold.since,
          .until = hold.until,
          .for_a_time = hold.for_a_time,
          .length = hold.length};
}

std::string to_json(const HoldState& state) {
  record::Holds holds{.all = {}, .last_number = state.last_number};
  for (const plan::Hold& hold : state.holds) holds.all.push_back(hold_record(hold));
  return record::to_json(holds);
}

Result<HoldState> holds_from_json(const std::string& text) {
  const auto holds = record::holds_from_json(text);
  if (!holds) return holds.error();
  HoldState state{.holds = {}, .last_number = holds->last_number};
  for (const record::Hold& hold : holds->all) {
    const auto on = plan::hold_on_from_string(hold.on);
    if (!on) return Error{"hold " + hold.id + " is on '" + hold.on + "', which is not known"};
    state.holds.push_back({.id = hold.id,
                           .on = *on,
                           .name = hold.name,
                           .uuid = hold.uuid,
                           .owner = hold.owner,
                           .reason = hold.reason,
                           .since = hold.since,
                           .until = hold.until,
                           .for_a_time = hold.for_a_time,
                           .length = hold.length});
  }
  return state;
}

record::Rest rest_record(const plan::DomainRest& rest) { return {rest.domain_name, rest.what, rest.at, rest.until}; }

std::string to_json(const RestState& state) {
  record::Rests rests{.all = {}, .judged_until = state.judged_until};
  for (const auto& [uuid, rest] : state.rests) rests.all[uuid] = rest_record(rest);
  return record::to_json(rests);
}

Result<RestState> rests_from_json(const std::string& text) {
  const auto rests = record::rests_from_json(text);
  if (!rests) return rests.error();
  RestState state{.rests = {}, .judged_until = rests->judged_until};
  for (const auto& [uuid, rest] : rests->all) state.rests[uuid] = {rest.domain, rest.what, rest.at, rest.until};
  return state;
}

}  // namespace hotspot::loop
