// Reads what the planner had before it from its texts (input_text.h), so that the same plan can be made again.
//
// Whoever may write the key may have written anything: each text must have the SHA-256 by which it is named, all of
// them have bounds, and what is not possible is refused with a sentence. PURE. Thread rule: any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actuator/loop/action_books.h"
#include "actuator/loop/input_text.h"
#include "actuator/plan/planner.h"

namespace hotspot::loop {

// The text with this hash; an error is a sentence, such as that it is not there.
using TextOfPart = std::function<Result<std::string>(const std::string& sha256)>;

// The hashes of the parts that an input names, each once. An error: the text is no input.
Result<std::vector<std::string>> parts_of_input(const std::string& text);
// The text, if it is the one that the hash names and not longer than an input.
Result<std::string> checked_text(const std::string& sha256, const TextOfPart& text_of);

class ReadInput {
 public:
  static Result<std::unique_ptr<ReadInput>> read(const std::string& sha256, const TextOfPart& text_of);
  ReadInput(const ReadInput&) = delete;
  ReadInput& operator=(const ReadInput&) = delete;

  // Refers to this object.
  plan::PlanInput input() const;
  const std::string& made_by() const { return made_by_; }  // the version of hotspotd that wrote it
  const model::Cluster& cluster() const { return cluster_; }
  std::size_t firings() const { return firings_.size(); }

 private:
  class Reader;  // read_input.cc
  ReadInput() : books_(plan::Limits{}) {}

  std::string made_by_, id_prefix_;
  WallTime now_{};
  rules::Mode mode_ = rules::Mode::kObserve;
  plan::Limits limits_;
  model::Margins margins_;
  model::Freshness freshness_;
  plan::MigrationSettings migration_;
  plan::ShrinkPace shrink_pace_;
  plan::Windows windows_;
  model::TimeZone zone_;
  Milliseconds memory_observed_{0};
  model::Cluster cluster_;
  std::shared_ptr<const rules::RuleSet> rules_;
  std::vector<rules::GrowMark> grow_marks_;
  std::vector<rules::NodeMark> node_marks_;
  std::vector<rules::Firing> firings_;
  std::vector<const rules::Firing*> turn_;
  std::vector<plan::InFlight> in_flight_;
  std::map<std::string, WallTime> node_action_ended_;
  ActionBooks books_;
  plan::HoldBook holds_;
  plan::DomainRests rests_;
  plan::KeptDomains kept_;
  std::optional<plan::Approval> approved_;
  plan::Rejections rejections_;
  std::unique_ptr<model::MemoryPeaks> memory_;  // null: not known
};

}  // namespace hotspot::loop
