// How often and how long rules fired, by rule, subject, node and domain: counted while firings come and go, so that it
// needs no list of them.
//
// PURE. Bounded by the number of subjects, and that by ReplayBounds.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "actuator/rules/firing.h"

namespace hotspot::rules {

struct ReplayBounds {
  std::size_t most_firings = 20'000;    // that are listed; those beyond are counted
  std::size_t most_subjects = 100'000;  // of which it is told one by one how long they fired
};

// One rule on one subject.
struct SubjectSum {
  std::size_t rule = 0;  // its place in the set
  std::string rule_name;
  std::string key;                            // Subject::key()
  std::map<std::string, std::string> labels;  // the subject's, at its first firing
  std::set<std::string> nodes;                // where it was when it fired, the first few
  std::size_t firings = 0;
  Milliseconds total{0}, longest{0};
};

struct RuleSum {
  std::size_t firings = 0, subjects = 0;
  Milliseconds total{0}, longest{0};
};

class Sums {
 public:
  explicit Sums(ReplayBounds bounds) : bounds_(bounds) {}

  // `rule`: the place in the set. In order of time.
  void began(std::size_t rule, const Firing& firing, WallTime from);
  void ended(std::size_t rule, const Firing& firing, WallTime from, WallTime to);

  std::vector<SubjectSum> subjects() const;  // the longest total first; all that were counted one by one
  const std::map<std::string, RuleSum>& rules() const { return rules_; }
  std::size_t subjects_left_out() const { return left_out_; }  // firings whose subject was one too many
  // The time in which at least one hotspot rule fired there, by name; of those that ended.
  std::map<std::string, Milliseconds> hot(const char* label) const;

 private:
  struct Hot {
    std::size_t open = 0;
    WallTime since{};
    Milliseconds total{0};
  };
  Hot* hot_of(const Firing& firing, const char* label);

  ReplayBounds bounds_;
  std::map<std::string, SubjectSum> subjects_;  // by rule and key
  std::map<std::string, RuleSum> rules_;
  std::map<std::string, std::map<std::string, Hot>> hot_;  // by label and its value
  std::size_t left_out_ = 0;
};

}  // namespace hotspot::rules
