// What is wrong in a quantity that somebody wrote, and what would be right. PURE.
#pragma once

#include <cstddef>
#include <string>

#include "telemetry/result.h"

namespace hotspot::text {

// What is wrong, at which byte of the text, and the whole text as it was probably meant; empty: nothing is near.
struct QuantityProblem {
  std::size_t offset = 0;
  std::string message;     // "'30' has no unit"
  std::string suggestion;  // "30s"
};

template <typename T>
using Parsed = Result<T, QuantityProblem>;

// Where there is no caret to be drawn: "'30' has no unit; write for instance 30s".
inline std::string sentence(const QuantityProblem& problem) {
  return problem.message + (problem.suggestion.empty() ? "" : "; write for instance " + problem.suggestion);
}

}  // namespace hotspot::text
