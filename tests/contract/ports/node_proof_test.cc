// What every Hypervisor promises about its connections, and about what it reports of them.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/contract/ports/hypervisor_body.h"
#include "tests/support/wait.h"

namespace hotspot::contract {
namespace {

class NodeProofContract : public ::testing::TestWithParam<HypervisorMaker> {
 protected:
  ports::Hypervisor& hypervisor() { return body_->hypervisor(); }
  std::vector<ports::NodeProof> of(const ports::NodeAddress& node) {
    auto all = body_->proofs();
    std::erase_if(all, [&](const ports::NodeProof& proof) { return proof.node_uuid != node.uuid; });
    return all;
  }
  bool hears(const ports::NodeAddress& node, std::size_t count) {
    return testing::wait_for([&] { return of(node).size() >= count; });
  }

  std::unique_ptr<HypervisorBody> body_ = GetParam().make();
};
INSTANTIATE_TEST_SUITE_P(Bodies, NodeProofContract, ::testing::ValuesIn(kHypervisors),
                         [](const auto& body) { return body.param.name; });

TEST_P(NodeProofContract, SaysWhoAnswersOnceANodeIsConnected) {
  hypervisor().know_node(body_->node());
  ASSERT_TRUE(hears(body_->node(), 1));
  const ports::NodeProof proof = of(body_->node()).front();
  EXPECT_EQ(proof.uri, body_->node().uri);
  EXPECT_EQ(proof.problem, "");
  EXPECT_NE(proof.at, WallTime{});
  ASSERT_TRUE(proof.identity);
  EXPECT_NE(proof.identity->hostname, "");
  EXPECT_GT(proof.identity->cpus, 0);
  EXPECT_GT(proof.identity->memory_bytes, 0);
}

TEST_P(NodeProofContract, SaysNothingNewOfANodeThatIsMadeKnownOnceMore) {
  for (int i = 0; i < 3; ++i) hypervisor().know_node(body_->node());
  ASSERT_TRUE(hypervisor().look(body_->node(), body_->domain_uuid()));
  EXPECT_TRUE(hears(body_->node(), 1));
  EXPECT_EQ(of(body_->node()).size(), 1U);
}

TEST_P(NodeProofContract, SaysOnceWhyANodeIsNotConnected) {
  for (int i = 0; i < 3; ++i) {
    hypervisor().know_node(body_->unreachable_node());
    EXPECT_FALSE(hypervisor().look(body_->unreachable_node(), body_->domain_uuid()));
  }
  ASSERT_TRUE(hears(body_->unreachable_node(), 1));
  const auto proofs = of(body_->unreachable_node());
  EXPECT_EQ(proofs.size(), 1U);
  EXPECT_FALSE(proofs.front().identity);
  EXPECT_NE(proofs.front().problem.find("Connection refused"), std::string::npos) << proofs.front().problem;
}

TEST_P(NodeProofContract, ConnectsAnewToANodeThatWasForgotten) {
  hypervisor().know_node(body_->node());
  ASSERT_TRUE(hears(body_->node(), 1));
  hypervisor().forget_node(body_->node().uuid);
  hypervisor().know_node(body_->node());
  EXPECT_TRUE(hears(body_->node(), 2));
}

TEST_P(NodeProofContract, KeepsTheConnectionOfANodeThatWasKnownByItsUriAloneOnceItsUuidIs) {
  const ports::NodeAddress node = body_->node(), by_uri{"", node.name, node.uri};
  hypervisor().know_node(by_uri);
  ASSERT_TRUE(hears(by_uri, 1));
  hypervisor().know_node(node);
  ASSERT_TRUE(hypervisor().look(node, body_->domain_uuid()));
  EXPECT_EQ(body_->proofs().size(), 1U) << "nobody has connected again";
  hypervisor().forget_node(node.uuid);
  hypervisor().know_node(node);
  EXPECT_TRUE(hears(node, 1)) << "it is known by its UUID alone";
}

TEST_P(NodeProofContract, MayBeToldToForgetANodeThatItDoesNotKnow) {
  hypervisor().forget_node("00000000-0000-0000-0000-000000000001");
  EXPECT_TRUE(body_->proofs().empty());
}

}  // namespace
}  // namespace hotspot::contract
