// What a libvirt or a collector of an admitted node may say to be taken for another node, and what people may be led
// to.
#include "actuator/loop/node_commands.h"
#include "actuator/loop/registry_keeper.h"
#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_lease.h"
#include "tests/support/fakes/fake_registry.h"
#include "tests/unit/actuator/loop/admission_fixture.h"

namespace hotspot::loop {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AdmissionTricksTest : public AdmissionTest {
 protected:
  // h2 stands in a list by its name and URI; what its host UUID is, its libvirt will say.
  void list_h2_without_a_host_uuid() {
    options_.nodes = {{"h1", "qemu+tcp://h1/system", h1_.fingerprint(), uuid_of("h1")},
                      {"h2", "qemu+tcp://h2/system", h2_.fingerprint(), ""}};
    make();
    admission_->hear(proof("h1"), now_);
  }
  void h2_says(const std::string& host_uuid) {
    ports::NodeProof said = proof("h2");
    said.identity->host_uuid = host_uuid;
    admission_->hear(said, now_);
  }
  Collector h1_{"h1"}, h2_{"h2"};
};

TEST_F(AdmissionTricksTest, ALibvirtThatSaysTheHostUuidOfAnotherNodeFreezesItsOwnAndNotTheOther) {
  list_h2_without_a_host_uuid();
  h2_says(uuid_of("h1"));
  h2_.snapshot.set(&telemetry::NodeSample::uuid, uuid_of("h1"));
  EXPECT_FALSE(judge(h2_).counts());
  EXPECT_THAT(why("h2"), HasSubstr("frozen"));
  EXPECT_THAT(why("h2"), HasSubstr("set host_uuid in libvirtd.conf of one of the two"));
  EXPECT_TRUE(judge(h1_).counts());
  h2_.snapshot.set(&telemetry::NodeSample::uuid, uuid_of("anybody"));
  EXPECT_FALSE(judge(h2_).counts()) << "nobody has said that it is this one";
}

TEST_F(AdmissionTricksTest, ANodeWhoseHostUuidWasAnothersCountsOnceThatOneIsForgotten) {
  admitted_and_proven(h1_);
  const auto added = admission_->add({"h2", "qemu+tcp://h2/system", h2_.public_key(), ""}, "ada", now_);
  ASSERT_TRUE(added.ok()) << added.error().message;
  h2_says(uuid_of("h1"));
  h2_.snapshot.set(&telemetry::NodeSample::uuid, uuid_of("h1"));
  EXPECT_FALSE(judge(h2_).counts());
  ASSERT_TRUE(admission_->forget("h1").ok());
  admission_->advance(now_);
  EXPECT_TRUE(judge(h2_).counts()) << why("h2");
}

TEST_F(AdmissionTricksTest, AStolenKeyIsNobodysOnceItsNodeIsForgottenAndAdmittedWithAnother) {
  admitted_and_proven(h1_);
  Collector next{"h1"};
  ASSERT_TRUE(admission_->forget("h1").ok());
  EXPECT_FALSE(judge(h1_).counts());
  judge(next);
  ASSERT_TRUE(admit(next).ok());
  admission_->hear(proof("h1"), now_);
  EXPECT_TRUE(judge(next).counts()) << why("h1");
  EXPECT_FALSE(judge(h1_).counts()) << "the old key";
}

TEST_F(AdmissionTricksTest, ALibvirtThatSaysNoHostUuidProvesNothing) {
  list_h2_without_a_host_uuid();
  h2_says("");
  h2_.snapshot.set(&telemetry::NodeSample::uuid, uuid_of("h1"));
  EXPECT_FALSE(judge(h2_).counts());
  EXPECT_THAT(why("h2"), HasSubstr("says no UUID of its host"));
  EXPECT_TRUE(judge(h1_).counts());
  h2_says(uuid_of("h2"));
  h2_.snapshot.set(&telemetry::NodeSample::uuid, uuid_of("h2"));
  EXPECT_TRUE(judge(h2_).counts()) << why("h2");
}

TEST_F(AdmissionTricksTest, WhereADriverHasNoHostUuidNobodyTakesAnothers) {
  options_.uris.schemes.insert("test");
  options_.nodes = {{"h1", "qemu+tcp://h1/system", h1_.fingerprint(), uuid_of("h1")},
                    {"h2", "test:///default", h2_.fingerprint(), ""}};
  make();
  admission_->hear(proof("h1"), now_);
  admission_->hear({"", "test:///default", ports::NodeIdentity{"", "h2", 2, kGibibyte}, "", now_}, now_);
  h2_.snapshot.set(&telemetry::NodeSample::uuid, uuid_of("h1"));
  EXPECT_FALSE(judge(h2_).counts());
  EXPECT_THAT(why("h2"), HasSubstr("frozen: 'h2' says that it has the host UUID of another node"));
  EXPECT_TRUE(judge(h1_).counts()) << why("h1");
}

TEST_F(AdmissionTricksTest, WhatOneLibvirtHasProvenProvesNothingOfTheNextOneOfThatName) {
  admitted_and_proven(h1_);
  record::Registry moved = admission_->registry();
  moved.nodes.at("h1").uri = "qemu+tcp://h1.elsewhere/system";
  admission_->adopt(moved, now_);
  EXPECT_EQ(judge(h1_).name, "not_proven");
  ports::NodeProof said = proof("h1");
  said.uri = "qemu+tcp://h1.elsewhere/system";
  admission_->hear(said, now_);
  EXPECT_TRUE(judge(h1_).counts());
}

TEST_F(AdmissionTricksTest, OfTwoThatDoNotSignNobodyGuessesWhichOneWasInstalledAnew) {
  options_.require_keys = false;
  make();
  Collector old{.name = "h1", .key = std::nullopt};
  admitted_and_proven(old);
  for (const char* uuid : {"anew", "stranger"}) {
    Collector one{.name = "h1", .key = std::nullopt};
    one.snapshot.set(&telemetry::NodeSample::uuid, uuid_of(uuid));
    judge(one);
  }
  const auto rekeyed = admission_->rekey("h1", "", now_);
  ASSERT_FALSE(rekeyed.ok());
  EXPECT_EQ(rekeyed.error().fault, AdminFault::kAmbiguous) << rekeyed.error().message;
  EXPECT_EQ(admission_->registry().nodes.at("h1").host_uuid, uuid_of("h1"));
}

TEST(RegistryKeeperTest, ARevisionThatSomebodyMadeUpKeepsNobodyFromWritingTheRegistry) {
  for (const char* made_up : {"9223372036854775807", "9007199254740992", "99999999999999999999", "-5"}) {
    fakes::FakeClock clock{kNow};
    fakes::FakeStore store;
    fakes::FakeLease lease{store, clock, "one"};
    fakes::FakeRegistry registry{store, clock};
    store.nodes[record::kRevisionField] = made_up;
    Admission admission("test", {});
    RegistryKeeper keeper(&registry, nullptr, admission, [](const std::string&) {});
    const auto token = lease.acquire_or_renew()->token;
    ASSERT_TRUE(keeper.take_lead(token, kNow).ok());
    ASSERT_TRUE(admission.add({"h1", "qemu+tls://h1/system", "", ""}, "ada", kNow).ok());
    ASSERT_TRUE(keeper.save(token).ok());
    const record::Registry written = record::registry_from_fields(store.nodes);
    EXPECT_EQ(written.nodes.size(), 1u) << made_up;
    EXPECT_GT(written.revision, 0) << made_up;
    EXPECT_LE(written.revision, record::kLastRevision) << made_up;
  }
}

TEST_F(AdmissionTricksTest, ANameThatCouldBeTakenForAnotherOrForALineOfTheListIsNoNodes) {
  for (const char* name : {"h9  qemu+tls://good/system  key SHA256:AAAA  (host UUID 1)", "h\xd0\xb0ppy", "h1\xc2\xa0",
                           " h1", "h1 ", "-o", "..", "a/b", "h1:2", "", "'h1'"}) {
    Collector one{"h1"};
    one.snapshot.set(&telemetry::NodeSample::name, name);
    EXPECT_EQ(judge(one).name, "malformed") << name;
    Collector other{"h1"};
    other.snapshot.set(&telemetry::NodeSample::uuid, name);
    EXPECT_EQ(judge(other).name, "malformed") << name;
  }
  EXPECT_EQ(admission_->waiting_count(), 0u);
  for (const char* name : {"h1", "H-1.example.net", "node_7", "10.0.0.7"}) {
    Collector one{name};
    EXPECT_EQ(judge(one).kind, Judgement::Kind::kWaits) << name;
  }
}

TEST_F(AdmissionTricksTest, AFingerprintThatNobodyWaitsWithIsNoNewNodesName) {
  RegistryKeeper keeper(nullptr, nullptr, *admission_, [](const std::string&) {});
  NodeAdmin admin(*admission_, keeper);
  const record::AdmitNode asked{h1_.fingerprint(), "qemu+tcp://h1/system", h1_.fingerprint(), "ada"};
  const auto verdict = run_node_command(admin, asked, {1, now_});
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->kind, record::AnswerKind::kRefused) << verdict->message;
  EXPECT_THAT(admission_->registry().nodes, IsEmpty());
}

}  // namespace
}  // namespace hotspot::loop
