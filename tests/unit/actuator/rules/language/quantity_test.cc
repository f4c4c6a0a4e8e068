#include "actuator/rules/language/quantity.h"

#include <gtest/gtest.h>

namespace hotspot::rules {
namespace {

using namespace std::chrono_literals;

template <typename T>
std::string problem(const Parsed<T>& parsed) {
  if (parsed) return "no problem";
  const TextProblem& p = parsed.error();
  return std::to_string(p.offset) + ": " + p.message + (p.suggestion.empty() ? "" : " → " + p.suggestion);
}

TEST(ForClause, IsATimeOrSamples) {
  EXPECT_EQ(std::get<ForTime>(parse_for("1m30s").value()).time, 90s);
  const ForSamples samples = std::get<ForSamples>(parse_for("3 of 5").value());
  EXPECT_EQ(samples.k, 3);
  EXPECT_EQ(samples.n, 5);
  EXPECT_EQ(std::get<ForSamples>(parse_for("1  of 1").value()).k, 1);
}

TEST(ForClause, SaysWhatIsWrongAndWhatWasMeant) {
  EXPECT_EQ(problem(parse_for("5 of 3")),
            "0: '5 of 3' can never hold: more samples have to hold than there are → 3 of 5");
  EXPECT_EQ(problem(parse_for("0 of 3")), "0: at least 1 sample must hold");
  EXPECT_EQ(problem(parse_for("3/5")), "1: samples are counted with 'of' → 3 of 5");
  EXPECT_EQ(problem(parse_for("3 of many")), "5: '3 of many' is not a number of samples such as 3 of 5");
  EXPECT_EQ(problem(parse_for("3 of 5000")), "5: at most 1000 samples are remembered");
  EXPECT_EQ(problem(parse_for("a while")),
            "0: 'a while' is neither a time such as 30s nor a number of samples such as 3 of 5");
  EXPECT_EQ(problem(parse_for("30")), "0: '30' has no unit → 30s");
}

}  // namespace
}  // namespace hotspot::rules
