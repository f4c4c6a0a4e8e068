// What decisions were made from, in a real Redis: it is bounded, and only the leader writes it.
#include "actuator/io/redis/input_store.h"

#include "actuator/io/redis/lease.h"
#include "common/crypto/sha256.h"
#include "common/deflate/deflate.h"
#include "tests/support/redis_fixture.h"

namespace hotspot::io {
namespace {

ports::InputText text(const std::string& content) { return {crypto::sha256_hex(content), content}; }

// Hardly compressible, so that its size is known roughly.
std::string noise(std::size_t bytes, unsigned seed) {
  std::string made;
  for (std::uint64_t state = seed + 1; made.size() < bytes;) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    made += static_cast<char>(state >> 56);
  }
  return made;
}

class RedisInputStoreTest : public RedisTest {
 protected:
  std::string read(const std::string& content) {
    const auto found = read_input_text(client_, keyspace_, crypto::sha256_hex(content));
    return !found ? found.error().message : *found ? **found : "none";
  }
  bool stores(const std::vector<std::string>& contents, const std::vector<std::string>& before = {}) {
    std::vector<ports::InputText> texts;
    std::vector<std::string> stored;
    for (const std::string& one : contents) texts.push_back(text(one));
    for (const std::string& one : before) stored.push_back(crypto::sha256_hex(one));
    const auto missing = store_.store(token_, texts, stored);
    EXPECT_TRUE(missing) << missing.error().message;
    return missing && missing->empty();
  }
  std::int64_t bytes() { return std::stoll(cli({"HGET", keyspace_.inputs(), "bytes"})); }
  // What the script counts, by other means.
  std::int64_t counted() {
    std::int64_t sum = 0;
    const auto all = client_.command({"HGETALL", keyspace_.inputs()});
    for (std::size_t i = 0; i + 1 < all->elements.size(); i += 2)
      if (all->elements[i].text != "bytes") sum += 240 + static_cast<std::int64_t>(all->elements[i + 1].text.size());
    return sum;
  }
  // As if it had been used last so long ago.
  void age(const std::string& content, Milliseconds by) {
    const std::string hash = crypto::sha256_hex(content);
    const auto at = to_unix_ms(clock_.now()) - by.count();
    cli({"ZADD", keyspace_.input_ages(), std::to_string(at), hash});
  }

  RedisLease lease_{client_, clock_, keyspace_, {"hotspotd@n1:1"}};
  std::int64_t token_ = lease_.acquire_or_renew()->token;
  RedisInputStore store_{client_, keyspace_, {.most_age = std::chrono::hours(24), .most_bytes = 100'000}};
};

TEST_F(RedisInputStoreTest, ATextIsStoredOnceAndReadByItsHash) {
  ASSERT_TRUE(stores({"input 1", "a part"}));
  ASSERT_TRUE(stores({"input 2"}, {"a part"}));
  ASSERT_TRUE(stores({"input 2", "a part", "a part"}));
  EXPECT_EQ(cli({"HLEN", keyspace_.inputs()}), "4") << "three texts, and their bytes";
  EXPECT_EQ(cli({"ZCARD", keyspace_.input_ages()}), "3");
  EXPECT_EQ(bytes(), counted());
  EXPECT_EQ(read("input 2"), "input 2");
  EXPECT_EQ(read("another"), "none");
}

TEST_F(RedisInputStoreTest, WhatIsMissingIsToldAndNothingIsWritten) {
  EXPECT_EQ(store_.store(token_, {text("input")}, {crypto::sha256_hex("a part")}).value(),
            std::vector{crypto::sha256_hex("a part")});
  EXPECT_EQ(cli({"EXISTS", keyspace_.inputs(), keyspace_.input_ages()}), "0");
}

TEST_F(RedisInputStoreTest, OnlyTheLeaderWrites) {
  const auto refused = store_.store(token_ + 1, {text("forged")}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, ports::WriteFault::kFenced);
  EXPECT_EQ(read("forged"), "none");
}

TEST_F(RedisInputStoreTest, WhatHasNotBeenUsedForLongIsRemoved) {
  ASSERT_TRUE(stores({"input 1", "old part"}));
  ASSERT_TRUE(stores({"input 2"}, {"old part"}));
  age("input 1", std::chrono::hours(25));
  age("input 2", std::chrono::hours(23));
  age("old part", std::chrono::hours(23));
  ASSERT_TRUE(stores({"input 3"}));
  EXPECT_EQ(read("input 1"), "none");
  EXPECT_EQ(read("input 2"), "input 2");
  EXPECT_EQ(read("old part"), "old part");
  EXPECT_EQ(bytes(), counted());
}

TEST_F(RedisInputStoreTest, TheOldestGoFirstAndThoseOfTheNewestInputStay) {
  const std::string shared = noise(20'000, 1000);
  ASSERT_TRUE(stores({shared}));
  for (unsigned i = 0; i < 20; ++i) {
    ASSERT_TRUE(stores({"input " + std::to_string(i), noise(20'000, i)}, {shared}));
    EXPECT_LE(bytes(), 100'000);
    EXPECT_EQ(bytes(), counted());
    EXPECT_EQ(read(shared), shared) << "each of them used it";
    age("input " + std::to_string(i), Milliseconds(1000 * (100 - i)));
    age(noise(20'000, i), Milliseconds(1000 * (100 - i)));
  }
  EXPECT_EQ(read("input 0"), "none");
  EXPECT_EQ(read(noise(20'000, 0)), "none");
  EXPECT_EQ(read("input 19"), "input 19");
  EXPECT_EQ(read(noise(20'000, 18)), noise(20'000, 18));
  ASSERT_TRUE(stores({noise(150'000, 7)})) << "alone it is too much, and it is there";
  EXPECT_EQ(cli({"HLEN", keyspace_.inputs()}), "2");
}

TEST_F(RedisInputStoreTest, ANewLeadCountsAnewWhateverOthersDidWithTheKeys) {
  ASSERT_TRUE(stores({"input"}));
  cli({"HSET", keyspace_.inputs(), "junk", std::string(50'000, 'x'), "bytes", "-1e300"});
  cli({"ZADD", keyspace_.input_ages(), "1", "nowhere"});
  RedisInputStore next(client_, keyspace_, {.most_age = std::chrono::hours(24), .most_bytes = 100'000});
  ASSERT_TRUE(next.store(token_, {text("input 2")}, {}));
  EXPECT_EQ(bytes(), counted());
  EXPECT_EQ(cli({"HEXISTS", keyspace_.inputs(), "junk"}), "0");
  EXPECT_EQ(cli({"ZCARD", keyspace_.input_ages()}), "2");
  cli({"HSET", keyspace_.inputs(), "bytes", "nonsense"});
  ASSERT_TRUE(stores({"input 3"}));
  EXPECT_EQ(bytes(), counted());
  // Of the future: it counts as used now, and does not stay for ever.
  age("input 3", -std::chrono::hours(1000));
  ASSERT_TRUE(stores({"input 4"}));
  EXPECT_LT(std::stod(cli({"ZSCORE", keyspace_.input_ages(), crypto::sha256_hex("input 3")})),
            static_cast<double>(to_unix_ms(clock_.now()) + 60'000));
}

TEST_F(RedisInputStoreTest, ForgedTextsAreRefusedWithASentence) {
  const auto forge = [&](const std::string& value) {
    cli({"HSET", keyspace_.inputs(), crypto::sha256_hex("x"), value});
    return read("x");
  };
  EXPECT_EQ(forge("nonsense"), "it was changed: it is no compressed text, or a part of it is missing");
  const std::string whole = deflate::compress(noise(1000, 1));
  EXPECT_EQ(forge(whole.substr(0, whole.size() - 1)), forge("nonsense"));
  EXPECT_EQ(forge(whole + "x"), "it was changed: there is something after the compressed text");
  EXPECT_EQ(forge(deflate::compress(std::string(17u << 20, '\0'))), "it was changed: it is longer than 16777216 bytes");
  EXPECT_EQ(read_input_text(client_, keyspace_, "bytes").error().message, "its name is no SHA-256");
  redis::Options narrow = options();
  narrow.max_reply_bytes = 1u << 20;
  RedisClient reader(narrow, clock_);
  cli({"HSET", keyspace_.inputs(), crypto::sha256_hex("x"), std::string(2u << 20, 'x')});
  EXPECT_EQ(read_input_text(reader, keyspace_, crypto::sha256_hex("x")).error().message,
            "what the key " + keyspace_.inputs() + " has there is longer than hotspotd writes");
}

TEST_F(RedisInputStoreTest, WhatRedisDoesNotGiveIsNotCalledChanged) {
  const std::string name = crypto::sha256_hex("x");
  cli({"SET", keyspace_.inputs(), "no hash"});
  EXPECT_EQ(read_input_text(client_, keyspace_, name).error().fault, InputFault::kChanged);
  cli({"ACL", "SETUSER", "default", "-hget"});
  const auto read = read_input_text(client_, keyspace_, name);
  cli({"ACL", "SETUSER", "default", "+hget"});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().fault, InputFault::kUnreadable) << read.error().message;
}

TEST_F(RedisInputStoreTest, WhatItCostsRedisIsWhatIsCounted) {
  std::vector<std::string> many;
  for (unsigned i = 0; i < 400; ++i) many.push_back(noise(40, i));
  RedisInputStore roomy(client_, keyspace_);
  std::vector<ports::InputText> texts;
  for (const std::string& one : many) texts.push_back(text(one));
  ASSERT_TRUE(roomy.store(token_, texts, {}));
  const auto used = std::stoll(cli({"MEMORY", "USAGE", keyspace_.inputs(), "SAMPLES", "0"})) +
                    std::stoll(cli({"MEMORY", "USAGE", keyspace_.input_ages(), "SAMPLES", "0"}));
  EXPECT_LT(used, bytes() + bytes() / 10);
  EXPECT_GT(used, bytes() / 2);
}

}  // namespace
}  // namespace hotspot::io
