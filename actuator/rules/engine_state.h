// What an Engine keeps between evaluations, and its text form.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "actuator/rules/subject_state.h"

namespace hotspot::rules {

struct RuleState {
  std::map<std::string, SubjectState> subjects;  // by Subject::key()
  std::optional<WallTime> last_evaluated;
};

// Two rules of one identity are the same rule before and after a reload.
struct RuleIdentity {
  std::string name, group, expression;
  bool operator<(const RuleIdentity& other) const {
    return std::tie(name, group, expression) < std::tie(other.name, other.group, other.expression);
  }
};
RuleIdentity identity_of(const Rule& rule);

using StateByRule = std::map<RuleIdentity, RuleState>;

// One line for each rule and subject, fields between tabs. Not for people, but readable with redis-cli.
std::string write_state(const StateByRule& states);
Result<StateByRule> read_state(const std::string& text);

}  // namespace hotspot::rules
