#include "actuator/loop/domain_events.h"

#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::cluster_of;
using hotspot::testing::domain;
using hotspot::testing::node;
using hotspot::testing::uuid_of;

ports::DomainEvent event(const std::string& node_name, const std::string& domain_name) {
  return {ports::DomainEventKind::kTuned, uuid_of(node_name), uuid_of(domain_name), hotspot::testing::kNow};
}

TEST(DomainEvents, ALibvirtTellsNothingOfTheDomainsOfAnotherNode) {
  const auto cluster = cluster_of({node("h1").with(domain("a")), node("h2")});
  EXPECT_TRUE(is_of_its_node(event("h1", "a"), cluster, {}));
  EXPECT_FALSE(is_of_its_node(event("h2", "a"), cluster, {}));
  EXPECT_FALSE(is_of_its_node(event("h2", "nobody"), cluster, {}));
}

TEST(DomainEvents, WhereADomainIsBeingMovedItsTargetIsHeardToo) {
  const auto cluster = cluster_of({node("h1").with(domain("a")), node("h2"), node("h3")});
  plan::InFlight moving;
  moving.action.domain_uuid = uuid_of("a");
  moving.action.node_uuid = uuid_of("h1");
  moving.action.step = model::MigrateTo{uuid_of("h2"), "h2", ""};
  EXPECT_TRUE(is_of_its_node(event("h1", "a"), cluster, {moving}));
  EXPECT_TRUE(is_of_its_node(event("h2", "a"), cluster, {moving}));
  EXPECT_FALSE(is_of_its_node(event("h3", "a"), cluster, {moving}));
}

}  // namespace
}  // namespace hotspot::loop
