// Recommendations, as they stand in Redis: the field `recommendations` of the hash `state`. Those that wait for an
// operator, how earlier ones ended, and those that an operator does not want. PURE.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/record/decision.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

inline constexpr const char* kRecommendationsField = "recommendations";
inline constexpr std::size_t kMostStanding = 300;  // that can be applied at the same time
inline constexpr std::size_t kMostEnded = 500;     // that are remembered

// One that waits for an operator.
struct Recommendation {
  std::string decision;  // its id
  std::string rule, subject, subject_key, mode;
  std::string sentence;
  model::Action action;
  std::optional<SubjectFigures> figures;
  std::vector<Effect> effects;
  std::optional<double> score_before, score_after, seconds;  // of the plan, for the remedy `balance`
  WallTime since{}, expires{};
  bool operator==(const Recommendation&) const = default;
};

struct EndedRecommendation {
  std::string decision;
  std::string how;  // "applied", "refused", "expired", "replaced", "over"
  std::string why;  // a sentence
  WallTime at{};
  bool operator==(const EndedRecommendation&) const = default;
};

struct RefusedRecommendation {
  std::string decision, rule, domain, domain_uuid;
  model::Step step;
  std::string by, reason;
  WallTime at{}, until{};
  bool operator==(const RefusedRecommendation&) const = default;
};

struct Recommendations {
  std::vector<Recommendation> standing;
  std::vector<EndedRecommendation> ended;  // oldest first
  std::vector<RefusedRecommendation> refused;
  bool operator==(const Recommendations&) const = default;
};

// "" for none.
std::string to_json(const Recommendations& all);
// Tolerant: an entry that is not understood is left out, for nothing in it may be guessed. An error: it is no such
// record at all, or too long.
Result<Recommendations> recommendations_from_json(std::string_view text);

// As programs read them: without URIs, with the preconditions.
nlohmann::json json_of(const Recommendation& one);
nlohmann::json json_of(const RefusedRecommendation& one);
// What must be so when it is applied; the leader checks it, and all that planning asks besides.
std::vector<std::string> preconditions(const Recommendation& one);

}  // namespace hotspot::record
