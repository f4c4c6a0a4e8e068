#include "actuator/console/pages.h"

#include <gtest/gtest.h>

#include "common/crypto/sha256.h"

namespace hotspot::console {
namespace {

Reply get(const std::string& target, const std::string& tag = "") {
  return page_reply({.method = "GET", .target = target_from_string(target), .if_none_match = tag, .body = ""});
}

TEST(Pages, AreServedWholeWithATagAndOnlyRead) {
  for (const EmbeddedFile& file : embedded_pages()) {
    EXPECT_EQ(crypto::sha256_hex(file.content), file.sha256) << file.name;
    const Reply reply = get("/" + std::string(file.name));
    ASSERT_EQ(reply.status, 200) << file.name;
    EXPECT_EQ(*reply.body, file.content);
    EXPECT_NE(reply.type, "application/octet-stream") << file.name;
    EXPECT_EQ(get("/" + std::string(file.name), reply.headers.front().second).status, 304);
    EXPECT_EQ(
        page_reply({.method = "POST", .target = target_from_string("/" + std::string(file.name)), .body = ""}).status,
        405);
  }
}

TEST(Pages, ThatAreNotThereAreNotFound) {
  for (const char* target : {"/nothing.js", "/pages/index.html", "/index.html/x"})
    EXPECT_EQ(get(target).status, 404) << target;
}

TEST(Pages, HaveTheTypesThatBrowsersWant) {
  EXPECT_EQ(content_type_of("index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(content_type_of("app.js"), "text/javascript; charset=utf-8");
  EXPECT_EQ(content_type_of("style.css"), "text/css; charset=utf-8");
  EXPECT_EQ(content_type_of("favicon.svg"), "image/svg+xml");
  EXPECT_EQ(content_type_of("README"), "application/octet-stream");
}

TEST(Openapi, IsBuiltIn) {
  EXPECT_NE(embedded_openapi().content.find("\"openapi\": \"3.1.0\""), std::string_view::npos);
}

}  // namespace
}  // namespace hotspot::console
