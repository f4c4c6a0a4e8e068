// Each function of the language's table has its computation.
#include "actuator/rules/evaluate/function_bodies.h"

#include <gtest/gtest.h>

#include <string>

namespace hotspot::rules {
namespace {

TEST(FunctionBodies, ThereIsOneForEachFunctionThatTheEvaluatorDoesNotImplementItself) {
  for (const Function& function : all_functions()) {
    const FunctionBody& body = body_of(function);
    const int computations = (body.over_range != nullptr ? 1 : 0) + (body.of_value != nullptr ? 1 : 0);
    EXPECT_EQ(computations, function.special == Special::kNone ? 1 : 0) << std::string(function.name);
  }
}

TEST(FunctionBodies, ReadARangeWhereTheTableSaysThatOneIsGiven) {
  for (const Function& function : all_functions()) {
    if (function.special != Special::kNone) continue;
    bool ranged = false;
    for (int i = 0; i < function.most; ++i)
      ranged = ranged || function.argument(static_cast<std::size_t>(i)) == ValueType::kRange;
    EXPECT_EQ(body_of(function).over_range != nullptr, ranged) << std::string(function.name);
  }
}

}  // namespace
}  // namespace hotspot::rules
