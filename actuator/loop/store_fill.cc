#include "actuator/loop/store_fill.h"

#include <cmath>

#include "actuator/model/text.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

std::string fill_text(const ports::StoreMemory& memory) {
  return std::to_string(std::lround(*fill_ratio(memory) * 100)) + " % full (" + model::bytes_text(memory.used_bytes) +
         " of " + model::bytes_text(*memory.limit_bytes) + ")";
}

}  // namespace

std::optional<double> fill_ratio(const ports::StoreMemory& memory) {
  if (!memory.limit_bytes) return std::nullopt;
  return static_cast<double>(memory.used_bytes) / static_cast<double>(*memory.limit_bytes);
}

bool keeps_all(const ports::StoreMemory& memory) { return !memory.limit_bytes || memory.policy == "noeviction"; }

std::vector<Said> StoreFill::saw(const std::optional<ports::StoreMemory>& memory) {
  std::vector<Said> said;
  memory_ = memory;
  if (!memory) {
    if (!said_unknown_)
      said.push_back({false,
                      "how full Redis is, is not known: hotspotd's user may not ask it (INFO memory); "
                      "docs/acl.md has the user's line of today"});
    said_unknown_ = true;
    return said;
  }
  said_unknown_ = false;
  const std::string policy = keeps_all(*memory) ? "" : memory->policy;
  if (policy != said_policy_ && !policy.empty())
    said.push_back({true, "Redis' maxmemory-policy is '" + text::visible(policy) +
                              "': when it is full it throws away what Hotspot has written; set it to noeviction"});
  said_policy_ = policy;
  const double ratio = fill_ratio(*memory).value_or(0);
  if (!nearly_full_ && ratio >= kNearlyFull)
    said.push_back({true, "Redis is " + fill_text(*memory) +
                              ": when it is full nothing can be written, and nothing is begun; raise its maxmemory, "
                              "or shorten what is kept"});
  if (nearly_full_ && ratio < kRoomAgain)
    said.push_back({false, memory->limit_bytes ? "Redis has room again: it is " + fill_text(*memory)
                                               : "Redis has no maxmemory any more"});
  nearly_full_ = ratio >= (nearly_full_ ? kRoomAgain : kNearlyFull);
  return said;
}

}  // namespace hotspot::loop
