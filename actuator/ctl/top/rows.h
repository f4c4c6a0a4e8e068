// The rows of `top`: domains or nodes, what fires on each, and what is being done about it.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "actuator/client/status_record.h"
#include "actuator/ctl/session.h"
#include "actuator/ctl/top/columns.h"
#include "actuator/record/decision.h"

namespace hotspot::ctl {

// The latest conclusion for each rule and subject, with both as in a decision: "domain web1 on h1".
using Decided = std::map<std::pair<std::string, std::string>, std::string>;

// "nothing: the target would be …", "recommended: migrate to h2", "migrate to h2": from a decision in Redis. PURE.
std::string decided_text(const record::Decision& decision);

struct HotspotFacts {
  const record::Status& status;
  const Decided& decided;
  double now_seconds = 0;
};
// Adds to each row `firings` (including pending), `in_flight`, and `doing`: a sentence about both; empty if nothing
// fires. PURE.
void add_hotspots(std::vector<nlohmann::json>& rows, TopOf of, const HotspotFacts& facts);

struct TopContent {
  double at = 0;  // Unix seconds
  std::string cluster;
  TopOf of = TopOf::kDomains;
  std::vector<nlohmann::json> rows;  // not sorted
  std::string summary;               // "2 nodes, 31 domains, 2 firing, 1 under way; mode enforce"
};

// Reads repeatedly, and remembers the decisions that it has read.
class TopReader {
 public:
  explicit TopReader(Session& session) : session_(session) {}
  // Also an error if the content of Redis has an unexpected form.
  Result<TopContent> read(TopOf of);

 private:
  Result<TopContent> content(TopOf of);
  Result<void> read_decisions();
  Session& session_;
  Decided decided_;
  std::string last_decision_;
};

}  // namespace hotspot::ctl
