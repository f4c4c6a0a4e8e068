// A cluster is rebuilt from its image: what planning looks at is the same.
#include "actuator/model/cluster_image.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/build_cluster.h"

namespace hotspot::model {
namespace {

using testing::domain;
using testing::kNow;
using testing::node;
using testing::uuid_of;
using State = telemetry::DomainState;

std::vector<ImagedNode> imaged(const Cluster& cluster) {
  std::vector<ImagedNode> nodes;
  for (const auto& [uuid, one] : cluster.nodes()) nodes.push_back({*one.snapshot, image_of(one)});
  return nodes;
}

void expect_same(const Cluster& was, const Cluster& is) {
  ASSERT_EQ(is.nodes().size(), was.nodes().size());
  for (const auto& [uuid, before] : was.nodes()) {
    const Node& now = *is.find_node(uuid);
    EXPECT_EQ(*now.snapshot, *before.snapshot);
    EXPECT_EQ(now.cadence.interval(), before.cadence.interval());
    EXPECT_EQ(now.cadence.is_known(), before.cadence.is_known());
    EXPECT_EQ(max_age(now.cadence, {}), max_age(before.cadence, {}));
    EXPECT_EQ(now.drain_requested, before.drain_requested);
    EXPECT_EQ(now.set_aside, before.set_aside);
    EXPECT_EQ(now.stolen_cores, before.stolen_cores);
    for (const DomainSample& sample : before.snapshot->domains) {
      EXPECT_EQ(is.belongs_here(now, sample), was.belongs_here(before, sample)) << sample.name << " on " << uuid;
      EXPECT_EQ(is.find_domain(sample.uuid).node->uuid(), was.find_domain(sample.uuid).node->uuid());
      EXPECT_EQ(is.find_running(sample.uuid).size(), was.find_running(sample.uuid).size());
    }
  }
  EXPECT_EQ(is.reported_elsewhere(), was.reported_elsewhere());
}

// Nodes that send in gaps of their own, and report domains that move between them.
class Arrivals {
 public:
  explicit Arrivals(unsigned seed) : random_(seed) {}
  int between(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }

  Cluster cluster() {
    Cluster made;
    WallTime now = kNow;
    for (int i = between(4, 60); i > 0; --i) {
      now += Milliseconds(between(1, 3000));
      const std::string name = "h" + std::to_string(between(1, 4));
      auto sent = node(name).at(now - Milliseconds(between(0, 20)));
      for (const char* one : {"a", "b", "c", "d"})
        if (const int how = between(0, 5); how < 3) sent.with(reported(one, how));
      made.apply(sent, now);
    }
    if (between(0, 2) == 0) made.set_draining({uuid_of("h1"), uuid_of("gone")});
    if (between(0, 2) == 0) made.set_aside({uuid_of("h2")});
    return made;
  }

 private:
  DomainSample reported(const std::string& name, int how) {
    DomainSample sample = domain(name + std::string(1, static_cast<char>('0' + between(0, 1))))
                              .state(how == 0 ? State::kPaused : State::kRunning);
    if (how == 2) sample.state_reason = "migrated";
    return sample;
  }
  std::mt19937 random_;
};

TEST(ClusterImage, AnyClusterIsRebuiltOrRefused) {
  int contested = 0, refused = 0;
  for (unsigned seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    const Cluster was = Arrivals(seed).cluster();
    const auto is = rebuild(imaged(was), owners_of(was));
    contested += was.reported_elsewhere().empty() ? 0 : 1;
    if (!is) {
      EXPECT_EQ(is.error().message, "where the domains that two nodes report belong cannot be restored");
      ++refused;
      continue;
    }
    expect_same(was, *is);
    if (HasFailure()) return;
  }
  EXPECT_GT(contested, 500);
  EXPECT_EQ(refused, 0);
}

TEST(ClusterImage, WhatIsNotPossibleIsRefused) {
  const Cluster was = testing::cluster_of({node("h1").with(domain("a")), node("h2")});
  auto nodes = imaged(was);
  EXPECT_TRUE(rebuild(nodes, {}));
  EXPECT_FALSE(rebuild(nodes, {{uuid_of("a"), uuid_of("h1")}})) << "one node alone reports it";
  EXPECT_FALSE(rebuild(nodes, {{uuid_of("b"), uuid_of("h1")}}));
  nodes.push_back(nodes.front());
  EXPECT_FALSE(rebuild(nodes, {})) << "one node twice";
  nodes.pop_back();
  nodes.front().image.gaps = {Milliseconds(0)};
  EXPECT_FALSE(rebuild(nodes, {}));
  nodes.front().image.gaps.assign(6, Milliseconds(1));
  EXPECT_FALSE(rebuild(nodes, {}));
  nodes.front().image.gaps = {Milliseconds(to_unix_ms(kNow) + 1)};
  EXPECT_FALSE(rebuild(nodes, {}));
  nodes.front().image.gaps.clear();
  nodes.front().snapshot.taken_at = WallTime{};
  EXPECT_FALSE(rebuild(nodes, {}));
}

}  // namespace
}  // namespace hotspot::model
