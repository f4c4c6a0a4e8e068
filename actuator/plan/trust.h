// Which rules may act: what the newest actions of each rule were predicted to relieve, and what was measured
// afterwards.
//
// PURE. A rule loses its right to act if the median of measured ÷ predicted relief of its last five measured actions is
// below a half, or if three in a row relieved less than the least gain. From then on it recommends at most, until an
// operator gives the right back; then its actions are measured anew. Thread rule: none of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::plan {

// Of one action: shares of the resource that it was about, 0 to 1. Measured: negative if the use rose.
struct MeasuredRelief {
  std::string action;  // id
  WallTime at{};       // when it was measured
  double predicted = 0, measured = 0;
  std::string subject;  // "CPU of h1"
  bool operator==(const MeasuredRelief&) const = default;
};

struct RuleTrust {
  std::vector<MeasuredRelief> newest;  // the oldest first, at most Trust::kJudged
  std::uint64_t not_counted = 0;       // actions that could not be measured, since the right was given
  std::string not_counted_why;         // of the newest of them: a sentence
  std::optional<WallTime> lost_at;     // since when it recommends at most; empty: it may act
  std::string lost_why;                // a sentence
  bool operator==(const RuleTrust&) const = default;
};

// The median of measured ÷ predicted; empty: nothing was measured.
std::optional<double> median_relief_ratio(const RuleTrust& rule);

class Trust {
 public:
  static constexpr std::size_t kJudged = 5, kInARow = 3;
  static constexpr double kLeastShareOfPredicted = 0.5;
  static constexpr std::size_t kMostRules = 1000;  // beyond, those that may act are forgotten, the longest unused first

  using Rules = std::map<std::string, RuleTrust>;  // by name

  // A measured action. Returns why the rule loses its right to act with it; empty: nothing changes.
  std::string note(const std::string& rule, MeasuredRelief one, double least_gain);
  void note_not_counted(const std::string& rule, const std::string& why);
  void lose(const std::string& rule, WallTime at, const std::string& why);
  // False: it had not lost it.
  bool give_back(const std::string& rule);

  // Why the rule may not act; null: it may.
  const RuleTrust* lost(const std::string& rule) const;
  const Rules& all() const { return rules_; }
  void restore(Rules rules) { rules_ = std::move(rules); }

 private:
  RuleTrust* of(const std::string& rule);
  Rules rules_;
};

}  // namespace hotspot::plan
