// Plans what fires, begins what was decided, follows our actions, and records all of it, while we lead.
//
// A decision to act is recorded once the intent is in the journal. After each step that writes, the lead may be lost;
// then nothing more is begun. Thread rule: one thread, the loop's.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/action_books.h"
#include "actuator/loop/decision_log.h"
#include "actuator/loop/input_keeper.h"
#include "actuator/loop/intake.h"
#include "actuator/loop/lead.h"
#include "actuator/loop/log_level.h"
#include "actuator/loop/log_story.h"
#include "actuator/loop/options.h"
#include "actuator/loop/own_actions.h"
#include "actuator/loop/publisher.h"
#include "actuator/loop/recommendations.h"
#include "actuator/loop/relief_watch.h"
#include "actuator/loop/rule_runner.h"
#include "actuator/loop/safeguards.h"
#include "actuator/plan/decision.h"
#include "actuator/plan/order.h"
#include "actuator/plan/planner.h"
#include "actuator/record/answer.h"
#include "actuator/record/command.h"

namespace hotspot::loop {

// What fired under the leader before, and is over once its node's first snapshot was seen, came within this time.
inline constexpr Milliseconds kTakenOver{std::chrono::minutes(2)};

// How an order was given.
struct OrderTerms {
  std::string command;  // its id
  bool dry_run = false;
};

class Planning {
 public:
  struct Parts {
    const Options& options;
    const ports::Clock& clock;
    LogStory& story;
    Lead& lead;
    const Intake& intake;
    RuleRunner& rules;
    OwnActions& actions;
    Safeguards& safeguards;
    Publisher& publisher;
    std::function<void()> save_state;     // at once: an action has ended
    ports::InputStore* inputs = nullptr;  // null: what decisions were made from is not stored
  };
  Planning(Parts parts, Log log)
      : parts_(std::move(parts)),
        log_(std::move(log)),
        books_(parts_.options.limits),
        relief_(parts_.options.relief),
        inputs_(parts_.inputs) {}

  // The journal's newest entries, of which some were ours.
  void take_lead(const std::vector<ports::JournalEntry>& newest);

  // In this order, after each evaluation: what has begun and ceased to fire;
  void follow_firings();
  // then, in each round: what an action was for may be over before it has begun;
  void let_go_of_what_is_over();
  void look_after_guests();
  void follow_actions();
  // What they relieved; it may cost a rule its right to act.
  void measure_relief();
  void record_resolved();
  void plan_and_begin();

  // What operators say of recommendations. An approved one is planned anew, and begins only if that very step comes of
  // it; save: writes recommendations() at once, false if that failed.
  record::Verdict apply(const record::ApplyPlan& asked, const std::function<bool()>& save);
  record::Verdict refuse(const record::RefusePlan& asked, std::vector<Notice>& notices);
  // What an operator orders for one domain. Planned as a remedy is; begun, if nothing is against it. The same command a
  // second time, of a leader who has not answered it any more, begins nothing.
  record::Verdict order(const plan::Order& asked, const OrderTerms& terms);
  Recommendations& recommendations() { return recommendations_; }
  const Recommendations& recommendations() const { return recommendations_; }

  // Domains that run on two nodes: nothing more is done to them.
  void watch_two_nodes();
  // What people should know goes into the log and among the decisions; what others overtook is cancelled.
  void tell(const Steering::News& news);
  bool cancel(const std::string& action, const std::string& why);

  std::size_t measured() const { return relief_.size(); }  // actions whose relief is being measured
  ActionBooks& books() { return books_; }
  const ActionBooks& books() const { return books_; }
  const DecisionLog& decision_log() const { return decision_log_; }

 private:
  const model::Cluster& cluster() const { return parts_.intake.cluster(); }
  plan::PlanInput input(const PlanningTurn::Part& turn, const std::vector<plan::InFlight>& in_flight,
                        const std::string& id_prefix, WallTime now) const;
  bool may_be_followed() const;
  bool carry_out(const PlanningTurn::Part& turn);
  void judge(std::vector<ReliefWatch::Finding> findings);
  bool has_just_lost_right(const plan::Decision& decision);
  std::optional<record::Verdict> cannot_apply(const record::ApplyPlan& asked, const record::Recommendation* one) const;
  std::optional<plan::Decision> plan_approved(const plan::PlanInput& planned, const record::Recommendation& one) const;
  bool waits_for_data(const plan::Decision& decision);
  bool fires(const plan::Decision& decision) const;
  const InputName& keep_input(const plan::PlanInput& planned, plan::Outcome outcome);
  void record(const plan::Decision& decision, const plan::PlanInput& planned);
  bool begin(const plan::Decision& decision, const plan::PlanInput& planned);
  bool begin(const model::Action& action);
  record::Verdict begin_order(const plan::Decision& decision, record::Verdict verdict);
  void end(const ports::JournalEntry& entry);

  Parts parts_;
  Log log_;
  ActionBooks books_;
  ReliefWatch relief_;
  DecisionLog decision_log_;
  Recommendations recommendations_;
  std::set<std::string> ordered_;  // actions of leaders before us that operators ordered
  InputKeeper inputs_;
};

}  // namespace hotspot::loop
