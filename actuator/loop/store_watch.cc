#include "actuator/loop/store_watch.h"

#include <utility>

namespace hotspot::loop {
namespace {

constexpr Milliseconds kTendInterval{5000};
constexpr Milliseconds kMeasureInterval{std::chrono::minutes(1)};
constexpr Milliseconds kAskedAgain{std::chrono::hours(1)};  // where we may not ask: Redis logs each time
constexpr std::size_t kKeptRemarks = 5;

}  // namespace

Written StoreWatch::tend(std::int64_t token) {
  if (care_ == nullptr || clock_.steady() < next_tending_) return Write::kNothing;
  next_tending_ = clock_.steady() + kTendInterval;
  const auto found = care_->tend(token);
  if (!found) return found.error();
  for (const Said& said : streams_.saw(*found, clock_.now()))
    log_(said.is_problem ? LogLevel::kError : LogLevel::kInfo, said.sentence);
  return Write::kDone;
}

void StoreWatch::measure(std::uint64_t session) {
  const bool anew = std::exchange(measured_session_, session) != session;
  if (meter_ == nullptr || (!anew && clock_.steady() < next_measure_)) return;
  const auto memory = meter_->memory();
  next_measure_ = clock_.steady() + (memory && !*memory ? kAskedAgain : kMeasureInterval);
  if (!memory) return;  // that Redis is away is said elsewhere
  for (const Said& said : fill_.saw(*memory))
    log_(said.is_problem ? LogLevel::kWarning : LogLevel::kInfo, said.sentence);
}

void StoreWatch::saw_nodes(std::size_t nodes, std::size_t stale) {
  const auto said = silence_.saw(nodes, stale, clock_.steady());
  if (said) log_(said->is_problem ? LogLevel::kWarning : LogLevel::kInfo, said->sentence);
}

void StoreWatch::remark(const std::string& sentence) {
  log_(LogLevel::kError, sentence);
  remarks_.push_back({clock_.now(), sentence});
  if (remarks_.size() > kKeptRemarks) remarks_.erase(remarks_.begin());
}

}  // namespace hotspot::loop
