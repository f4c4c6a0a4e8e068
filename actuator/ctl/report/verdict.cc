// The verdict on a rule, with reasons.
#include <cmath>

#include "actuator/ctl/report/report.h"
#include "common/text/duration.h"

namespace hotspot::ctl::report {
namespace {

std::string counted_as(std::size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string percent(double ratio) { return std::to_string(std::lround(ratio * 100)) + " %"; }

double share(std::size_t part, std::size_t all) {
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

class Weighing {
 public:
  Weighing(RuleReport& rule, const Report& report) : rule_(rule), report_(report) {
    judged_ = rule.recommended.judged() + rule.done.judged();
    wrong_ = rule.recommended.wrong + rule.done.wrong;
    useless_ = rule.recommended.useless + rule.done.useless;
  }

  void weigh() {
    if (rule_.verdict == Verdict::kOnlyTells) return say("It names no remedy: there is nothing that enforce could do.");
    const bool bad = look_for_harm();
    const bool little = look_for_time();
    rule_.verdict = bad ? Verdict::kNotYet : little ? Verdict::kTooLittleSeen : Verdict::kReady;
    if (rule_.verdict == Verdict::kReady) say_ready();
    say_untested();
  }

 private:
  void say(std::string sentence) { rule_.reasons.push_back(std::move(sentence)); }

  // Evidence against the rule, which counts however few data there are.
  bool look_for_harm() {
    const std::size_t before = rule_.reasons.size();
    if (rule_.kills > 0)
      say(counted_as(rule_.kills, "guest lacked", "guests lacked") + " memory after a shrink: one is too many.");
    if (rule_.roll_backs > 0)
      say(counted_as(rule_.roll_backs, "action was", "actions were") + " rolled back: one is too many.");
    if (wrong_ > 0 && share(wrong_, judged_) > kMostWrong)
      say(std::to_string(wrong_) + " of " + std::to_string(judged_) + " were wrong (" +
          percent(share(wrong_, judged_)) + "): at most " + percent(kMostWrong) + " may be.");
    const bool enough = judged_ >= kLeastJudged;
    if (enough && share(useless_, judged_) > kMostUseless)
      say(std::to_string(useless_) + " of " + std::to_string(judged_) + " were useless (" +
          percent(share(useless_, judged_)) + "): at most " + percent(kMostUseless) +
          " may be. A longer 'for' in the rule would help.");
    const std::size_t told = rule_.cured + rule_.not_cured;
    if (told >= kLeastErrors && share(rule_.not_cured, told) > kMostNotCured)
      say("It went on firing for more than " + text::duration_text(kCureLimit) + " after " +
          std::to_string(rule_.not_cured) + " of " + std::to_string(told) + " actions that were done: at most after " +
          percent(kMostNotCured) + " it may.");
    const PredictionError& error = rule_.duration_ms;
    if (error.count >= kLeastErrors && error.relative_median.value_or(0) > kMostError)
      say("Predicted durations are off by " + percent(*error.relative_median) +
          " of what was measured (the median of " + std::to_string(error.count) + "): at most " + percent(kMostError) +
          " may be.");
    return rule_.reasons.size() > before;
  }

  // What is missing for a verdict.
  bool look_for_time() {
    const std::size_t before = rule_.reasons.size();
    if (report_.time() < kLeastTime)
      say("There are data for " + text::duration_text(report_.time()) + ": " + text::duration_text(kLeastTime) +
          " are needed.");
    if (judged_ < kLeastJudged)
      say(counted_as(judged_, "recommendation or action", "recommendations and actions") +
          " could be judged: " + std::to_string(kLeastJudged) + " are needed.");
    const std::size_t subjects = rule_.all_subjects + rule_.ends_not_known;
    if (share(rule_.ends_not_known, subjects) > kMostNotKnown)
      say("Of " + counted_as(rule_.ends_not_known, "subject", "subjects") +
          " it is not known how long it fired: the rest would be too few to judge by.");
    return rule_.reasons.size() > before;
  }

  void say_ready() {
    say("Of " + std::to_string(judged_) + " that could be judged " + counted_as(wrong_, "was wrong", "were wrong") +
        " and " + counted_as(useless_, "was useless", "were useless") + ", within " +
        text::duration_text(report_.time()) + ".");
  }

  void say_untested() {
    if (rule_.done.judged() == 0 && judged_ > 0)
      say("None of its actions was done: what they avoid, how long they take and what guests feel of them is "
          "predicted, not measured. Begin with one domain.");
    if (rule_.nothing_possible > 0)
      say("For " + counted_as(rule_.nothing_possible, "firing", "firings") +
          " no remedy was possible: enforce will not change that.");
  }

  RuleReport& rule_;
  const Report& report_;
  std::size_t judged_ = 0, wrong_ = 0, useless_ = 0;
};

}  // namespace

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kReady:
      return "ready";
    case Verdict::kNotYet:
      return "not yet";
    case Verdict::kTooLittleSeen:
      return "too little seen";
    case Verdict::kOnlyTells:
      return "only tells";
  }
  return "unknown";
}

void judge_rule(RuleReport& rule, const Report& report) { Weighing(rule, report).weigh(); }

}  // namespace hotspot::ctl::report
