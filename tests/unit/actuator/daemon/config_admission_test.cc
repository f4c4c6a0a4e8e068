#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/daemon/config.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::daemon {
namespace {

using ::testing::HasSubstr;

std::string admission_problems(const std::string& text) {
  const rules::SourceFile file{"hotspotd.yaml", text};
  return rules::format(check_config(file).diagnostics, {file});
}

TEST(ConfigAdmission, IsClosedByDefault) {
  const auto checked = check_config({"x", ""});
  ASSERT_TRUE(checked.config);
  const loop::AdmissionOptions& admission = checked.config->admission;
  EXPECT_FALSE(admission.admits_by_itself());
  EXPECT_TRUE(admission.require_keys);
  EXPECT_FALSE(admission.trust_first_key);
  EXPECT_EQ(admission.uris.schemes, (std::set<std::string>{"qemu", "qemu+ssh", "qemu+tls"}));
  EXPECT_TRUE(admission.uris.parameters.empty());
}

TEST(ConfigAdmission, ReadsListsAndPatterns) {
  const auto checked = check_config(
      {"x",
       "admission:\n  nodes:\n  - {name: h1, uri: 'qemu+tcp://h1/system', key: "
       "'SHA256:uNwIeIX1LfsbR2zXRGrLk0BZMmzvBZ3jO2jKlXKoQMA', uuid: 4c4c4544-0000-0000-0000-000000000001}\n"
       "  patterns: ['qemu+tls://*.example.net/system']\n  require_keys: false\n  schemes: [qemu+tcp, qemu+tls]\n"
       "state_dir: /srv/hotspot\n"});
  ASSERT_TRUE(checked.config) << rules::format(checked.diagnostics, {});
  const loop::AdmissionOptions& admission = checked.config->admission;
  ASSERT_EQ(admission.nodes.size(), 1u);
  EXPECT_EQ(admission.nodes[0].uuid, "4c4c4544-0000-0000-0000-000000000001");
  EXPECT_EQ(admission.patterns.size(), 1u);
  EXPECT_FALSE(admission.require_keys);
  EXPECT_EQ(checked.config->state_dir, "/srv/hotspot");
}

TEST(ConfigAdmission, SaysWhereSomethingIsWrong) {
  EXPECT_THAT(
      admission_problems("admission:\n  nodes:\n  - {name: h1, uri: 'qemu+tcp://h1/system'}\n"),
      HasSubstr("hotspotd.yaml:3:21: error: the URI 'qemu+tcp://h1/system' is not one that hotspotd connects to: "
                "its scheme 'qemu+tcp' is not among 'schemes'"));
  EXPECT_THAT(admission_problems("admission: {nodes: [{name: h1}]}\n"), HasSubstr("needs a 'name' and a 'uri'"));
  EXPECT_THAT(admission_problems("admission: {nodes: [{name: h1, uri: 'qemu:///system', key: nonsense}]}\n"),
              HasSubstr("is neither a fingerprint (SHA256:…) nor a key in base64"));
  EXPECT_THAT(admission_problems("admission: {nodes: [{name: a, uri: 'qemu:///system'}, {name: b, uri: "
                                 "'qemu:///system'}]}\n"),
              HasSubstr("two nodes of 'admission' have the same URI"));
  const std::string key = "SHA256:" + std::string(43, 'A'), uuid = "4c4c4544-0000-0000-0000-000000000001";
  const std::string first = "admission: {nodes: [{name: a, uri: 'qemu+tls://a/system', uuid: " + uuid + ", key: '" +
                            key + "'}, {uri: 'qemu+tls://b/system', ";
  EXPECT_THAT(admission_problems(first + "name: a}]}\n"), HasSubstr("two nodes of 'admission' have the same name"));
  EXPECT_THAT(admission_problems(first + "name: b, uuid: " + uuid + "}]}\n"),
              HasSubstr("two nodes of 'admission' have the same UUID"));
  EXPECT_THAT(admission_problems(first + "name: b, key: '" + key + "'}]}\n"),
              HasSubstr("two nodes of 'admission' have the same key"));
  EXPECT_THAT(admission_problems("admission: {schemes: [qemu+tcp], patterns: ['qemu+tcp://*/system']}\n"),
              HasSubstr("anybody who has the address can answer"));
  EXPECT_THAT(admission_problems("admission: {paterns: []}\n"), HasSubstr("did you mean 'patterns'?"));
  EXPECT_THAT(admission_problems("admission: {require_keys: maybe}\n"), HasSubstr("hotspotd.yaml:1:27: error"));
  EXPECT_THAT(admission_problems("admission: [a]\n"), HasSubstr("must be a mapping"));
  EXPECT_THAT(admission_problems("state_dir: here\n"), HasSubstr("'here' is no whole path"));
}

}  // namespace
}  // namespace hotspot::daemon
