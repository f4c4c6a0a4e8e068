// Traces of CPU use: columns and tables.
#include "actuator/sim/traces.h"

#include <gtest/gtest.h>

#include "tests/unit/actuator/sim/small_world.h"

namespace hotspot::simulation {
namespace {

TEST(Traces, AreAColumnOrATable) {
  const auto column = read_traces("10\n 20\r\n\n30.5\n");
  ASSERT_TRUE(column) << column.error().message;
  ASSERT_EQ(column->size(), 1u);
  EXPECT_EQ(*column->front(), (std::vector<float>{10, 20, 30.5}));
  const auto table = read_traces("vm1,1,2\nvm2,3,4\n");
  ASSERT_TRUE(table) << table.error().message;
  ASSERT_EQ(table->size(), 2u);
  EXPECT_EQ(*(*table)[1], (std::vector<float>{3, 4}));
}

TEST(Traces, AreRefusedWithTheLine) {
  for (const auto& [text, part] : std::vector<std::pair<std::string, std::string>>{{"1\n101\n", "line 2: '101'"},
                                                                                   {"1\n-1\n", "line 2"},
                                                                                   {"a,1\nb,x\n", "line 2: 'x'"},
                                                                                   {"", "no percentage"},
                                                                                   {"1\nb,1\n", "mixes"},
                                                                                   {"nan\n", "line 1"},
                                                                                   {"\x1f\x8b\x08", "gzip"}}) {
    const auto refused = read_traces(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_NE(refused.error().message.find(part), std::string::npos) << refused.error().message;
  }
}

TEST(Traces, AreGivenToTheDomainsInTurn) {
  Scenario scenario;
  for (const char* name : {"a", "b", "c"}) scenario.domains.push_back(domain_model_of(name, 4, constant(0)));
  follow_traces(scenario, *read_traces("x,50,50\ny,25,25\n"));
  const auto cores = [&](std::size_t i) { return demand_at(scenario.domains[i].cores, {}, {}); };
  EXPECT_DOUBLE_EQ(cores(0), 2);
  EXPECT_DOUBLE_EQ(cores(1), 1);
  EXPECT_DOUBLE_EQ(cores(2), 2);
}

}  // namespace
}  // namespace hotspot::simulation
