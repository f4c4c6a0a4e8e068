// Follows a migration that is under way, begun or found by us: when to report progress, and what to do about it.
//
// PURE.
#pragma once

#include <optional>
#include <string>

#include "actuator/act/migration_record.h"
#include "actuator/act/stall.h"

namespace hotspot::act {

class MigrationWatch {
 public:
  struct Options {
    Milliseconds stall_limit{0};
    Milliseconds progress_interval{0};
    bool post_copy = false;   // it may be turned to
    bool turn_early = false;  // after the first round
  };
  explicit MigrationWatch(const Options& options) : options_(options), stall_(options.stall_limit) {}

  // The next entry of the journal is due.
  bool is_due(Milliseconds now) {
    if (told_at_ && now - *told_at_ < options_.progress_interval) return false;
    told_at_ = now;
    return true;
  }

  // `cancel`: why somebody wants it ended. Once it is to be cancelled, it stays so.
  ports::Verdict judge(const ports::MigrationProgress& progress, Milliseconds now,
                       const std::optional<std::string>& cancel) {
    // In post-copy the domain is split over two nodes: it has to continue, however long it takes.
    if (progress.post_copy) return ports::Verdict::kGoOn;
    if (cancel) stopped_ = *cancel;
    const bool early = options_.turn_early && progress.iteration.value_or(0) >= 2;
    if (stopped_.empty() && (stall_.stalled(progress, now) || early)) {
      if (options_.post_copy) {
        stall_.start_over(now);
        return ports::Verdict::kPostCopy;
      }
      stopped_ = stall_sentence(options_.stall_limit, stall_.least_remaining_bytes());
    }
    return stopped_.empty() ? ports::Verdict::kGoOn : ports::Verdict::kCancel;
  }

  const std::string& stopped() const { return stopped_; }  // why we ended it; empty: we did not

 private:
  Options options_;
  StallWatch stall_;
  std::string stopped_;
  std::optional<Milliseconds> told_at_;
};

}  // namespace hotspot::act
