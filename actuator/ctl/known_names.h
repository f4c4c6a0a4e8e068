// What is there by name: for what was mistyped, for completion, and for UUIDs that people cannot read.
#pragma once

#include <string>
#include <vector>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

enum class Noun { kNode, kDomain, kRule, kAction, kDecision, kHold };
const char* to_string(Noun noun);  // "node", …

struct KnownName {
  std::string name;   // of an action, a decision, a hold: its ID
  std::string uuid;   // of a node or a domain; otherwise empty
  std::string about;  // "running on h1"
};

// As Redis has them now; rules also as this machine's rule files have them. Newest first where there is an order.
Result<std::vector<KnownName>> known_names(Session& session, Noun noun);

// ", did you mean 'web1'?" where one is near enough; otherwise empty.
std::string did_you_mean(const std::vector<KnownName>& known, const std::string& word);

// Says "no domain is called 'wbe1', did you mean 'web1'?". Returns kNothing, as for every name that is not known.
int say_unknown(Session& session, Noun noun, const std::string& word);

}  // namespace hotspot::ctl
