#include "actuator/loop/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/crypto/ed25519.h"
#include "tests/support/build_cluster.h"
#include "tests/unit/actuator/loop/admission_fixture.h"

namespace hotspot::loop {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(AdmissionTest, OfThousandsOfNodesEachIsIndexedAloneWhenItsUuidOrKeyIsPinned) {
  constexpr int kNodes = 2000;
  const auto name = [](int number) { return "n" + std::to_string(number); };
  for (int i = 0; i < kNodes; ++i) options_.nodes.push_back({name(i), "qemu+tcp://" + name(i) + "/system", "", ""});
  make();
  const std::uint64_t before = admission_->times_indexed();
  for (int i = 0; i < kNodes; ++i) {
    ports::NodeProof said = proof(name(i));
    said.node_uuid.clear();
    admission_->hear(said, now_);
  }
  EXPECT_EQ(admission_->times_indexed(), before);
  for (const int i : {0, 999, kNodes - 1}) {
    ASSERT_NE(admission_->find(uuid_of(name(i))), nullptr) << name(i);
    EXPECT_EQ(admission_->find_by_uri("qemu+tcp://" + name(i) + "/system")->host_uuid, uuid_of(name(i)));
  }
  const auto all = admission_->admitted();
  EXPECT_TRUE(std::all_of(all.begin(), all.end(), [](const auto& one) { return one.standing == Standing::kProven; }));
}

TEST_F(AdmissionTest, WhoSaysWhatAnotherSaysIsFoundThoughTheOthersAreNotIndexedAnew) {
  for (const char* name : {"n1", "n2"})
    options_.nodes.push_back({name, std::string("qemu+tcp://") + name + "/system", "", ""});
  make();
  ports::NodeProof first = proof("n1"), twin = proof("n2");
  first.node_uuid.clear(), twin.node_uuid.clear();
  twin.identity->host_uuid = uuid_of("n1");
  admission_->hear(first, now_);
  admission_->hear(twin, now_);
  EXPECT_EQ(admission_->find(uuid_of("n1"))->id, "n1") << "the first one has it";
  EXPECT_EQ(admission_->registry().nodes.at("n2").host_uuid, "");
}

TEST_F(AdmissionTest, ANodeThatWasNotAdmittedIsConnectedToByNobody) {
  Collector evil{"h1"};
  evil.snapshot.set(&telemetry::NodeSample::uri, "qemu+ext:///system?command=/tmp/evil");
  const Judgement verdict = judge(evil);
  EXPECT_EQ(verdict.kind, Judgement::Kind::kWaits);
  EXPECT_THAT(admission_->addresses(), IsEmpty());
  ASSERT_THAT(admission_->waiting(), SizeIs(1));
  EXPECT_EQ(admission_->waiting()[0].fingerprint, evil.fingerprint());
  EXPECT_EQ(admit(evil, "qemu+ext:///system?command=/tmp/evil").error().fault, AdminFault::kNotAllowed);
  EXPECT_THAT(admission_->addresses(), IsEmpty());
}

TEST_F(AdmissionTest, ANodeCountsOnceItWasAdmittedAndItsLibvirtHasSaidTheSame) {
  Collector h1{"h1"};
  judge(h1);
  ASSERT_TRUE(admit(h1).ok());
  EXPECT_EQ(judge(h1).name, "not_proven");
  ASSERT_THAT(admission_->addresses(), SizeIs(1));
  admission_->hear(proof("h1"), now_);
  EXPECT_TRUE(judge(h1).counts());
  EXPECT_THAT(admission_->waiting(), IsEmpty());
}

TEST_F(AdmissionTest, ASnapshotNeverChangesAnAdmittedUri) {
  Collector h1{"h1"};
  admitted_and_proven(h1);
  h1.snapshot.set(&telemetry::NodeSample::uri, "qemu+tcp://elsewhere/system");
  EXPECT_TRUE(judge(h1).counts());
  EXPECT_EQ(last_.snapshot.node.uri, "qemu+tcp://h1/system");
  EXPECT_EQ(admission_->addresses()[0].uri, "qemu+tcp://h1/system");
}

TEST_F(AdmissionTest, WhatTheOperatorDidNotSeeIsNotAdmitted) {
  Collector h1{"h1"};
  judge(h1);
  EXPECT_EQ(admit(h1, "qemu+tcp://other/system").error().fault, AdminFault::kChanged);
  EXPECT_EQ(admit(Collector{"h1"}).error().fault, AdminFault::kChanged) << "another key";
  EXPECT_EQ(admit(Collector{"h2"}).error().fault, AdminFault::kNotFound);
}

TEST_F(AdmissionTest, WhatIsNotSignedIsRefusedAndCounted) {
  Collector h1{"h1"};
  admitted_and_proven(h1);
  Collector unsigned_h1{.name = "h1", .key = std::nullopt};
  EXPECT_EQ(judge(unsigned_h1).name, "unsigned");
  Collector stranger{.name = "h2", .key = std::nullopt};
  EXPECT_EQ(judge(stranger).name, "unsigned");
  EXPECT_EQ(admission_->refusals().at("unsigned").count, 2u);
  EXPECT_TRUE(judge(h1).counts()) << "nobody else's snapshot freezes it";
}

TEST_F(AdmissionTest, AnUnsignedSnapshotOfANodeWhoseKeyIsPinnedIsRefusedAlsoWhereKeysAreNotRequired) {
  options_.require_keys = false;
  make();
  Collector h1{"h1"};
  admitted_and_proven(h1);
  Collector downgraded{.name = "h1", .key = std::nullopt};
  EXPECT_EQ(judge(downgraded).name, "unsigned");
  EXPECT_TRUE(judge(h1).counts());
}

TEST_F(AdmissionTest, ASnapshotThatIsSentAgainIsRefusedAlsoByTheNextLeader) {
  Collector h1{"h1"};
  admitted_and_proven(h1);
  ports::Arrival captured = h1.send();
  captured.stream_id = "1000-0";
  EXPECT_TRUE(judge(captured).counts());
  EXPECT_TRUE(judge(captured).counts()) << "the same entry, read again after a lost connection";
  captured.stream_id = "2000-0";
  EXPECT_EQ(judge(captured).name, "replayed");

  const std::string saved = admission_->save_positions();
  const record::Registry registry = admission_->registry();
  make();
  admission_->adopt(registry, now_);
  admission_->hear(proof("h1"), now_);
  ASSERT_TRUE(admission_->restore_positions(saved).ok());
  EXPECT_EQ(judge(captured).name, "replayed");
  h1.boot = 2;
  h1.sequence = 0;
  EXPECT_TRUE(judge(h1).counts()) << "a collector that was started anew";
}

TEST_F(AdmissionTest, ASignatureForAnotherNodeOrSequenceIsRefused) {
  Collector h1{"h1"};
  admitted_and_proven(h1);
  ports::Arrival arrival = h1.send();
  arrival.envelope.node = uuid_of("h2");
  EXPECT_EQ(judge(arrival).name, "bad_signature");
  arrival = h1.send();
  ++arrival.envelope.position.sequence;
  EXPECT_EQ(judge(arrival).name, "bad_signature");
}

TEST_F(AdmissionTest, ANodeThatClaimsMoreThanItsLibvirtSaysIsFrozenAndAskedAgain) {
  Collector h1{"h1"};
  admitted_and_proven(h1);
  h1.snapshot.cpus(512).memory(4096 * kGibibyte, 4096 * kGibibyte);
  EXPECT_EQ(judge(h1).name, "frozen");
  EXPECT_THAT(why("h1"), HasSubstr("frozen: its snapshots say 512 CPUs"));
  EXPECT_THAT(admission_->frozen(), ElementsAre(uuid_of("h1")));
  EXPECT_THAT(admission_->take_doubts(), ElementsAre(uuid_of("h1")));
  judge(h1);
  EXPECT_THAT(admission_->take_doubts(), IsEmpty()) << "once a minute, whatever is sent";
  h1.snapshot.cpus(8).memory(8 * kGibibyte, 7 * kGibibyte);
  EXPECT_EQ(judge(h1).name, "frozen");
  ports::NodeProof grown = proof("h1");
  grown.identity->cpus = 8;
  admission_->hear(grown, now_);
  EXPECT_TRUE(judge(h1).counts()) << "CPUs were plugged in";
}

TEST_F(AdmissionTest, ALibvirtThatIsAnotherHostFreezesTheNode) {
  Collector h1{"h1"};
  judge(h1);
  ASSERT_TRUE(admit(h1).ok());
  ports::NodeProof wrong = proof("h1");
  wrong.identity->host_uuid = uuid_of("h7");
  admission_->hear(wrong, now_);
  EXPECT_EQ(judge(h1).name, "frozen");
  wrong = proof("h1");
  wrong.identity->hostname = "h7";
  admission_->hear(wrong, now_);
  EXPECT_EQ(judge(h1).name, "frozen");
  admission_->hear(proof("h1"), now_);
  EXPECT_TRUE(judge(h1).counts());
}

TEST_F(AdmissionTest, TwoNodesWithOneHostUuidAreBothRefusedAndNamedWithTheCure) {
  options_.require_keys = false;
  make();
  Collector h1{.name = "h1", .key = std::nullopt};
  admitted_and_proven(h1);
  Collector h2{.name = "h2", .key = std::nullopt};
  h2.snapshot.set(&telemetry::NodeSample::uuid, uuid_of("h1"));
  EXPECT_EQ(judge(h2).name, "other_identity");
  EXPECT_EQ(judge(h1).name, "frozen");
  EXPECT_THAT(why("h1"), HasSubstr("'h1' and 'h2' say the same"));
  EXPECT_THAT(why("h1"), HasSubstr("host_uuid in libvirtd.conf"));
  now_ += std::chrono::minutes(3);
  admission_->advance(now_);
  EXPECT_TRUE(judge(h1).counts()) << "the other is silent";
}

TEST_F(AdmissionTest, AStrangerWithTheHostUuidOfANodeWhoseKeyIsPinnedFreezesNobody) {
  Collector h1{"h1"};
  admitted_and_proven(h1);
  Collector h2{"h2"};
  h2.snapshot.set(&telemetry::NodeSample::uuid, uuid_of("h1"));
  EXPECT_EQ(judge(h2).kind, Judgement::Kind::kWaits);
  EXPECT_THAT(admission_->waiting()[0].why, HasSubstr("host_uuid in libvirtd.conf"));
  EXPECT_TRUE(judge(h1).counts());
  EXPECT_EQ(admit(h2).error().fault, AdminFault::kConflict);
}

TEST_F(AdmissionTest, ANodeThatClaimsAnothersHostUuidIsFrozenItself) {
  Collector h1{"h1"}, h2{"h2"};
  admitted_and_proven(h1);
  admitted_and_proven(h2);
  h2.snapshot.set(&telemetry::NodeSample::uuid, uuid_of("h1"));
  EXPECT_FALSE(judge(h2).counts());
  EXPECT_THAT(why("h2"), HasSubstr("frozen: 'h2' says that it has the host UUID of 'h1'"));
  EXPECT_TRUE(judge(h1).counts());
}

TEST_F(AdmissionTest, ANodeThatWasInstalledAnewIsSaidAndIsOneNodeAfterItsRekey) {
  Collector h1{"h1"};
  admitted_and_proven(h1);
  Collector anew{"h1"};
  anew.snapshot.set(&telemetry::NodeSample::uuid, uuid_of("new"));
  EXPECT_EQ(judge(anew).name, "unknown_key");
  EXPECT_THAT(admission_->waiting()[0].why, HasSubstr("hotspotctl node rekey h1"));
  EXPECT_TRUE(judge(h1).counts()) << "the old one, while it still sends";
  const auto rekeyed = admission_->rekey("h1", anew.fingerprint(), now_);
  ASSERT_TRUE(rekeyed.ok()) << rekeyed.error().message;
  EXPECT_EQ(rekeyed->host_uuid, uuid_of("new"));
  ports::NodeProof now_it_is = proof("h1");
  now_it_is.identity->host_uuid = uuid_of("new");
  admission_->hear(now_it_is, now_);
  EXPECT_TRUE(judge(anew).counts());
  EXPECT_FALSE(judge(h1).counts());
  EXPECT_THAT(admission_->admitted(), SizeIs(1));
}

TEST_F(AdmissionTest, TwoKeysOverlapWhileACollectorChangesItsKey) {
  Collector h1{"h1"};
  admitted_and_proven(h1);
  Collector next{"h1"};
  ASSERT_TRUE(admission_->rekey("h1", next.fingerprint(), now_).ok());
  EXPECT_TRUE(judge(h1).counts());
  EXPECT_TRUE(judge(next).counts());
  EXPECT_THAT(admission_->admitted()[0].fingerprints, ElementsAre(h1.fingerprint(), next.fingerprint()));
  now_ += std::chrono::minutes(11);
  admission_->advance(now_);
  EXPECT_THAT(admission_->admitted()[0].fingerprints, ElementsAre(next.fingerprint()));
  EXPECT_FALSE(judge(h1).counts());
  EXPECT_TRUE(judge(next).counts());
}

TEST_F(AdmissionTest, AListedNodeWithoutAKeyWaitsUntilSomebodyHasComparedIt) {
  options_.nodes = {{"h1", "qemu+tcp://h1/system", "", ""}};
  make();
  admission_->hear({"", "qemu+tcp://h1/system", proof("h1").identity, "", now_}, now_);
  EXPECT_EQ(admission_->registry().nodes.at("h1").host_uuid, uuid_of("h1")) << "what its libvirt says";
  Collector h1{"h1"};
  EXPECT_EQ(judge(h1).name, "key_not_pinned");
  EXPECT_THAT(why("h1"), HasSubstr("keyless"));
  ASSERT_TRUE(admit(h1).ok());
  EXPECT_TRUE(judge(h1).counts());
}

TEST_F(AdmissionTest, AListedNodeWithAFingerprintCountsWithThatKeyAlone) {
  Collector h1{"h1"};
  options_.nodes = {{"h1", "qemu+tcp://h1/system", h1.fingerprint(), uuid_of("h1")}};
  make();
  admission_->hear(proof("h1"), now_);
  EXPECT_TRUE(judge(h1).counts());
  Collector other{"h1"};
  EXPECT_EQ(judge(other).name, "unknown_key");
}

TEST_F(AdmissionTest, APatternAdmitsOnlyOnceLibvirtAtTheUriIsThatNode) {
  options_.patterns = {"qemu+tls://*.example.net/system"};
  options_.trust_first_key = true;
  make();
  Collector evil{"evil"}, good{"good"};
  evil.snapshot.set(&telemetry::NodeSample::uri, "qemu+tls://good.example.net/system");
  good.snapshot.set(&telemetry::NodeSample::uri, "qemu+tls://good.example.net/system");
  EXPECT_EQ(judge(evil).name, "not_proven");
  ports::NodeProof answers = proof("good");
  answers.uri = "qemu+tls://good.example.net/system";
  admission_->hear(answers, now_);
  EXPECT_THAT(admission_->registry().nodes, IsEmpty()) << "evil is not who answers there";
  EXPECT_EQ(judge(good).name, "not_proven");
  admission_->hear(answers, now_);
  EXPECT_TRUE(judge(good).counts());
  EXPECT_EQ(admission_->registry().nodes.at("good").keys[0].key, good.public_key());
}

TEST_F(AdmissionTest, APatternAloneAdmitsNobodyWhoseKeyNobodyHasCompared) {
  options_.patterns = {"qemu+tls://*.example.net/system"};
  make();
  Collector h1{"h1"};
  h1.snapshot.set(&telemetry::NodeSample::uri, "qemu+tls://h1.example.net/system");
  EXPECT_EQ(judge(h1).name, "not_admitted");
  EXPECT_THAT(admission_->addresses(), IsEmpty());
  EXPECT_THAT(admission_->waiting()[0].why, HasSubstr("trust_first_key"));
}

TEST_F(AdmissionTest, TwoEntriesNeverHaveTheSameNameUriHostUuidOrKey) {
  Collector h1{"h1"};
  admitted_and_proven(h1);
  const auto conflict = [&](const ListedNode& node) {
    const auto added = admission_->add(node, "ada", now_);
    return !added && added.error().fault == AdminFault::kConflict;
  };
  EXPECT_TRUE(conflict({"h1", "qemu+tcp://other/system", "", ""}));
  EXPECT_TRUE(conflict({"h2", "qemu+tcp://H1/system", "", ""}));
  EXPECT_TRUE(conflict({"h2", "qemu+tcp://h2/system", "", uuid_of("h1")}));
  EXPECT_TRUE(conflict({"h2", "qemu+tcp://h2/system", h1.fingerprint(), ""}));
  record::Registry forged = admission_->registry();
  forged.nodes["h2"] = forged.nodes["h1"];
  forged.nodes["h2"].id = "h2";
  admission_->adopt(forged, now_);
  EXPECT_THAT(why("h1"), HasSubstr("frozen"));
  EXPECT_THAT(why("h2"), HasSubstr("frozen"));
  EXPECT_THAT(admission_->addresses(), IsEmpty());
}

TEST_F(AdmissionTest, WhatStandsInTheRegistryIsConnectedToOnlyIfTheConfigurationAllowsIt) {
  record::Registry forged;
  forged.nodes["h1"] = {.id = "h1", .host_uuid = uuid_of("h1"), .name = "h1", .uri = "qemu+ext:///?command=/tmp/x"};
  admission_->adopt(forged, now_);
  EXPECT_THAT(admission_->addresses(), IsEmpty());
  EXPECT_THAT(why("h1"), HasSubstr("frozen"));
}

}  // namespace
}  // namespace hotspot::loop
