// Finds existing names: for suggestions after typing errors, for completion, and to replace UUIDs.
#pragma once

#include <string>
#include <vector>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

enum class Noun { kNode, kDomain, kRule, kAction, kDecision, kHold, kRecommendation };
const char* to_string(Noun noun);  // "node", …

struct KnownName {
  std::string name;   // of an action, a decision or a hold: its ID
  std::string uuid;   // of a node or a domain; otherwise empty
  std::string about;  // "running on h1"
};

// From Redis; rules also from this machine's rule files. Newest first if there is an order.
Result<std::vector<KnownName>> known_names(Session& session, Noun noun);

// ", did you mean 'web1'?" if a name is similar enough; otherwise empty.
std::string did_you_mean(const std::vector<KnownName>& known, const std::string& word);

// Prints "no domain is called 'wbe1', did you mean 'web1'?". Returns kNothing, as for every unknown name.
int say_unknown(Session& session, Noun noun, const std::string& word);

}  // namespace hotspot::ctl
