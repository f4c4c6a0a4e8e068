// Who is a node, for a whole hotspotd.
#include <gmock/gmock.h>

#include "tests/unit/actuator/daemon/loop_stage.h"

namespace hotspot::daemon {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class LoopAdmission : public LoopStage {
 protected:
  // A snapshot that anybody with a collector's password may send.
  void send_forged(telemetry::NodeSnapshot snapshot) {
    std::vector<ports::Arrival> arrivals;
    arrivals.push_back({std::move(snapshot), clock_.now()});
    loop_->take(std::move(arrivals));
    loop_->tick();
    admitting_.deliver(*loop_, clock_.now());
  }
  nlohmann::json admission() { return status().at("admission"); }
};

TEST_F(LoopAdmission, ANodeThatWasNotAdmittedIsConnectedToByNobodyAndIsNoNode) {
  for (const auto mode : {rules::Mode::kObserve, rules::Mode::kEnforce}) {
    config_.mode = mode;
    loop_ = make_loop("hotspotd@one:1", lease_);
    second(0.1);
    send_forged(node("evil")
                    .at(clock_.now())
                    .cpus(512)
                    .set(&telemetry::NodeSample::uri, "qemu+ext:///system?command=/tmp/evil"));
    EXPECT_THAT(hypervisor_.known_nodes(), Not(Contains(uuid_of("evil"))));
    EXPECT_EQ(loop_->intake().cluster().find_node(uuid_of("evil")), nullptr);
    clock_.advance(kSecond);
    loop_->tick();
    EXPECT_EQ(admission().at("waiting"), 1);
  }
}

TEST_F(LoopAdmission, AStandbyConnectsToNobodyElseEither) {
  second(0.1);
  fakes::FakeLease other(store_, clock_, "hotspotd@two:2");
  loop_ = make_loop("hotspotd@two:2", other);
  send_forged(node("evil").at(clock_.now()));
  EXPECT_THAT(hypervisor_.known_nodes(), Not(Contains(uuid_of("evil"))));
}

TEST_F(LoopAdmission, ASnapshotWithAnotherUriChangesNoConnection) {
  second(0.1);
  const auto before = hypervisor_.known_nodes();
  clock_.advance(kSecond);
  send_forged(node("h1").at(clock_.now(), 99).set(&telemetry::NodeSample::uri, "qemu+tcp://evil/system"));
  EXPECT_EQ(hypervisor_.known_nodes(), before);
  EXPECT_EQ(loop_->intake().cluster().find_node(uuid_of("h1"))->snapshot->node.uri, "qemu+tcp://h1/system");
}

TEST_F(LoopAdmission, ANodeInDoubtIsSetAsideAtOnceAndSaidOnceWhenThatBeginsAndEnds) {
  second(0.1);
  clock_.advance(kSecond);
  telemetry::NodeSnapshot twin = node("h9").at(clock_.now());
  twin.node.uuid = uuid_of("h1");
  for (int i = 0; i < 3; ++i) send_forged(twin);
  EXPECT_TRUE(model::is_stale(*loop_->intake().cluster().find_node(uuid_of("h1")), clock_.now(), config_.freshness));
  clock_.advance(kSecond);
  loop_->tick();
  EXPECT_EQ(admission().at("frozen"), 1);
  for (int i = 0; i < 4; ++i) {
    clock_.advance(Milliseconds(40'000));
    store_.expires_at = clock_.steady() + 10 * kSecond;
    second(0.1);
  }
  second(0.1);
  const auto said = [&](const std::string& words) {
    return std::count_if(log_.begin(), log_.end(), [&](const auto& line) { return line.find(words) != line.npos; });
  };
  EXPECT_EQ(said("node 'h1' does not count (frozen): 'h1' and 'h9' say the same"), 1);
  EXPECT_EQ(said("node 'h1' counts again"), 1);
}

TEST_F(LoopAdmission, ThoseOfTheConfigurationStandInTheRegistryWhichOnlyTheLeaderWrites) {
  second(0.1);
  const auto registry = record::registry_from_fields(store_.nodes);
  ASSERT_EQ(registry.nodes.size(), 2u);
  EXPECT_EQ(registry.nodes.at("h1").admitted_by, "hotspotd.yaml");
  EXPECT_EQ(registry.nodes.at("h1").host_uuid, uuid_of("h1"));
  EXPECT_EQ(registry_copy_.stored.nodes.size(), 2u);
}

// Of the stream of admins; what was answered.
TEST_F(LoopAdmission, AnAdminAdmitsByWhatWasShownAndForgets) {
  second(0.1);
  send_forged(node("h5").at(clock_.now()));
  int number = 0;
  const auto ask = [&](const std::string& verb, std::map<std::string, std::string> arguments) {
    const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-" + std::to_string(++number);
    loop_->take(ports::Command{id, verb, std::move(arguments), clock_.now(), record::Channel::kAdmin});
    loop_->tick();
    return store_.answers.at("admin:" + id).verdict;
  };
  const auto registered = [&](const std::string& id) {
    return record::registry_from_fields(store_.nodes).nodes.contains(id);
  };
  const std::string uri = "qemu+tcp://h5/system";
  EXPECT_EQ(ask("admit", {{"node", uuid_of("h5")}, {"uri", "qemu+tcp://evil/system"}}).kind,
            record::AnswerKind::kRefused)
      << "that is not what the node says";
  EXPECT_FALSE(registered("h5"));
  const auto admitted = ask("admit", {{"node", uuid_of("h5")}, {"uri", uri}, {"owner", "ada"}});
  EXPECT_EQ(admitted.kind, record::AnswerKind::kDone) << admitted.message;
  EXPECT_TRUE(registered("h5"));
  EXPECT_THAT(hypervisor_.known_nodes(), Contains(uuid_of("h5")));
  EXPECT_EQ(ask("rekey", {{"node", "h9"}, {"fingerprint", "SHA256:x"}}).kind, record::AnswerKind::kRefused);
  const auto forgotten = ask("forget", {{"node", "h5"}, {"owner", "ada"}});
  EXPECT_EQ(forgotten.kind, record::AnswerKind::kDone) << forgotten.message;
  EXPECT_FALSE(registered("h5"));
}

TEST_F(LoopAdmission, AClusterOfBeforeStartsInRecommendAndSaysHowItIsAdmitted) {
  config_.admission = {};
  store_.state["status"] = "{}";
  loop_ = make_loop("hotspotd@one:1", lease_);
  for (int i = 0; i < 8; ++i) second(0.95);
  EXPECT_THAT(hypervisor_.calls(), IsEmpty());
  EXPECT_EQ(status().at("mode"), "recommend");
  EXPECT_THAT(log_, Contains(HasSubstr("hotspotctl node admit --all-seen")));
  EXPECT_EQ(admission().at("waiting"), 2);
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.1);
  EXPECT_EQ(status().at("mode"), "recommend") << "until somebody says otherwise";
}

}  // namespace
}  // namespace hotspot::daemon
