#include "actuator/model/projection.h"

#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::model {
namespace {

using testing::cluster_of;
using testing::domain;
using testing::node;
using testing::uuid_of;

TEST(Projection, MovesLoadAndMemoryFromTheSourceToTheTarget) {
  const Cluster cluster = cluster_of({node("h1").cpu(0.5).with(domain("a").cpu(1.0)), node("h2").cpu(0.1)});
  Projection projection(cluster);
  const auto refusal = projection.move_domain(cluster.find_domain(uuid_of("a")), *cluster.find_node(uuid_of("h2")), {});
  ASSERT_FALSE(refusal) << refusal->message;
  EXPECT_DOUBLE_EQ(*projection.node(uuid_of("h1")).cpu_ratio(), 0.25);
  EXPECT_DOUBLE_EQ(*projection.node(uuid_of("h2")).cpu_ratio(), 0.35);
  EXPECT_EQ(projection.node(uuid_of("h2")).memory_available_bytes, 7 * kGibibyte - 576 * kMebibyte);
}

TEST(Projection, RefusesATargetThatWouldBeTooBusyAndSaysByHowMuch) {
  const Cluster cluster = cluster_of({node("h1").with(domain("a").cpu(1.0)), node("h2").cpu(0.6)});
  Projection projection(cluster);
  const auto refusal = projection.move_domain(cluster.find_domain(uuid_of("a")), *cluster.find_node(uuid_of("h2")), {});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->kind, RefusalKind::kNoCpu);
  EXPECT_EQ(refusal->message, "h2 would be at 85 % of its 4 CPUs, the ceiling is 80 %");
  EXPECT_DOUBLE_EQ(*projection.node(uuid_of("h2")).cpu_ratio(), 0.6) << "a refused move changes nothing";
}

TEST(Projection, RefusesATargetWithoutTheMemoryAndSaysByHowMuch) {
  const Cluster cluster = cluster_of({node("h1").with(domain("a")), node("h2").memory(4 * kGibibyte, 900 * kMebibyte)});
  Projection projection(cluster);
  const auto refusal = projection.move_domain(cluster.find_domain(uuid_of("a")), *cluster.find_node(uuid_of("h2")), {});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->message, "h2 would have 324 MiB of 4 GiB memory available, the margin is 410 MiB");
}

TEST(Projection, CountsWhatWasMovedBefore) {
  const Cluster cluster =
      cluster_of({node("h1").with(domain("a").cpu(1.0)).with(domain("b").cpu(1.0)), node("h2").cpu(0.4)});
  Projection projection(cluster);
  const Node& target = *cluster.find_node(uuid_of("h2"));
  EXPECT_FALSE(projection.move_domain(cluster.find_domain(uuid_of("a")), target, {}));
  EXPECT_TRUE(projection.move_domain(cluster.find_domain(uuid_of("b")), target, {})) << "0.4 + 0.25 + 0.25 > 0.8";
}

TEST(Projection, RefusesWhatIsNotMeasuredInsteadOfTakingItForZero) {
  const Cluster cluster =
      cluster_of({node("h1").with(domain("a").set(&DomainSample::cpu_ratio, std::nullopt)), node("h2"),
                  node("h3").set(&NodeSample::cpu_ratio, std::nullopt).with(domain("b"))});
  Projection projection(cluster);
  EXPECT_EQ(projection.move_domain(cluster.find_domain(uuid_of("a")), *cluster.find_node(uuid_of("h2")), {})->kind,
            RefusalKind::kNotMeasured);
  EXPECT_EQ(projection.add_cores(*cluster.find_node(uuid_of("h3")), 1, {})->kind, RefusalKind::kNotMeasured);
}

TEST(Projection, RefusesADomainThatCannotMigrateForItsOwnReason) {
  const Cluster cluster =
      cluster_of({node("h1").with(domain("a").obstacle("host device 0000:01:00.0 is passed through")), node("h2")});
  Projection projection(cluster);
  const auto refusal = projection.move_domain(cluster.find_domain(uuid_of("a")), *cluster.find_node(uuid_of("h2")), {});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->message, "host device 0000:01:00.0 is passed through");
}

TEST(Projection, RefusesAnotherHypervisorAnotherArchitectureAndTheSameNode) {
  const Cluster cluster = cluster_of({node("h1").with(domain("a")), node("xen").set(&NodeSample::hypervisor, "Xen"),
                                      node("arm").set(&NodeSample::arch, "aarch64")});
  const DomainRef a = cluster.find_domain(uuid_of("a"));
  EXPECT_EQ(incompatibility(a, *cluster.find_node(uuid_of("xen")))->message, "xen runs Xen, not QEMU");
  EXPECT_EQ(incompatibility(a, *cluster.find_node(uuid_of("arm")))->message, "arm is aarch64, not x86_64");
  EXPECT_EQ(incompatibility(a, *cluster.find_node(uuid_of("h1")))->kind, RefusalKind::kSameNode);
}

TEST(Projection, SaysWhatATargetWouldBeLikeWithoutAChange) {
  const Cluster cluster = cluster_of({node("h1").with(domain("a").cpu(0.5)), node("h2").cpu(0.3)});
  Projection projection(cluster);
  const DomainRef a = cluster.find_domain(uuid_of("a"));
  const Node& target = *cluster.find_node(uuid_of("h2"));
  projection.assume_load(target.uuid(), 0.7, kMebibyte);
  const NodeProjection before = projection.node(target), after = projection.after_arrival(a, target);
  EXPECT_EQ(projection.node(target).cpu_ratio(), before.cpu_ratio()) << "nothing is applied";
  EXPECT_FALSE(projection.move_domain(a, target, {}));
  EXPECT_EQ(projection.node(target).cpu_ratio(), after.cpu_ratio());
  EXPECT_EQ(projection.node(target).memory_available_bytes, after.memory_available_bytes);
  EXPECT_NE(after.cpu_ratio(), before.cpu_ratio());
}

TEST(Projection, WordsNoRefusalThatIsOnlyCounted) {
  const Cluster cluster = cluster_of(
      {node("h1").with(domain("a").cpu(1.0)), node("full").cpu(0.79), node("xen").set(&NodeSample::hypervisor, "Xen")});
  const Projection projection(cluster);
  const DomainRef a = cluster.find_domain(uuid_of("a"));
  for (const char* name : {"full", "xen"}) {
    const Node& target = *cluster.find_node(uuid_of(name));
    const auto worded = projection.arrival_refusal(a, target, {});
    const auto counted = projection.arrival_refusal(a, target, {}, Wording::kKindAlone);
    ASSERT_TRUE(worded && counted) << name;
    EXPECT_EQ(counted->kind, worded->kind) << name;
    EXPECT_EQ(counted->message, "") << name;
    EXPECT_NE(worded->message, "") << name;
  }
}

}  // namespace
}  // namespace hotspot::model
