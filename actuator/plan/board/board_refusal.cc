#include "actuator/plan/board/board_refusal.h"

#include <algorithm>
#include <cmath>

#include "actuator/model/text.h"
#include "common/text/visible.h"

namespace hotspot::plan {
namespace {

using text::visible;

std::string tenths(Amount tenths) { return std::to_string(tenths / 10) + "." + std::to_string(std::abs(tenths % 10)); }

}  // namespace

const char* to_string(BoardResource resource) {
  switch (resource) {
    case BoardResource::kCpu:
      return "CPU";
    case BoardResource::kMemory:
      return "memory";
    case BoardResource::kNetwork:
      return "network";
    case BoardResource::kDisk:
      return "disk";
  }
  return "CPU";
}

std::string amount_text(Amount amount, BoardResource resource) {
  if (resource == BoardResource::kCpu) return tenths((amount + kMicrocores / 20) / (kMicrocores / 10)) + " cores";
  const std::string bytes = model::bytes_text(amount);
  return resource == BoardResource::kMemory ? bytes : bytes + "/s";
}

std::string sentence_of(const BoardRefusal& refusal, const BoardNames& names) {
  const std::string domain = visible(names.domain), node = visible(names.node);
  const auto figures = [&](const char* what) {
    return node + what + amount_text(refusal.after, refusal.resource) + " of " + to_string(refusal.resource) +
           ", the limit is " + amount_text(refusal.limit, refusal.resource);
  };
  switch (refusal.code) {
    case BoardCode::kFits:
      return domain + " fits on " + node;
    case BoardCode::kSameNode:
      return domain + " is on " + node;
    case BoardCode::kFixed:
      return domain + " cannot be moved";
    case BoardCode::kClosed:
      return node + " takes no domains now";
    case BoardCode::kBarred:
      return domain + " is not to go to " + node + " now";
    case BoardCode::kApart:
      return domain + " and a domain on " + node + " are kept apart by their groups";
    case BoardCode::kNoMate:
      return "no domain that " + domain + " belongs with runs on " + node;
    case BoardCode::kSameName:
      return node + " has another domain of the name '" + domain + "'";
    case BoardCode::kNoPages:
      return node + " has " + std::to_string(refusal.limit) + " of the " + std::to_string(refusal.after) +
             " free huge pages that " + domain + " needs";
    case BoardCode::kIncompatible:
      return domain + " cannot run on " + node;
    case BoardCode::kNotMeasured:
      return std::string(to_string(refusal.resource)) + " of " + domain + " or " + node + " is not measured";
    case BoardCode::kOverLimit:
      return figures(" would be at ");
    case BoardCode::kOverAllocated:
      return figures(" would have promised ");
  }
  return "";
}

std::vector<RefusalCounts::Count> RefusalCounts::all() const {
  std::vector<Count> list;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (counts_[i] > 0) list.push_back({static_cast<model::RefusalKind>(i), counts_[i]});
  std::stable_sort(list.begin(), list.end(), [](const Count& a, const Count& b) { return a.times > b.times; });
  return list;
}

}  // namespace hotspot::plan
