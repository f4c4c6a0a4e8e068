// What is known of guests' memory, in the state and back.
#include "actuator/record/memory_record.h"

#include <gtest/gtest.h>

namespace hotspot::record {
namespace {

constexpr WallTime kAt = from_unix_ms(1'800'000'000'000);

TEST(MemoryRecord, ComesBackAsItWasInMebibytes) {
  DomainMemories domains;
  for (const std::string uuid : {"uuid-a", "uuid-b", "uuid-c"}) {
    model::DomainMemory& domain = domains[uuid];
    domain.known_since = kAt - Milliseconds(5000);
    domain.last_seen = kAt;
    domain.peaks = {{kAt - Milliseconds(3'600'000), 300 * kMebibyte}, {kAt, 100 * kMebibyte}};
  }
  domains["uuid-b"].booted_at = kAt - Milliseconds(100);
  domains["uuid-c"].floor = model::MemoryFloor{400 * kMebibyte, kAt, "it swapped \"\xff"};
  DomainMemories back;
  for (const auto& [name, text] : memory_fields(domains)) {
    EXPECT_TRUE(name.starts_with("memory:")) << name;
    auto part = memory_from_json(text);
    ASSERT_TRUE(part) << part.error().message;
    back.merge(*part);
  }
  ASSERT_EQ(back.size(), 3u);
  EXPECT_EQ(back.at("uuid-a"), domains.at("uuid-a"));
  EXPECT_EQ(back.at("uuid-b"), domains.at("uuid-b"));
  EXPECT_EQ(back.at("uuid-c").floor->bytes, 400 * kMebibyte);
}

TEST(MemoryRecord, IsTheTextThatStandsInRedis) {
  DomainMemories domains;
  model::DomainMemory& domain = domains["uuid-\"a"];
  domain.known_since = kAt;
  domain.last_seen = kAt + Milliseconds(59'999);
  EXPECT_EQ(memory_fields(domains).begin()->second,
            R"({"uuid-\"a":{"known_since_ms":1800000000000,"last_seen_ms":1800000000000,"peaks_mib":[]}})");
  domain.peaks = {{kAt, 1}, {kAt, 3 * kMebibyte}};
  domain.booted_at = kAt;
  domain.floor = model::MemoryFloor{400 * kMebibyte, kAt, "it swapped\n"};
  EXPECT_EQ(memory_fields(domains).begin()->second,
            R"({"uuid-\"a":{"booted_at_ms":1800000000000,)"
            R"("floor":{"at_ms":1800000000000,"mib":400,"why":"it swapped\u000a"},)"
            R"("known_since_ms":1800000000000,"last_seen_ms":1800000000000,)"
            R"("peaks_mib":[[1800000000000,1],[1800000000000,3]]}})");
}

TEST(MemoryRecord, RefusesWhatAnybodyMayHaveWritten) {
  for (const char* text :
       {"[]", "7", "{", "\"x\"", R"({"a":7})", R"({"a":{"known_since_ms":"x","last_seen_ms":1,"peaks_mib":[]}})",
        R"({"a":{"known_since_ms":-1,"last_seen_ms":1,"peaks_mib":[]}})",
        R"({"a":{"known_since_ms":1,"last_seen_ms":1,"peaks_mib":[[1]]}})",
        R"({"a":{"known_since_ms":1,"last_seen_ms":1,"peaks_mib":[[1,9223372036854775807]]}})",
        R"({"a":{"known_since_ms":1,"last_seen_ms":1e300,"peaks_mib":[]}})"}) {
    EXPECT_FALSE(memory_from_json(text)) << text;
  }
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  EXPECT_FALSE(memory_from_json(R"({"a":{"known_since_ms":1,"last_seen_ms":1,"peaks_mib":[],"more":)" + deep + "}}"));
  EXPECT_TRUE(memory_from_json("")) << "nothing is known";
}

}  // namespace
}  // namespace hotspot::record
