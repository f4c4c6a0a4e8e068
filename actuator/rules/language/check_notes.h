// Shared by the files that check expressions. For expression_check*.cc only; other code calls check_expression() of
// expression_check.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/expression_check.h"

namespace hotspot::rules {

// Collects problems. Without a destination, problems that are expensive to find are not searched for.
class CheckNotes {
 public:
  explicit CheckNotes(std::vector<TextProblem>* problems) : problems_(problems) {}

  bool wanted() const { return problems_ != nullptr; }
  void add(TextProblem problem) {
    if (problems_ != nullptr) problems_->push_back(std::move(problem));
  }
  void add(std::size_t offset, std::string message, std::string suggestion = "", Severity severity = Severity::kError) {
    add({offset, std::move(message), std::move(suggestion), severity});
  }
  void warn(std::size_t offset, std::string message, std::string suggestion = "") {
    add(offset, std::move(message), std::move(suggestion), Severity::kWarning);
  }

 private:
  std::vector<TextProblem>* problems_;
};

// The most familiar labels first.
std::vector<std::string_view> label_names(const LabelNames& labels);
LabelNames names_of(const std::vector<std::string>& words);

// Checks the types and the matching of two sides that are already checked, and returns the facts of the result.
ExpressionFacts check_binary(const Binary& what, const ExpressionFacts& left, const ExpressionFacts& right,
                             CheckNotes& notes);

}  // namespace hotspot::rules
