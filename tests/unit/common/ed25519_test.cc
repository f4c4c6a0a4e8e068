#include "common/crypto/ed25519.h"

#include <gtest/gtest.h>

namespace hotspot::crypto {
namespace {

TEST(Ed25519Test, WhatAKeySignedItsPublicKeyConfirms) {
  const auto key = SigningKey::generate();
  ASSERT_TRUE(key.ok());
  const Signature signature = key->sign("a snapshot");
  EXPECT_TRUE(verify(key->public_key(), "a snapshot", signature));
  EXPECT_FALSE(verify(key->public_key(), "a snapshoT", signature));
  EXPECT_FALSE(verify(SigningKey::generate()->public_key(), "a snapshot", signature));
}

TEST(Ed25519Test, SignsTheFirstVectorOfRfc8032AsItStandsThere) {
  // Section 7.1, test 1: the private key 9d61b19d…7f60 as PKCS#8.
  const char* pem =
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
      "-----END PRIVATE KEY-----\n";
  const auto key = SigningKey::from_pem(pem);
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(to_base64(key->public_key()), "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  EXPECT_EQ(to_base64(key->sign("")),
            "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==");
}

TEST(Ed25519Test, AKeyOutlivesItsFile) {
  const auto key = SigningKey::generate();
  const auto again = SigningKey::from_pem(key->to_pem());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->public_key(), key->public_key());
}

TEST(Ed25519Test, RefusesWhatIsNoKeyOfItsKind) {
  EXPECT_FALSE(SigningKey::from_pem("").ok());
  EXPECT_FALSE(SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").ok());
}

TEST(Ed25519Test, ReadsOnlyBase64OfTheRightLength) {
  const auto key = SigningKey::generate()->public_key();
  EXPECT_EQ(public_key_from_base64(to_base64(key)), key);
  for (const char* text :
       {"", "AAAA", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUR==",
        " 1qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURp="}) {
    EXPECT_FALSE(public_key_from_base64(text).has_value()) << text;
  }
}

TEST(Ed25519Test, AFingerprintIsAsSshShowsIt) {
  const auto key = public_key_from_base64("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  ASSERT_TRUE(key.has_value());
  const std::string text = fingerprint(*key);
  EXPECT_TRUE(text.starts_with("SHA256:")) << text;
  EXPECT_EQ(text.size(), 7u + 43u);
}

}  // namespace
}  // namespace hotspot::crypto
