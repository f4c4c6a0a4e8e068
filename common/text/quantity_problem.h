// What is wrong with a quantity, and what would be right. PURE.
#pragma once

#include <cstddef>
#include <string>

#include "telemetry/result.h"

namespace hotspot::text {

// The problem, its byte in the text, and the whole text as it was probably meant; empty: nothing is similar.
struct QuantityProblem {
  std::size_t offset = 0;
  std::string message;     // "'30' has no unit"
  std::string suggestion;  // "30s"
};

template <typename T>
using Parsed = Result<T, QuantityProblem>;

// For messages without a caret: "'30' has no unit; write for instance 30s".
inline std::string sentence(const QuantityProblem& problem) {
  return problem.message + (problem.suggestion.empty() ? "" : "; write for instance " + problem.suggestion);
}

}  // namespace hotspot::text
