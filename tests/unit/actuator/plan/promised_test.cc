// Memory that is promised more than once: a domain may ask for it at any time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using rules::Migrate;
using ::testing::HasSubstr;
using ::testing::Not;

// A guest of 16 GiB of which it has one.
telemetry::DomainSample promised(const std::string& name) {
  return domain(name).cpu(0.1).memory(kGibibyte, 16 * kGibibyte);
}

telemetry::NodeSnapshot large_node(const std::string& name, double cpu, int guests) {
  auto made = node(name).cpus(16).cpu(cpu).memory(64 * kGibibyte, 52 * kGibibyte);
  for (int i = 0; i < guests; ++i) made.with(promised(name + "-" + std::to_string(i)));
  return made;
}

Round hot_node_beside(std::vector<telemetry::NodeSnapshot> others, const rules::Remedy& remedy) {
  others.push_back(node("h1")
                       .cpus(4)
                       .cpu(0.9)
                       .memory(64 * kGibibyte, 30 * kGibibyte)
                       .with(domain("a").vcpus(2, 2).cpu(0.9).memory(16 * kGibibyte, 16 * kGibibyte)));
  Round round(others);
  round.node_fires("h1", {remedy});
  return round;
}

TEST(PromisedMemory, ATargetThatHasPromisedLittleIsPreferredAlthoughItIsBusier) {
  const Decision decision = hot_node_beside({large_node("h2", 0.1, 10), large_node("h3", 0.3, 1)}, Migrate{}).only();
  EXPECT_EQ(step_of(decision), "migrate to h3") << explain(decision);
  EXPECT_THAT(explain(decision), HasSubstr("a to h2: CPU of h2 21 %, memory 44 %, within"));
  EXPECT_THAT(explain(decision), HasSubstr(", 2.75 times its memory promised to domains"));
}

TEST(PromisedMemory, TheExplanationNamesItForTheTargetThatIsTaken) {
  const Decision decision = hot_node_beside({large_node("h2", 0.1, 10)}, Migrate{}).only();
  EXPECT_EQ(step_of(decision), "migrate to h2") << explain(decision);
  EXPECT_THAT(explain(decision), HasSubstr("memory 19 % → 44 %, 2.75 times its memory promised to domains"));
}

TEST(PromisedMemory, UpToWhatANodeHasItDoesNotMatter) {
  const Decision decision = hot_node_beside({large_node("h2", 0.1, 3), large_node("h3", 0.3, 0)}, Migrate{}).only();
  EXPECT_EQ(step_of(decision), "migrate to h2") << explain(decision);
  EXPECT_THAT(explain(decision), Not(HasSubstr("promised")));
}

TEST(PromisedMemory, ADrainSpreadsByItToo) {
  const Decision decision =
      hot_node_beside({large_node("h2", 0.1, 10), large_node("h3", 0.3, 1)}, rules::Drain{}).only();
  EXPECT_EQ(step_of(decision), "migrate to h3") << explain(decision);
}

}  // namespace
}  // namespace hotspot::plan
