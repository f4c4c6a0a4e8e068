// Compressed texts, and what others may write in their place.
#include "common/deflate/deflate.h"

#include <gtest/gtest.h>

#include <string>

namespace hotspot::deflate {
namespace {

constexpr std::size_t kMost = 1u << 20;

TEST(Deflate, EachTextComesBack) {
  for (const std::string& text : {std::string(), std::string("a"), std::string("\0\xff\n", 3), std::string(kMost, 'x')})
    EXPECT_EQ(*decompress(compress(text), kMost), text);
  EXPECT_LT(compress(std::string(kMost, 'x')).size(), kMost / 100);
}

TEST(Deflate, WhatIsTooLongIsRefusedWhileItIsDecompressed) {
  const std::string bomb = compress(std::string(64u << 20, '\0'));
  EXPECT_LT(bomb.size(), 1u << 20);
  EXPECT_EQ(decompress(bomb, kMost).error().message, "it is longer than 1048576 bytes");
  EXPECT_TRUE(decompress(compress(std::string(kMost, 'x')), kMost));
  EXPECT_FALSE(decompress(compress(std::string(kMost + 1, 'x')), kMost));
}

TEST(Deflate, WhatIsNoCompressedTextIsRefused) {
  const std::string whole = compress("a text that is compressed, a text that is compressed");
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(decompress(whole.substr(0, length), kMost)) << length;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x55);
    EXPECT_FALSE(decompress(changed, kMost)) << at;
  }
  EXPECT_FALSE(decompress(whole + "x", kMost));
  EXPECT_FALSE(decompress("{\"plain\": 1}", kMost));
}

}  // namespace
}  // namespace hotspot::deflate
