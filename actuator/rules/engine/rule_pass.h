// One evaluation of one rule: passes its result to the states of its subjects, or to the store.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/rules/engine/covered_ranges.h"
#include "actuator/rules/engine/domain_names.h"
#include "actuator/rules/engine/engine_state.h"
#include "actuator/rules/engine/presence.h"
#include "actuator/rules/evaluate/dense.h"
#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/template/template.h"

namespace hotspot::rules {

// What all fresh nodes together have sent: a sample of the cluster is a round in which each sent a new snapshot.
struct Round {
  std::optional<WallTime> oldest, newest;
  Milliseconds max_gap{0};
};

// A subject that changed its phase. A state that the rule no longer has is kept here.
struct Transition {
  std::size_t rule = 0;
  Phase phase = Phase::kPending;
  std::uint32_t subject = 0;
  std::uint32_t gone = kNoId;  // its index among the removed states; kNoId: the rule still has it
};

// Where the values of a recording rule are stored, as long as the rows do not change.
struct RecordRows {
  std::string table;  // its key: the same for the same series, wherever the rule is in the set
  std::uint64_t dense_layout = 0, record_layout = 0;
  std::vector<std::uint32_t> rows;  // by the row of the space; kNoId: not yet
};

// A value of an expression and the subject that it belongs to.
struct Found {
  std::uint32_t subject = kNoId;
  std::uint32_t node = kNoId;
  double value = 0;
  const std::shared_ptr<const Labels>* labels = nullptr;  // null: those of the subject itself
};

// Everything that the passes of one evaluation share. `cluster` is null if only the store is used.
struct PassContext {
  const model::Cluster* cluster = nullptr;
  WallTime now{};
  std::uint64_t number = 0;  // of the evaluation
  Store& store;
  const RuleSet& rules;
  Nodes& nodes;
  Subjects& subjects;
  Dense& dense;
  Presence& presence;
  DomainNames& domain_names;
  std::vector<RecordRows>& records;  // by rule
  // By rule: the metrics that decide whether "no value" means "does not hold".
  const std::vector<std::vector<const Selector*>>& measured;
  const std::vector<NeededRanges>& needed_ranges;  // by rule: the ranges that must be covered before it fires
  const TemplateWorld& world;
  WallTime since{};                 // when the first samples came
  std::size_t most_operations = 0;  // per rule and evaluation; 0: no limit
  Milliseconds subquery_step{0};
  std::vector<Transition>& transitions;
  std::vector<SubjectState>& gone;
  std::vector<Found>& found;  // scratch space
  std::vector<std::string>& problems;
  std::optional<WallTime>& next_due;
};

// A subject without data is remembered for this long. Prometheus tolerates an outage of the same length.
inline constexpr Milliseconds kForgetAfter = std::chrono::hours(1);

class RulePass {
 public:
  RulePass(const Rule& rule, std::size_t index, RuleState& state, PassContext& context);
  void run();

 private:
  bool is_too_early() const;
  bool is_set_aside();
  void settle_budget();
  void evaluate_rule();
  // Reports a problem with the rule's name; of many by one rule, only the first few.
  void complain(const std::string& what);
  bool find_subjects();
  EvaluateOptions make_options();
  // The subjects for which the expression has a value. False: it could not be evaluated.
  bool find(const Expression& expression, std::vector<Found>& found);
  void find_dense(const DenseVector& values, std::vector<Found>& found);
  std::uint32_t number_row(const DenseRow& row);
  bool find_general(const Expression& expression, std::vector<Found>& found);
  std::optional<Found> resolve(const Element& element);
  std::optional<Found> resolve_domain(const LabelSet& labels);
  void apply_held(std::vector<Found>& found);
  void restart(SubjectState& state, const Found& one);
  void apply_absent();
  enum class Seen { kBefore, kFirst };
  SubjectEvaluation evaluate_subject(const SubjectState& state, std::uint32_t node, Seen seen) const;
  bool is_off(std::uint32_t subject) const { return subject < off_.size() && off_[subject]; }
  bool has_failed(const SubjectState& state, std::uint32_t& node);
  bool has_ended(const SubjectState& state, std::uint32_t node) const;
  std::uint64_t measured(const KnownSubject& subject, std::uint32_t node);
  bool is_measured(const Selector& selector, const KnownSubject& subject, std::uint32_t node);
  void suspend(SubjectState& state);
  void grow_old(SubjectState& state);
  void record_change(SubjectState& state, Change change);
  void drop_gone();
  void promote();
  void wait_for_ranges(std::vector<SubjectState*>& ready);
  void schedule();
  void record();
  void append_record(const Vector& values);
  bool record_dense();
  Table& record_table();

  const Rule& rule_;
  std::size_t index_;
  RuleState& state_;
  PassContext& context_;
  Round round_;
  const std::vector<const Selector*>& selectors_;
  Budget budget_;
  std::size_t complaints_ = 0;
  bool has_own_identity_ = false;  // its labels are templates: an alert is identified by their expansion
  bool about_data_ = false;
  std::vector<bool> off_;
  std::vector<std::uint32_t> gone_, became_pending_;
  EvaluateOptions options_;
  std::deque<std::shared_ptr<const Labels>> held_;  // labels of values that have no row
  bool withheld_ = false;
};

// For EvaluateOptions: the newest sample of a node counts unless the node is stale. `nodes` must outlive it.
std::function<Milliseconds(const Table&)> lookback_of_nodes(const Nodes& nodes);

// The subject of a state.
Subject subject_of(const SubjectState& state, const Nodes& nodes, const Subjects& subjects);

// What the numbers in a state stand for, and what templates see.
struct FiringContext {
  const Nodes& nodes;
  const Subjects& subjects;
  const TemplateWorld& world;
};

// Formatted for people, at world.now.
Firing make_firing(const SubjectState& state, const Rule& rule, Phase phase, const FiringContext& context);

}  // namespace hotspot::rules
