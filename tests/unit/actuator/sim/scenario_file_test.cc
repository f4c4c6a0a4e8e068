// Cluster files: what they mean, and what is refused with its place.
#include "actuator/sim/scenario_file.h"

#include <gtest/gtest.h>

namespace hotspot::simulation {
namespace {

CheckedScenario read(const std::string& text) { return read_scenario({"c.yml", text}); }

std::string complaint(const std::string& text) {
  const CheckedScenario checked = read(text);
  EXPECT_FALSE(checked.scenario) << text;
  if (checked.diagnostics.empty()) return "";
  const rules::Diagnostic& first = checked.diagnostics.front();
  return first.file + ":" + std::to_string(first.position.line) + ":" + std::to_string(first.position.column) + ": " +
         first.message + (first.suggestion.empty() ? "" : " ▶ " + first.suggestion);
}

TEST(ScenarioFile, SaysNodesDomainsAndWhatTheyWant) {
  const CheckedScenario checked = read(R"(
nodes:
- {name: h, count: 2, cpus: 16, memory: 64GiB, network: 1250MiB/s, watts: [90, 230]}
- {name: big, cpus: 64, memory: 256GiB, own_cpus: 2, own_memory: 8GiB}
domains:
- name: web
  count: 3
  node: h2
  vcpus: 2
  vcpus_max: 4
  memory: 4GiB
  cpu: {mean: 50%, swing: 0.5, peak: 15h, noise: 5%}
  used: {steps: {0s: 1GiB, 30m: 75%}}
  transmit: 10MiB/s
  policy: {group: web, anti_affinity: [db], mode: recommend}
- {name: db, vcpus: 8, memory: 32GiB, cpu: 3}
hot: {cpu: 80%}
migration: {bandwidth: 500MiB/s, cpus: 1}
)");
  ASSERT_TRUE(checked.scenario) << rules::format(checked.diagnostics, {});
  const Scenario& scenario = *checked.scenario;
  ASSERT_EQ(scenario.nodes.size(), 3u);
  EXPECT_EQ(scenario.nodes[1].name, "h2");
  EXPECT_NE(scenario.nodes[0].uuid, scenario.nodes[1].uuid);
  EXPECT_EQ(scenario.nodes[0].watts, (std::vector<double>{90, 230}));
  ASSERT_EQ(scenario.domains.size(), 4u);
  EXPECT_EQ(scenario.domains[2].name, "web3");
  EXPECT_EQ(scenario.domains[2].node, 1u);
  EXPECT_EQ(std::get<Daily>(scenario.domains[0].cores.shape).mean, 1) << "half of its two vCPUs";
  EXPECT_EQ(std::get<Steps>(scenario.domains[0].used_bytes.shape).values[1].second, 3.0 * kGibibyte);
  EXPECT_EQ(scenario.domains[0].policy.anti_affinity, std::vector<std::string>{"db"});
  EXPECT_EQ(scenario.domains[3].node, 2u) << "where the most memory is left";
  EXPECT_EQ(scenario.marks.cpu, 0.8);
  EXPECT_EQ(scenario.marks.memory, 0.9);
  EXPECT_EQ(scenario.migration.cores, 1);
}

TEST(ScenarioFile, MayBeJson) {
  const CheckedScenario checked = read(R"({"nodes": [{"name": "h", "cpus": 4, "memory": "8GiB"}],
    "domains": [{"name": "a", "vcpus": 1, "memory": "1GiB", "cpu": 0.5}]})");
  ASSERT_TRUE(checked.scenario) << rules::format(checked.diagnostics, {});
  EXPECT_EQ(std::get<Constant>(checked.scenario->domains[0].cores.shape).value, 0.5);
}

constexpr const char* kNode = "nodes: [{name: h, cpus: 4, memory: 8GiB}]\n";

TEST(ScenarioFile, RefusesWhatItDoesNotKnowWithItsPlace) {
  EXPECT_EQ(complaint("nodes:\n- {name: h, cpu: 4, memory: 8GiB}\ndomains: []\n"),
            "c.yml:2:13: unknown key 'cpu' in a node ▶ cpus");
  EXPECT_EQ(complaint(std::string(kNode) + "domains:\n- {name: a, vcpus: 1, memory: 1GB, cpu: 1}\n"),
            "c.yml:3:32: unknown unit of size 'GB' ▶ 1GiB");
  EXPECT_EQ(complaint(std::string(kNode) + "domains:\n- {name: a, node: g, vcpus: 1, memory: 1GiB, cpu: 1}\n"),
            "c.yml:3:19: there is no node 'g'");
  EXPECT_EQ(complaint(std::string(kNode) + "domains:\n- {name: a, vcpus: 1, memory: 1GiB, cpu: many}\n"),
            "c.yml:3:42: 'many' is not a number of at least 0");
  EXPECT_EQ(complaint(std::string(kNode) + "domains:\n- {name: a, vcpus: 0, memory: 1GiB, cpu: 1}\n"),
            "c.yml:3:20: 'vcpus' is from 1 to 4096");
}

TEST(ScenarioFile, OfNodesThatAreAllWrongOnlySaysWhatIsWrongWithThem) {
  for (const char* nodes : {"- {name: a b, cpus: 4, memory: 8GiB}", "{name: h}", "- h"})
    EXPECT_EQ(read(std::string("nodes:\n") + nodes + "\ndomains: []\n").diagnostics.size(), 1u) << nodes;
  EXPECT_EQ(complaint("nodes: []\ndomains: []\n"), "c.yml:1:8: there is no node");
}

TEST(ScenarioFile, RefusesWhatIsMissingTwiceOrContradictsItself) {
  EXPECT_NE(complaint(""), "");
  EXPECT_NE(complaint("[]"), "");
  EXPECT_NE(complaint("nodes: []\ndomains: []\n"), "");
  const std::string domain = "domains:\n- {name: a, vcpus: 1, memory: 1GiB, cpu: ";
  EXPECT_NE(complaint(kNode + domain + "{mean: 1, steps: {0s: 1}}}\n").find("either"), std::string::npos);
  EXPECT_NE(complaint(kNode + domain + "{steps: {5m: 1, 1m: 2}}}\n").find("order"), std::string::npos);
  EXPECT_NE(complaint(kNode + domain + "{mean: 1, peak: 25h}}\n").find("24h"), std::string::npos);
  EXPECT_NE(
      complaint(kNode + domain + "1, count: 2}\n- {name: a2, vcpus: 1, memory: 1GiB, cpu: 1}\n").find("two domains"),
      std::string::npos);
  EXPECT_NE(complaint(kNode + domain + "1, vcpus_max: 0}\n"), "");
  EXPECT_NE(complaint(kNode + domain + "1, count: 300001}\n"), "");
  EXPECT_NE(
      complaint(std::string("nodes: [{name: h, cpus: 4, memory: 512MiB}]\n") + domain + "1}\n").find("own_memory"),
      std::string::npos);
}

}  // namespace
}  // namespace hotspot::simulation
