// Who is a node, for a whole hotspotd.
#include <gmock/gmock.h>

#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
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
    options_.mode = mode;
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
  EXPECT_TRUE(model::is_stale(*loop_->intake().cluster().find_node(uuid_of("h1")), clock_.now(), options_.freshness));
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

TEST_F(LoopAdmission, ANodeThatIsListedWithoutAUuidIsConnectedToOnceAndCountedOnce) {
  const std::string uri = "qemu+tcp://h7/system";
  options_.admission.nodes.push_back({"h7", uri, "", ""});
  hypervisor_.set_identity(uri, {uuid_of("h7"), "h7", 4, 8 * kGibibyte});
  const auto before = hypervisor_.connections_made()[uri];
  loop_ = make_loop("hotspotd@one:1", lease_);
  for (int i = 0; i < 3; ++i) {
    send_forged(node("h7").at(clock_.now(), static_cast<std::uint64_t>(i + 1)));
    second(0.1);
    EXPECT_EQ(status().at("connections").at("connected"), 3) << "h1, h2 and h7, in round " << i;
  }
  EXPECT_EQ(hypervisor_.connections_made()[uri], before + 1);
  EXPECT_EQ(admission().at("proven"), 3);
  EXPECT_NE(loop_->intake().cluster().find_node(uuid_of("h7")), nullptr) << "its snapshots count";
  EXPECT_NE(loop_->connections().find(uuid_of("h7")), nullptr);
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
  options_.admission = {};
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

// What is sent before libvirt has said who the nodes are.
class LoopAdmissionEarly : public LoopAdmission {
 protected:
  LoopAdmissionEarly() {
    for (const char* name : {"h1", "h2"})
      hypervisor_.fail_node(uuid_of(name), {ports::CallFault::kUnreachable, "wait"});
    rules_text_ = kLongRule;
    options_.mode = rules::Mode::kRecommend;
    loop_ = make_loop("hotspotd@one:1", lease_);
  }
  void answer(const std::string& name) {
    hypervisor_.break_connection(uuid_of(name), "");
    admitting_.deliver(*loop_, clock_.now());
  }
  double samples() {
    const auto all = status();
    for (const auto& firing : all.at("firings"))
      if (firing.at("rule") == "Counted") return firing.at("value");
    return 0;
  }
  static constexpr const char* kLongRule = R"(groups:
- name: long
  rules:
  - alert: Counted
    expr: count_over_time(domain_cpu_ratio[10m]) > 0
)";
};

TEST_F(LoopAdmissionEarly, NothingOfAnUnprovenNodeCountsBeforeTheProofAndItsHistoryDoesAfterwards) {
  for (int i = 0; i < 5; ++i) second(0.95);
  EXPECT_TRUE(loop_->intake().cluster().nodes().empty());
  EXPECT_EQ(status().at("firings").size(), 0u);
  answer("h1");
  loop_->tick();
  ASSERT_NE(loop_->intake().cluster().find_node(uuid_of("h1")), nullptr);
  EXPECT_EQ(loop_->intake().cluster().find_node(uuid_of("h2")), nullptr) << "nobody has said who that is";
  second(0.95);
  EXPECT_EQ(samples(), 6) << status().at("firings");
}

TEST_F(LoopAdmissionEarly, HistoryComesBeforeASnapshotThatCameTogetherWithTheProof) {
  for (int i = 0; i < 3; ++i) second(0.95);
  answer("h1");
  send(0.95);
  loop_->tick();
  clock_.advance(kSecond);
  loop_->tick();
  EXPECT_EQ(samples(), 4) << status().at("firings");
}

TEST_F(LoopAdmissionEarly, OfManyNodesThatDoNotCountYetTheLogHasALineAndNotAThousand) {
  for (int i = 0; i < 300; ++i) {
    const std::string name = "many" + std::to_string(i);
    admit(name);
    hypervisor_.fail_node(uuid_of(name), {ports::CallFault::kUnreachable, "wait"});
  }
  log_.clear();
  loop_ = make_loop("hotspotd@one:1", lease_);
  for (int i = 0; i < 10; ++i) second(0.1);
  EXPECT_EQ(said("does not count").size(), 0u) << "connections are still made";
  for (int i = 0; i < 10; ++i) second(0.1);
  ASSERT_EQ(said("does not count").size(), 1u);
  EXPECT_NE(said("does not count").front().find("and 301 nodes more likewise"), std::string::npos)
      << said("does not count").front();
  for (int i = 0; i < 300; ++i) hypervisor_.break_connection(uuid_of("many" + std::to_string(i)), "");
  admitting_.deliver(*loop_, clock_.now());
  second(0.1);
  second(0.1);
  EXPECT_EQ(said("' counts").size(), 1u) << said("' counts").front();
}

TEST_F(LoopAdmissionEarly, WhatTheProofContradictsNeverCounts) {
  for (int i = 0; i < 3; ++i) second(0.95);
  hypervisor_.set_identity(uuid_of("h1"), {uuid_of("h1"), "h1", 64, 8 * kGibibyte});
  answer("h1");
  loop_->tick();
  EXPECT_EQ(loop_->intake().cluster().find_node(uuid_of("h1")), nullptr) << "it said that it has 4 CPUs";
}

TEST_F(LoopAdmission, ANodeThatIsForgottenLeavesClusterConnectionsAndStatus) {
  second(0.1);
  send_forged(node("h5").at(clock_.now()));
  const auto ask = [&](const std::string& verb, std::map<std::string, std::string> arguments) {
    static int number = 0;
    const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-" + std::to_string(++number);
    loop_->take(ports::Command{id, verb, std::move(arguments), clock_.now(), record::Channel::kAdmin});
    loop_->tick();
    EXPECT_EQ(store_.answers.at("admin:" + id).verdict.kind, record::AnswerKind::kDone);
  };
  ask("admit", {{"node", uuid_of("h5")}, {"uri", "qemu+tcp://h5/system"}, {"owner", "ada"}});
  hypervisor_.break_connection(uuid_of("h5"), "no route to host");
  admitting_.deliver(*loop_, clock_.now());
  EXPECT_NE(loop_->connections().find(uuid_of("h5")), nullptr);
  ask("forget", {{"node", "h5"}, {"owner", "ada"}});
  EXPECT_EQ(loop_->connections().find(uuid_of("h5")), nullptr);
  loop_->take(ports::NodeProof{uuid_of("h5"), "qemu+tcp://h5/system", std::nullopt, "it comes late", clock_.now()});
  EXPECT_EQ(loop_->connections().find(uuid_of("h5")), nullptr);
  EXPECT_EQ(loop_->intake().cluster().find_node(uuid_of("h5")), nullptr);
  second(0.1);
  EXPECT_EQ(status().at("connections").at("not_connected"), 0);
}

TEST_F(LoopAdmission, WhatAForgottenNodeSentIsInNoWindowAnyMore) {
  rules_text_ = R"(groups:
- name: nodes
  rules:
  - alert: Nodes
    expr: count(count_over_time(node_cpu_ratio[1h])) > 0
)";
  options_.mode = rules::Mode::kRecommend;
  registry_copy_.stored.nodes["h5"] = {.id = "h5",
                                       .host_uuid = uuid_of("h5"),
                                       .name = "h5",
                                       .uri = "qemu+tcp://h5/system",
                                       .keys = {},
                                       .admitted_at = kNow,
                                       .admitted_by = "ada"};
  hypervisor_.set_identity(uuid_of("h5"), {uuid_of("h5"), "h5", 4, 8 * kGibibyte});
  loop_ = make_loop("hotspotd@one:1", lease_);
  std::uint64_t sequence = 0;
  const auto counted = [&](bool with_h5) {
    for (int i = 0; i < 5; ++i) {
      second(0.1);
      if (with_h5) send_forged(node("h5").cpu(0.2).at(clock_.now(), ++sequence));
    }
    second(0.1);
    const auto all = status();
    for (const auto& firing : all.at("firings")) return firing.at("value").get<double>();
    return 0.0;
  };
  EXPECT_EQ(counted(true), 3);
  loop_->take(ports::Command{std::to_string(to_unix_ms(clock_.now())) + "-1",
                             "forget",
                             {{"node", "h5"}, {"owner", "ada"}},
                             clock_.now(),
                             record::Channel::kAdmin});
  loop_->tick();
  EXPECT_EQ(counted(false), 2);
}

}  // namespace
}  // namespace hotspot::loop
