#include "common/text/secrets.h"

#include <gtest/gtest.h>

#include "common/text/visible.h"

namespace hotspot::text {
namespace {

TEST(Secrets, ThePasswordOfAnAddressIsNotShown) {
  EXPECT_EQ(without_passwords("qemu+ssh://root:s3cret@h1/system"), "qemu+ssh://root:****@h1/system");
  EXPECT_EQ(without_passwords("redis://:s3cret@h1:6379/0"), "redis://:****@h1:6379/0");
  EXPECT_EQ(without_passwords("cannot reach 'qemu+libssh2://a:b:c@d@h1/system?x=1', nor qemu+ssh://a:b@h2/system"),
            "cannot reach 'qemu+libssh2://a:****@h1/system?x=1', nor qemu+ssh://a:****@h2/system");
  EXPECT_EQ(without_passwords("qemu+ssh://a:b/c@h1/system"), "qemu+ssh://a:****@h1/system");
}

TEST(Secrets, AnAddressWithoutOneStaysAsItIs) {
  for (const char* text : {"qemu+tls://h1/system", "qemu+tcp://h1:16509/system", "qemu+ssh://root@h1:22/system",
                           "qemu+tcp://[fd00::1]:16509/system", "qemu:///system", "web1: 3 of 5", ""})
    EXPECT_EQ(without_passwords(text), text);
}

TEST(Secrets, NorIsThatOfAParameter) {
  EXPECT_EQ(without_passwords("qemu+ssh://h1/system?password=s3cret&no_verify=1"),
            "qemu+ssh://h1/system?password=****&no_verify=1");
  EXPECT_EQ(without_passwords("x?keyfile=/root/key"), "x?keyfile=/root/key");
}

TEST(Secrets, WhatPeopleReadHasNoPassword) {
  EXPECT_EQ(visible("qemu+ssh://root:s3cret@h1/system\x1b"), "qemu+ssh://root:****@h1/system\\x1b");
  EXPECT_EQ(visible_lines("a\nqemu+ssh://root:s3cret@h1/system"), "a\nqemu+ssh://root:****@h1/system");
}

TEST(Secrets, KnowsTheValueOfAConfigurationLineThatMustNotBeShown) {
  EXPECT_EQ(secret_value("  password: s3cret"), 12u);
  EXPECT_EQ(secret_value("redis: {user: u, \"passphrase\": s3cret, host: h}"), 31u);
  EXPECT_EQ(secret_value("  Redis_Password=s3cret"), 17u);
  EXPECT_EQ(secret_value("  password:"), 11u);
  EXPECT_EQ(secret_value("  password_file: /etc/hotspot/password"), std::nullopt);
  EXPECT_EQ(secret_value("  user: password"), std::nullopt);
}

}  // namespace
}  // namespace hotspot::text
