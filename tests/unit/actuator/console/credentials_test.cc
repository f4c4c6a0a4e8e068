#include "actuator/console/credentials.h"

#include <gmock/gmock.h>

#include "actuator/console/random.h"
#include "common/crypto/hmac.h"
#include "common/crypto/sha256.h"

namespace hotspot::console {
namespace {

using ::testing::HasSubstr;

constexpr WallTime kNow{std::chrono::hours(500'000)};
constexpr Milliseconds kHour{std::chrono::hours(1)};

Token token_of(const std::string& name, Role role, const std::string& secret) {
  return {.name = name, .role = role, .sha256 = crypto::sha256_hex(secret), .created = kNow, .expires = kNow + kHour};
}
Session session_of(const Token& token, const std::string& cookie, Milliseconds length = kHour) {
  return {.sha256 = crypto::sha256_hex(cookie),
          .token = token.name,
          .token_sha256 = token.sha256,
          .created = kNow,
          .expires = kNow + length};
}

struct Hash {
  std::map<std::string, std::string> fields;
  void add(const Token& token, const std::string& key = "redis password") {
    fields[token_field(token.name)] = to_json(token, key);
  }
  void add(const Session& session, const std::string& key = "redis password") {
    fields[session_field(session.sha256)] = to_json(session, key);
  }
  Credentials read() const { return Credentials::from_fields(fields, "redis password"); }
};

TEST(Hmac, IsThatOfRfc4231) {
  EXPECT_EQ(crypto::hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Random, GivesAsManyDigitsAsAskedAndNeverTheSame) {
  EXPECT_EQ(random_hex(32).size(), 64u);
  EXPECT_NE(random_hex(32), random_hex(32));
}

TEST(Credentials, KnowAUserByTheTokenUntilItExpires) {
  Hash hash;
  hash.add(token_of("ada", Role::kOperator, "secret"));
  const Credentials all = hash.read();
  const auto user = all.by_token("secret", kNow);
  ASSERT_TRUE(user);
  EXPECT_EQ(user->name, "ada");
  EXPECT_EQ(user->role, Role::kOperator);
  EXPECT_TRUE(all.by_credential(user->credential, kNow));
  EXPECT_FALSE(all.by_token("secret", kNow + kHour));
  EXPECT_FALSE(all.by_token("Secret", kNow));
  EXPECT_FALSE(all.by_token("", kNow));
  EXPECT_FALSE(all.by_token(crypto::sha256_hex("secret"), kNow)) << "the hash that Redis shows is no token";
}

TEST(Credentials, KeepNoTokenInTheClear) {
  Hash hash;
  hash.add(token_of("ada", Role::kViewer, "secret"));
  EXPECT_THAT(hash.fields.at("token:ada"), ::testing::Not(HasSubstr("\"secret\"")));
}

TEST(Credentials, KnowASessionWhileItAndItsTokenLast) {
  Hash hash;
  const Token token = token_of("ada", Role::kViewer, "secret");
  hash.add(token);
  hash.add(session_of(token, "cookie", kHour / 2));
  EXPECT_TRUE(hash.read().by_cookie("cookie", kNow));
  EXPECT_FALSE(hash.read().by_cookie("cookie", kNow + kHour / 2));
  EXPECT_FALSE(hash.read().by_cookie("secret", kNow)) << "a token is no cookie";
  EXPECT_FALSE(hash.read().by_token("cookie", kNow)) << "a cookie is no token";
  hash.add(token_of("ada", Role::kViewer, "another"));
  EXPECT_FALSE(hash.read().by_cookie("cookie", kNow)) << "a new token has no old sessions";
  hash.fields.erase("token:ada");
  EXPECT_FALSE(hash.read().by_cookie("cookie", kNow));
}

TEST(Credentials, ASessionEndsWithItsTokenAtTheLatest) {
  Hash hash;
  const Token token = token_of("ada", Role::kViewer, "secret");
  hash.add(token);
  hash.add(session_of(token, "cookie", 10 * kHour));
  EXPECT_EQ(hash.read().by_cookie("cookie", kNow)->expires, kNow + kHour);
  EXPECT_FALSE(hash.read().by_cookie("cookie", kNow + kHour));
}

TEST(Credentials, AnAdminCountsOnlyWithTheSealOfTheConsolesOwnRedisPassword) {
  Hash forged;
  const Token admin = token_of("eve", Role::kAdmin, "secret");
  forged.add(admin, "the operator's password");
  EXPECT_FALSE(forged.read().by_token("secret", kNow));
  ASSERT_EQ(forged.read().problems().size(), 1u);
  EXPECT_THAT(forged.read().problems().front(), HasSubstr("eve"));
  Hash hash;
  hash.add(admin);
  EXPECT_TRUE(hash.read().by_token("secret", kNow));
  hash.fields[token_field("mallory")] = hash.fields.at(token_field("eve"));
  EXPECT_EQ(hash.read().problems().size(), 1u) << "a seal holds for its name";
}

TEST(Credentials, ASessionOfAnAdminNeedsTheSealToo) {
  Hash hash;
  const Token admin = token_of("ada", Role::kAdmin, "secret");
  hash.add(admin);
  hash.add(session_of(admin, "forged"), "the operator's password");
  hash.add(session_of(admin, "real"));
  EXPECT_FALSE(hash.read().by_cookie("forged", kNow));
  EXPECT_TRUE(hash.read().by_cookie("real", kNow));
}

TEST(Credentials, WhatStrangersWroteIsNobody) {
  for (const char* json :
       {"", "{", "[]", "7", "{}", R"({"role":"viewer"})", R"({"role":"root","sha256":"00","expires":null})",
        R"({"role":"viewer","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"})",
        R"({"role":7,"sha256":[],"expires":null})"}) {
    const Credentials all =
        Credentials::from_fields({{"token:ada", json}, {"session:x", json}, {"other", json}}, "key");
    EXPECT_TRUE(all.tokens().empty()) << json;
    EXPECT_FALSE(all.by_token("", kNow)) << json;
  }
}

TEST(Credentials, DropSessionsThatAreOverAndTheOldestOfTooMany) {
  Hash hash;
  const Token token = token_of("ada", Role::kViewer, "secret");
  hash.add(token);
  hash.add(session_of(token, "over", Milliseconds(0)));
  for (std::size_t i = 0; i < kMostSessionsOfToken; ++i) {
    Session session = session_of(token, "cookie" + std::to_string(i));
    session.created = kNow + Milliseconds(i);
    hash.add(session);
  }
  EXPECT_THAT(hash.read().sessions_to_drop("ada", kNow),
              ::testing::UnorderedElementsAre(session_field(crypto::sha256_hex("over")),
                                              session_field(crypto::sha256_hex("cookie0"))));
}

TEST(UserName, HasCharactersThatNoLogAndNoTableMistakes) {
  for (const char* name : {"ada", "ada.l@example.net", "A-1_b+c"}) EXPECT_TRUE(check_user_name(name)) << name;
  for (const std::string& name : {std::string(), std::string(65, 'a'), std::string("a b"), std::string("a\nb"),
                                  std::string("ä"), std::string("a:b")})
    EXPECT_FALSE(check_user_name(name)) << name;
}

TEST(Csrf, BelongsToOneCookie) {
  EXPECT_NE(csrf_of("a"), csrf_of("b"));
  EXPECT_NE(csrf_of("a"), crypto::sha256_hex("a")) << "what Redis holds";
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", ""));
}

}  // namespace
}  // namespace hotspot::console
