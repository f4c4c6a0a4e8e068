// The result of a trial, rule by rule, with a verdict: whether `enforce` can be switched on.
//
// PURE. docs/report.md explains the definitions and thresholds.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/ctl/report/evidence.h"
#include "actuator/ctl/report/judge.h"

namespace hotspot::ctl::report {

// Thresholds below which a verdict is not given.
inline constexpr Milliseconds kLeastTime{std::chrono::hours(72)};  // that the data must cover
inline constexpr std::size_t kLeastJudged = 10;                    // recommendations and actions
inline constexpr double kMostWrong = 0.05, kMostUseless = 0.2, kMostNotCured = 0.2, kMostNotKnown = 0.2;
inline constexpr double kMostError = 0.5;  // relative to the measured duration, as a median
inline constexpr std::size_t kLeastErrors = 5;

enum class Verdict { kReady, kNotYet, kTooLittleSeen, kOnlyTells };
const char* to_string(Verdict verdict);  // "ready", "not yet", "too little seen", "only tells"

// |predicted − measured|.
struct PredictionError {
  std::size_t count = 0;
  double median = 0, ninety_fifth = 0;    // in the unit of the prediction
  std::optional<double> relative_median;  // relative to the measurement
};
PredictionError errors_of(std::vector<std::pair<double, double>> predicted_and_measured);

struct HotSubject {
  std::string subject;
  Milliseconds hot{0};
  std::size_t firings = 0;
};

struct Counts {
  std::size_t made = 0;                          // recommendations; actions that began, without roll-backs
  std::size_t good = 0, useless = 0, wrong = 0;  // among those that were judged
  std::map<Reason, std::size_t> by_reason;       // for all except the good ones
  std::map<std::string, std::size_t> by_kind;    // "migrate", "set_vcpus", …
  std::size_t judged() const { return good + useless + wrong; }
  std::size_t of(Reason reason) const;
};

struct RuleReport {
  std::string rule;
  std::size_t firings = 0, go_on = 0;
  std::size_t ends_not_known = 0;   // subjects with decisions but without a known firing
  Milliseconds hot{0}, hot_any{0};  // the sum over its subjects; while it fired on at least one
  Milliseconds longest{0};
  std::vector<HotSubject> subjects;  // the hottest first, at most kMostSubjects
  std::size_t all_subjects = 0;
  Counts recommended, done;
  std::size_t changed_its_mind = 0;  // recommendations that replaced another one of the same firing
  std::size_t cured = 0, not_cured = 0, kills = 0, roll_backs = 0;
  Milliseconds could_avoid{0};       // predicted: hot minutes that the recommendations would have avoided
  Milliseconds hot_after{0};         // measured: hot minutes from the end of the action to the end of the firing
  std::size_t nothing_possible = 0;  // firings for which there was no remedy
  std::map<std::string, std::size_t> refused;  // the same by the kind of the first refusal
  PredictionError duration_ms, downtime_ms, cpu_points;
  std::vector<Judged> bad;  // wrong ones first, then useless ones, the newest first; at most kMostListed
  Verdict verdict = Verdict::kTooLittleSeen;
  std::vector<std::string> reasons;  // sentences
};

struct Report {
  Reach reach;
  WallTime data_from{};              // the later of what was asked for and what exists
  std::vector<RuleReport> rules;     // by name
  std::vector<std::string> remarks;  // limitations of the whole report, sentences
  Milliseconds time() const { return reach.until > data_from ? reach.until - data_from : Milliseconds(0); }
};

inline constexpr std::size_t kMostSubjects = 5, kMostListed = 10, kMostRules = 1000;

// `rule`: only this one; empty: all.
Report make_report(const Evidence& evidence, const std::string& rule);

// Sets verdict and reasons from the rest of the rule's report.
void judge_rule(RuleReport& rule, const Report& report);

// The period after an action in which a node's CPU is compared, once its figures have settled.
inline constexpr Milliseconds kCpuFrom{std::chrono::minutes(1)}, kCpuTo{std::chrono::minutes(6)};

}  // namespace hotspot::ctl::report
