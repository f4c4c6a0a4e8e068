#include "actuator/record/registered_node.h"

#include <gtest/gtest.h>

namespace hotspot::record {
namespace {

TEST(RegisteredNodeTest, IsReadAsItWasWritten) {
  const RegisteredNode node{.id = "h1",
                            .host_uuid = "4c4c4544-0000-0000-0000-000000000001",
                            .name = "h1.example.net",
                            .uri = "qemu+tls://h1.example.net/system",
                            .keys = {{"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", from_unix_ms(1)}},
                            .admitted_at = from_unix_ms(1'700'000'000'123),
                            .admitted_by = "ada"};
  const auto again = registered_node_from_json(to_json(node));
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(*again, node);
}

TEST(RegisteredNodeTest, RefusesWhatIsNoEntry) {
  for (const char* text : {"", "[]", "{}", "{\"id\":\"h1\"}", "{\"id\":1,\"uri\":2}", "nonsense"})
    EXPECT_FALSE(registered_node_from_json(text).ok()) << text;
  EXPECT_FALSE(registered_node_from_json(std::string(20'000, 'x')).ok());
}

}  // namespace
}  // namespace hotspot::record
