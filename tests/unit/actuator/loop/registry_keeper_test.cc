#include "actuator/loop/registry_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"
#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_lease.h"
#include "tests/support/fakes/fake_registry.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::kNow;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(RegistryKeeperTest, TheRegistryComesBackFromHotspotdsOwnCopyWhenRedisWasEmptied) {
  fakes::FakeClock clock{kNow};
  fakes::FakeStore store;
  fakes::FakeLease lease{store, clock, "one"};
  fakes::FakeRegistry registry{store, clock};
  fakes::FakeRegistryCopy copy;
  std::vector<std::string> log;
  AdmissionOptions options;
  const auto say = [&](const std::string& line) { log.push_back(line); };
  const auto token = lease.acquire_or_renew()->token;
  {
    Admission admission("test", options);
    RegistryKeeper keeper(&registry, &copy, admission, say);
    ASSERT_TRUE(keeper.take_lead(token, kNow).ok());
    ASSERT_TRUE(admission.add({"h1", "qemu+tls://h1/system", "", ""}, "ada", kNow).ok());
    ASSERT_TRUE(keeper.save(token).ok());
  }
  EXPECT_EQ(copy.stored.nodes.size(), 1u);
  store.nodes.clear();
  Admission admission("test", options);
  RegistryKeeper keeper(&registry, &copy, admission, say);
  keeper.start(kNow);
  EXPECT_EQ(admission.registry().nodes.size(), 1u);
  ASSERT_TRUE(keeper.take_lead(token, kNow).ok());
  EXPECT_EQ(record::registry_from_fields(store.nodes).nodes.count("h1"), 1u);
  EXPECT_EQ(record::registry_from_fields(store.nodes).revision, 2);

  // Forgotten is forgotten, also by a copy that still has it.
  const record::Registry before = copy.stored;
  ASSERT_TRUE(admission.forget("h1").ok());
  ASSERT_TRUE(keeper.save(token).ok());
  copy.stored = before;
  Admission other("test", options);
  RegistryKeeper standby(&registry, &copy, other, say);
  standby.start(kNow);
  standby.follow(Milliseconds(0), kNow);
  EXPECT_THAT(other.registry().nodes, IsEmpty());
}

TEST(RegistryKeeperTest, WhatSomebodyElseWritesWhileWeLeadIsPutBack) {
  fakes::FakeClock clock{kNow};
  fakes::FakeStore store;
  fakes::FakeLease lease{store, clock, "one"};
  fakes::FakeRegistry registry{store, clock};
  std::vector<std::string> log;
  Admission admission("test", {});
  RegistryKeeper keeper(&registry, nullptr, admission, [&](const std::string& line) { log.push_back(line); });
  const auto token = lease.acquire_or_renew()->token;
  ASSERT_TRUE(keeper.take_lead(token, kNow).ok());
  ASSERT_TRUE(admission.add({"h1", "qemu+tls://h1/system", "", ""}, "ada", kNow).ok());
  ASSERT_TRUE(keeper.save(token).ok());
  const auto honest = store.nodes.at("h1");
  record::RegisteredNode forged = *record::registered_node_from_json(honest);
  forged.uri = "qemu+tls://evil.org/system";
  store.nodes["h1"] = record::to_json(forged);
  store.nodes[record::kRevisionField] = "99";
  keeper.follow(Milliseconds(10'000), kNow);
  EXPECT_EQ(admission.registry().nodes.at("h1").uri, "qemu+tls://h1/system");
  ASSERT_TRUE(keeper.save(token).ok());
  EXPECT_EQ(store.nodes.at("h1"), honest);
  EXPECT_THAT(log, ::testing::Contains(HasSubstr("by somebody who does not lead")));
}

}  // namespace
}  // namespace hotspot::loop
