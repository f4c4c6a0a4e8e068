// What the leader makes of nodes, and when it last heard them.
#include "actuator/record/admission.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "actuator/record/heard_node.h"

namespace hotspot::record {
namespace {

using Json = nlohmann::json;

// As hotspotd 0.1 wrote them.
constexpr const char* kAdmitted = R"({"admitted": [
  {"id": "h1", "standing": "proven", "why": "", "fingerprints": ["abcd"], "last_seen": 1795000010.0,
   "proof": {"host_uuid": "n1", "hostname": "h1.example", "cpus": 8, "memory_bytes": 17179869184}},
  {"id": "h2", "standing": "unproven", "why": "no connection", "fingerprints": [], "last_seen": null, "proof": null}],
  "waiting": [{"name": "h3", "host_uuid": "n3", "uri": "qemu+ssh://h3/system", "fingerprint": "", "why": "nobody did",
               "first_seen": 1795000000.5, "last_seen": 1795000010.0}]})";
constexpr const char* kHeard = R"({"n1": {"name": "h1", "uri": "qemu+ssh://h1/system",
  "last_snapshot_at": 1795000000.25, "interval_seconds": 10.0}})";

TEST(AdmissionRecord, OfBeforeIsReadAndWrittenAgainAsItWas) {
  const auto admission = admission_from_json(kAdmitted);
  ASSERT_TRUE(admission) << admission.error().message;
  ASSERT_NE(admission->find("h1"), nullptr);
  EXPECT_EQ(admission->find("h1")->proof->cpus, 8);
  EXPECT_EQ(admission->find("h2")->last_seen, std::nullopt);
  EXPECT_EQ(admission->find("h3"), nullptr);
  EXPECT_EQ(admission->waiting.at(0).first_seen, from_unix_ms(1'795'000'000'500));
  EXPECT_EQ(Json::parse(to_json(*admission)), Json::parse(kAdmitted));
}

TEST(AdmissionRecord, ANodeThatIsNotUnderstoodIsLeftOutAndWhatIsAddedIsSkipped) {
  Json strange = Json::parse(kAdmitted);
  strange["admitted"].push_back("h4");
  strange["admitted"][0].update({{"standing", 7}, {"rack", "r1"}});
  const auto admission = admission_from_json(strange.dump());
  ASSERT_TRUE(admission);
  EXPECT_EQ(admission->admitted.size(), 2u);
  EXPECT_EQ(admission->find("h1")->standing, "unproven") << "what is not known is not believed";
}

TEST(AdmissionRecord, WithoutBothListsItIsNone) {
  for (const char* text : {"", "{", "7", "[]", "{}", R"({"admitted": []})", R"({"admitted": [], "waiting": 7})"})
    EXPECT_FALSE(admission_from_json(text)) << text;
}

TEST(HeardNodesRecord, OfBeforeIsReadAndWrittenAgainAsItWas) {
  const HeardNodes nodes = heard_nodes_from_json(kHeard);
  EXPECT_EQ(nodes.at("n1").last_snapshot_at, from_unix_ms(1'795'000'000'250));
  EXPECT_EQ(Json::parse(to_json(nodes)), Json::parse(kHeard));
}

TEST(HeardNodesRecord, WhatIsNotUnderstoodIsLeftOut) {
  for (const char* text : {"", "{", "7", "[]", R"({"n1": 7})"})
    EXPECT_TRUE(heard_nodes_from_json(text).empty()) << text;
  const HeardNodes nodes = heard_nodes_from_json(R"({"n1": {"name": 7, "last_snapshot_at": 1795000000}, "n2": null})");
  EXPECT_EQ(nodes.size(), 1u);
  EXPECT_EQ(nodes.at("n1").last_snapshot_at, from_unix_ms(1'795'000'000'000));
}

}  // namespace
}  // namespace hotspot::record
