// How often and how long rules fired, by rule, subject, node and domain: counted while firings begin and end, without a
// list of them.
//
// PURE. Bounded by the number of subjects, which ReplayBounds limits.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "actuator/rules/firing.h"

namespace hotspot::rules {

struct ReplayBounds {
  std::size_t most_firings = 20'000;    // listed firings; further ones are counted
  std::size_t most_subjects = 100'000;  // subjects with a sum of their own
};

// One rule on one subject.
struct SubjectSum {
  std::size_t rule = 0;  // its index in the set
  std::string rule_name;
  std::string key;                            // Subject::key()
  std::map<std::string, std::string> labels;  // of the subject, at its first firing
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

  // `rule`: index in the set. In order of time.
  void began(std::size_t rule, const Firing& firing, WallTime from);
  void ended(std::size_t rule, const Firing& firing, WallTime from, WallTime to);

  std::vector<SubjectSum> subjects() const;  // the longest total first; all that have a sum of their own
  const std::map<std::string, RuleSum>& rules() const { return rules_; }
  std::size_t subjects_left_out() const { return left_out_; }  // firings of subjects beyond the limit
  // The time in which at least one hotspot rule fired there, by name; only ended firings.
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
