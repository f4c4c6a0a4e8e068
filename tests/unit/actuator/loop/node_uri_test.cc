#include "actuator/loop/node_uri.h"

#include <gtest/gtest.h>

namespace hotspot::loop {
namespace {

TEST(NodeUri, WhatTheOperatorDidNotAllowIsRefused) {
  const UriRules rules;
  for (const char* uri : {"qemu:///system", "qemu+tls://h1.example.net/system", "qemu+ssh://root@h1:22/system",
                          "qemu+tls://[2001:db8::1]:16514/system"})
    EXPECT_TRUE(check_node_uri(uri, rules).ok()) << uri;
  for (const char* uri : {"",
                          "qemu",
                          "qemu+ext:///system?command=/tmp/evil",
                          "qemu+tcp://h1/system",
                          "test:///default",
                          "qemu+ssh://h1/system?command=/tmp/evil",
                          "qemu+ssh://h1/system?keyfile=/etc/shadow",
                          "qemu+tls://h1/system?no_verify=1",
                          "qemu+tls://h1/system#x",
                          "qemu+tls://h1/system?",
                          "qemu+tls://h1",
                          "qemu+ssh://-oProxyCommand=evil/system",
                          "qemu+ssh://-l@h1/system",
                          "qemu+ssh://root:secret@h1/system",
                          "qemu+tls://h1 /system",
                          "qemu+tls://h1/system\n",
                          "qemu+tls://h1/sys%74em",
                          "QEMU+TLS://h1/system",
                          "qemu+tls://h1:0/system",
                          "qemu+tls://h1:70000/system",
                          "qemu+tls://h1/system;x",
                          "qemu+tls://@h1/system"})
    EXPECT_FALSE(check_node_uri(uri, rules).ok()) << uri;
  EXPECT_FALSE(check_node_uri("qemu+tls://" + std::string(600, 'a') + "/system", rules).ok());
}

TEST(NodeUri, ParametersAreThoseOfTheOperatorsList) {
  const UriRules rules{.schemes = {"qemu+ssh"}, .parameters = {"keyfile"}};
  EXPECT_TRUE(check_node_uri("qemu+ssh://h1/system?keyfile=/etc/hotspot/id", rules).ok());
  EXPECT_FALSE(check_node_uri("qemu+ssh://h1/system?keyfile=/etc/hotspot/id&command=/tmp/x", rules).ok());
  EXPECT_FALSE(check_node_uri("qemu+ssh://h1/system?keyfile=a;b", rules).ok());
}

TEST(NodeUri, AStarInAPatternStandsForNoSeparator) {
  const char* pattern = "qemu+tls://*.example.net/system";
  EXPECT_TRUE(matches_uri_pattern(pattern, "qemu+tls://h1.example.net/system"));
  EXPECT_TRUE(matches_uri_pattern(pattern, "qemu+tls://h1.rack7.example.net/system"));
  for (const char* uri :
       {"qemu+tls://evil.org/.example.net/system", "qemu+tls://evil.org?x=.example.net/system",
        "qemu+tls://root@h1.example.net/system", "qemu+tls://evil.org:1.example.net/system",
        "qemu+tls://evil.org#.example.net/system", "qemu+tls://h1.example.net/system?command=x",
        "qemu+tls://h1.example.org/system", "qemu+ssh://h1.example.net/system", "qemu+tls://h1.example.net/system/x"})
    EXPECT_FALSE(matches_uri_pattern(pattern, uri)) << uri;
}

TEST(NodeUri, PatternsHoldForAuthenticatedTransportsAlone) {
  UriRules rules;
  rules.schemes.insert({"qemu+tcp", "test", "qemu+ext"});
  rules.parameters.insert("keyfile");
  for (const char* pattern : {"qemu+tls://*.example.net/system", "qemu+ssh://hotspot@node*/system", "qemu:///system"})
    EXPECT_TRUE(check_uri_pattern(pattern, rules).ok()) << pattern;
  for (const char* pattern : {"qemu+tcp://*/system", "test:///*", "qemu+ext:///system", "*://h1/system",
                              "qemu+*://h1/system", "qemu+ssh://h*/system?keyfile=*"})
    EXPECT_FALSE(check_uri_pattern(pattern, rules).ok()) << pattern;
}

TEST(NodeUri, HostNamesHaveNoCase) {
  EXPECT_EQ(uri_identity("qemu+ssh://Root@H1.Example.net/system"),
            uri_identity("qemu+ssh://Root@h1.example.NET/system"));
  EXPECT_NE(uri_identity("qemu+ssh://root@h1/system"), uri_identity("qemu+ssh://Root@h1/system"));
}

}  // namespace
}  // namespace hotspot::loop
