#include "actuator/model/step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace hotspot::model {
namespace {

using ::testing::ElementsAre;

// Steps with a value in each field.
std::vector<Step> filled_steps() {
  return {SetVcpus{1, 2, true},
          SetBalloon{kGibibyte, 2 * kGibibyte, false},
          MigrateTo{"uuid-of-h2", "h2", "qemu+tcp://h2/system", {"vdb"}, true},
          SetCpuCap{50},
          SetCpuShares{512},
          SetDiskLimit{"vda", {.total_ops_per_second = 200}},
          SetNetworkLimit{"vnet0", {}},
          SetVirtioMem{"virtiomem0", 0, kGibibyte, false},
          PlugDimm{0, kGibibyte, false}};
}

// One of each kind that there is, as it is without values.
template <std::size_t... Indexes>
std::vector<Step> empty_kinds(std::index_sequence<Indexes...>) {
  return {Step(std::in_place_index<Indexes>)...};
}

TEST(Step, EachKindHasANameOfItsOwnByWhichItIsFound) {
  std::set<std::string> names;
  for (const Step& step : empty_kinds(std::make_index_sequence<std::variant_size_v<Step>>())) {
    const std::string name = step_name(step);
    EXPECT_TRUE(names.insert(name).second) << name << " twice";
    const auto found = step_named(name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->index(), step.index()) << name;
  }
  EXPECT_EQ(step_named("reboot"), std::nullopt);
}

// What for_each_field() shows is all: a record that has these has the step.
TEST(Step, AKindIsWhatItsFieldsAre) {
  for (const Step& step : filled_steps()) {
    Step copy = *step_named(step_name(step));
    for_each_field(step, [&](const char* name, const auto& value, FieldUse) {
      for_each_field(copy, [&](const char* other, auto& place, FieldUse) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::decay_t<decltype(place)>>)
          if (std::string_view(name) == other) place = value;
      });
    });
    EXPECT_EQ(copy, step) << describe(step);
  }
}

TEST(Step, SaysWhatItChangesAndInWhichDirection) {
  std::vector<std::string> ways;
  for (const Step& step : filled_steps()) {
    const char* way = direction(step) == Direction::kUp ? " up" : direction(step) == Direction::kDown ? " down" : "";
    ways.push_back(std::string(ends(step).measure) + way);
  }
  EXPECT_THAT(ways, ElementsAre("vcpus up", "balloon_bytes up", "node", "cpu_cap_percent", "cpu_shares", "disk_limit",
                                "network_limit", "virtio_mem_bytes up", "dimm_bytes up"));
  EXPECT_EQ(direction(SetVcpus{2, 1}), Direction::kDown);
  EXPECT_EQ(direction(SetVcpus{2, 2}), Direction::kNone);
  EXPECT_EQ(direction(SetBalloon{2, 1}), Direction::kDown);
}

TEST(Step, KnowsWhatItChangesOfMemoryAndTheDefinition) {
  EXPECT_EQ(memory_change(SetVcpus{1, 2, true}), std::nullopt);
  const auto change = memory_change(SetVirtioMem{"virtiomem0", 1, 2, true});
  ASSERT_TRUE(change);
  EXPECT_EQ(change->to_bytes, 2);
  EXPECT_TRUE(is_persistent(SetVcpus{1, 2, true}));
  EXPECT_FALSE(is_persistent(SetVcpus{1, 2, false}));
  EXPECT_FALSE(is_persistent(SetCpuCap{50}));
  EXPECT_EQ(with_ends(SetBalloon{1, 2, true}, 3, 4), Step(SetBalloon{3, 4, true}));
}

TEST(Step, IsASentence) {
  std::vector<std::string> sentences;
  for (const Step& step : filled_steps()) sentences.push_back(describe(step));
  EXPECT_THAT(sentences,
              ElementsAre("vCPUs 1 → 2", "balloon 1 GiB → 2 GiB", "migrate to h2 with vdb", "CPU cap → 50 % of a CPU",
                          "CPU shares → 512", "limit of disk vda → 200 operations/s", "limit of interface vnet0 → none",
                          "virtiomem0 0 B → 1 GiB", "DIMM of 1 GiB plugged in (0 B → 1 GiB)"));
}

}  // namespace
}  // namespace hotspot::model
