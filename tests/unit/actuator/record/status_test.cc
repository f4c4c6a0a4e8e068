#include "actuator/record/status.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "actuator/record/status_json.h"

namespace hotspot::record {
namespace {

// Each member that a hotspotd of the version before writes, with its keys as programs read them.
constexpr const char* kWhole = R"({
  "version": "0.9.0", "holder": "hotspotd@h1:4711", "token": 7, "at": 1795000100.5, "started_at": 1795000000.0,
  "leads_since": 1795000001.25, "mode": "recommend", "configured_mode": "enforce", "dry_run": true,
  "rules": {"fingerprint": "abc", "since": 1795000002.0, "files": ["a.yaml", "b.yaml"], "rules": 3,
            "last_reload_ok": false, "last_reload_at": 1795000003.0, "last_reload_message": "a.yaml:1:1: no"},
  "windows": {"state": "filled", "message": "m", "asked_at": 1795000004.0, "history_from": 1794000000.0,
              "history_to": null, "history_samples": 12,
              "list": [{"metric": "node_cpu_ratio", "reach_seconds": 604800.0, "tables": 4, "full": 3,
                        "since_all": 1795000005.0, "since": null}]},
  "store": {"series": 1, "samples": 2, "bytes": 3},
  "intake": {"nodes": 2, "stale_nodes": 1, "snapshots": {"taken": 9},
             "bad_snapshots": {"decode": {"count": 4, "last_message": "x", "last_stream_id": "1-0",
                                          "last_at": 1795000006.0}}},
  "commands": {"carried_out": 1, "refused": 2, "too_old": 3, "of_the_future": 4, "too_many": 5, "unanswered": 6},
  "admission": {"admitted": 5, "waiting": 4, "waiting_without_room": 3, "proven": 1, "unproven": 2, "keyless": 1,
                "frozen": 1, "troubled": [{"id": "h3", "standing": "frozen", "why": "two"}],
                "refused": {"nobody": {"count": 8, "last_message": "y", "last_at": 1795000007.0}}},
  "connections": {"connected": 1, "not_connected": 1,
                  "troubles": [{"node_uuid": "n2", "node": "h2", "problem": "refused", "since": 1795000008.0}]},
  "redis_memory": {"used_bytes": 1024, "limit_bytes": 4096, "policy": "noeviction"},
  "graphite_events": {"to": "http://g", "written": 1, "dropped": 2, "waiting": 3, "problem": "p"},
  "store_remarks": [{"at": 1795000009.0, "sentence": "odd"}],
  "streams_ahead": [{"key": "k", "last_id": "9-0", "last_at": 1795000010.0, "mended": true, "lasts": false, "times": 2,
                     "lost": 3}],
  "firings": [{"rule": "Hot", "phase": "firing", "subject": "domain", "subject_key": "domain:u1",
               "labels": {"domain": "web", "node": "h1"}, "annotations": {"summary": "s"}, "value": 0.93,
               "held": "3 of 5", "waits_for": "w", "fresh": false, "pending_since": 1795000011.0,
               "first_sample_at": 1795000010.0, "firing_since": 1795000012.0},
              {"rule": "Hot", "phase": "pending", "subject": "domain", "subject_key": "domain:u2", "labels": {},
               "annotations": {}, "value": 1.0, "held": "", "waits_for": "", "fresh": true,
               "pending_since": 1795000011.0, "first_sample_at": 1795000010.0}],
  "firing_count": 1200, "pending_count": 30, "postponed_decisions": 2,
  "recommendations": {"standing": 2, "refused": 1, "next_expires": 1795000026.0},
  "rules_aside": [{"rule": "Dear", "since": 1795000013.0, "until": 1795000014.0, "operations": 900}],
  "in_flight": [{"id": "a1", "domain": "web", "domain_uuid": "u1", "node": "h1", "node_uuid": "n1", "kind": "migrate",
                 "step": "migrate to h2", "rule": "Hot", "reason": "r", "planned_at": 1795000015.0,
                 "state": "started"}],
  "cooldowns": {"u1": {"domain": "web", "until": 1795000016.0, "repetitions": 2}},
  "holds": [{"id": "1", "on": "domain", "name": "web", "uuid": "u1", "owner": "ada", "reason": "backup",
             "since": 1795000017.0, "until": null}],
  "foreign_rests": {"u2": {"domain": "db", "what": "vCPUs", "at": 1795000018.0, "until": 1795000019.0}},
  "drains": [{"node": "h1", "owner": "ada", "reason": "new kernel", "since": 1795000020.0, "phase": "moving",
              "running": 2, "staying": [{"domain": "db", "state": "paused"}]},
             {"node": "h9", "owner": "ada", "reason": "", "since": 1795000021.0}],
  "domains_on_two_nodes": [{"domain": "web", "domain_uuid": "u1", "nodes": ["h1", "h2"], "since": 1795000022.0,
                            "certain": true}],
  "target_refusals": {"list": [{"domain": "web", "domain_uuid": "u1", "target": "h2", "target_uuid": "n2",
                                "about": "target", "reason": "full", "times": 3, "at": 1795000023.0,
                                "until": 1795000024.0}],
                      "distrusted_nodes": {"n2": "it refused 3 domains"}},
  "rule_trust": [{"rule": "Hot", "may_act": false, "measured": 1,
                  "newest": [{"action": "1-a0", "subject": "CPU of h1", "at": 1795000024.5, "predicted": 0.2,
                              "measured": 0.05}], "relief_ratio": 0.25, "not_counted": 2,
                  "not_counted_why": "h1 went stale", "lost_at": 1795000025.0, "lost_why": "too little"},
                 {"rule": "New", "may_act": true, "measured": 0, "newest": [], "relief_ratio": null, "not_counted": 1,
                  "not_counted_why": "x", "lost_at": null, "lost_why": ""}],
  "ticks": 100, "plans": 5, "dropped_arrivals": 1})";

TEST(StatusRecord, WhatTheVersionBeforeWroteComesBackWithoutALoss) {
  const auto status = status_from_json(kWhole);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(to_json(*status), nlohmann::json::parse(kWhole).dump());
}

TEST(StatusRecord, IsReadAsItWasWritten) {
  const auto status = status_from_json(kWhole);
  ASSERT_TRUE(status) << status.error().message;
  const auto again = status_from_json(to_json(*status));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, *status);
  EXPECT_EQ(status->at, from_unix_ms(1'795'000'100'500));
  EXPECT_EQ(status->windows.list.at(0).reach, std::chrono::hours(7 * 24));
  EXPECT_EQ(status->firings.at(0).label("node"), "h1");
  EXPECT_EQ(status->firings.at(1).firing_since, std::nullopt);
  EXPECT_EQ(status->drains.at(0).running, 2u);
  EXPECT_EQ(status->drains.at(1).running, std::nullopt);
}

TEST(StatusRecord, WhatAnOlderVersionLeavesOutHasItsDefault) {
  const auto status = status_from_json("{}");
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(*status, Status{});
  EXPECT_TRUE(status->rules.last_reload_ok);
  EXPECT_EQ(status->firing_count, std::nullopt);
}

TEST(StatusRecord, WhatANewerVersionAddsIsSkipped) {
  const auto status = status_from_json(R"({"token": 7, "later": [{"x": 1}], "rules": {"rules": 2, "later": null}})");
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(status->token, 7);
  EXPECT_EQ(status->rules.rules, 2u);
}

TEST(StatusRecord, AFigureThatIsNoNumberStaysNone) {
  Status status;
  status.firings.resize(1);
  status.firings[0].value = std::nan("");
  const auto read = status_from_json(to_json(status));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(std::isnan(read->firings.at(0).value));
}

TEST(StatusRecord, TextThatIsNotUtf8IsReplaced) {
  Status status;
  status.firings.resize(1);
  status.firings[0].labels["domain"] = "web\xff";
  const auto read = status_from_json(to_json(status));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->firings.at(0).label("domain"), "web\xEF\xBF\xBD");
}

TEST(StatusRecord, WhatIsOfAnotherTypeIsRefusedWithItsPlace) {
  const std::pair<const char*, const char*> kWrong[] = {
      {"", "the status in Redis is not JSON, or is nested too deep"},
      {"{", "the status in Redis is not JSON, or is nested too deep"},
      {"[]", "the status is not an object"},
      {"null", "the status is not an object"},
      {R"({"mode": []})", "the status: mode is not a text"},
      {R"({"token": "7"})", "the status: token is not a whole number"},
      {R"({"token": 18446744073709551615})", "the status: token is out of range"},
      {R"({"ticks": -1})", "the status: ticks is out of range"},
      {R"({"dry_run": 1})", "the status: dry_run is neither true nor false"},
      {R"({"at": 1e300})", "the status: at is not a time"},
      {R"({"at": -1})", "the status: at is not a time"},
      {R"({"rules": 5})", "the status: rules is not an object"},
      {R"({"firings": [{}, {"rule": "x"}, {"labels": 5}]})", "the status: firings.2.labels is not an object"},
      {R"({"firings": [{"labels": {"node": 5}}]})", "the status: firings.0.labels.node is not a text"},
      {R"({"firings": {"0": 1}})", "the status: firings is not a list"},
      {R"({"cooldowns": {"u1": {"until": "soon"}}})", "the status: cooldowns.u1.until is not a time"},
      {R"({"windows": {"list": [{"reach_seconds": -5}]}})",
       "the status: windows.list.0.reach_seconds is not a length of time"},
      {R"({"in_flight": [{"id": 5}]})", "the status: in_flight.0.id is not a text"}};
  for (const auto& [text, sentence] : kWrong) {
    const auto read = status_from_json(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().message, sentence) << text;
  }
}

TEST(StatusRecord, WhatIsTooLongOrNestedTooDeepIsRefusedAtOnce) {
  const auto huge = status_from_json(std::string(kMostStatusBytes + 1, ' '));
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().message, "the status is longer than 32 MiB");
  const auto deep = status_from_json(R"({"x": )" + std::string(200'000, '[') + std::string(200'000, ']') + "}");
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().message, "the status in Redis is not JSON, or is nested too deep");
}

TEST(StatusRecord, AnyDamageIsSurvived) {
  const std::string whole = nlohmann::json::parse(kWhole).dump();
  std::minstd_rand random(1);
  for (int i = 0; i < 2'000; ++i) {
    std::string damaged = whole;
    damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
    const auto read = status_from_json(damaged);
    EXPECT_TRUE(read || !read.error().message.empty());
  }
}

TEST(StatusRecord, ItsPartsAreWrittenAsWithinTheWhole) {
  const auto whole = nlohmann::json::parse(kWhole);
  const auto status = status_from_json(kWhole);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(json_of(status->firings[0]), whole["firings"][0]);
  EXPECT_EQ(json_of(status->in_flight[0]), whole["in_flight"][0]);
  EXPECT_EQ(json_of(status->holds[0]), whole["holds"][0]);
  EXPECT_EQ(json_of(status->drains[0]), whole["drains"][0]);
  EXPECT_EQ(json_of(status->drains[1]), whole["drains"][1]);
  EXPECT_EQ(json_of(status->connections->troubles[0]), whole["connections"]["troubles"][0]);
  EXPECT_EQ(json_of(status->target_refusals.list[0]), whole["target_refusals"]["list"][0]);
  EXPECT_EQ(json_of(status->cooldowns.at("u1")), whole["cooldowns"]["u1"]);
  EXPECT_EQ(json_of(status->foreign_rests.at("u2")), whole["foreign_rests"]["u2"]);
}

}  // namespace
}  // namespace hotspot::record
