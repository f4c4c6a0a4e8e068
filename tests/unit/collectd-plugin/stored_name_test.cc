#include "collectd-plugin/stored_name.h"

#include <gtest/gtest.h>

namespace hotspot::collector {
namespace {

std::string folder(std::string_view name) { return stored_name(name, Place::kFolder); }
std::string within(std::string_view name) { return stored_name(name, Place::kWithin); }

TEST(StoredName, IsTheNameWhereThatCanBeStored) {
  for (const char* name : {"web1", "a.b-c_d", "web 1", "größe", "名前", "shop:6695eb01", "x..", "a,b;c\\d"})
    EXPECT_EQ(folder(name), name);
  EXPECT_EQ(folder(std::string(127, 'p')), std::string(127, 'p'));
}

TEST(StoredName, OfAFolderDoesNotBeginWithADot) {
  EXPECT_EQ(folder(".hidden"), "_hidden");
  EXPECT_EQ(folder("..hidden"), "_.hidden");
  EXPECT_EQ(within(".hidden"), ".hidden") << "behind a dash it is stored";
}

TEST(StoredName, IsNeverMadeOfDotsAlone) {
  EXPECT_EQ(folder("."), "_");
  EXPECT_EQ(folder(".."), "__");
  EXPECT_EQ(folder("..."), "___");
  EXPECT_EQ(within(".."), "..") << "behind a dash it is stored";
}

TEST(StoredName, HasNoSlashesAndNoControlCharacters) {
  EXPECT_EQ(folder("a/b"), "a_b");
  EXPECT_EQ(folder("../etc"), "_._etc");
  EXPECT_EQ(folder("a\nb\tc\x7f"), "a_b_c_");
  EXPECT_EQ(folder("a\xc2\x85"
                   "b"),
            "a_b")
      << "NEXT LINE, of C1";
  EXPECT_EQ(folder("a\xe2\x80\xa8"
                   "b"),
            "a_b")
      << "LINE SEPARATOR";
  EXPECT_EQ(folder("a\xff"
                   "b"),
            "a_b")
      << "no UTF-8";
}

TEST(StoredName, HasBlanksOnlyInside) {
  EXPECT_EQ(folder(" web 1  "), "_web 1__");
  EXPECT_EQ(folder("   "), "___");
  EXPECT_EQ(folder("\xc2\xa0"
                   "a\xe3\x80\x80"),
            "_a_")
      << "no-break and ideographic";
  EXPECT_EQ(folder(" .a"), "_.a");
}

TEST(StoredName, IsShortenedWithAHashOfTheWhole) {
  const std::string a = folder(std::string(127, 'p') + "A"), b = folder(std::string(127, 'p') + "B");
  EXPECT_EQ(a.size(), kMostNameBytes);
  EXPECT_NE(a, b);
  EXPECT_EQ(a, std::string(118, 'p') + "-" + short_hash(std::string(127, 'p') + "A"));
  EXPECT_EQ(folder(std::string(127, 'p') + "A"), a) << "always the same";
}

TEST(StoredName, IsShortenedAtTheEndOfACharacter) {
  std::string name = "x";
  for (int i = 0; i < 80; ++i) name += "\xc3\xa9";
  const std::string stored = folder(name);
  EXPECT_EQ(stored, name.substr(0, 117) + "-" + short_hash(name)) << "118 bytes would end within an é";
}

TEST(StoredName, LeavesRoomWhereItIsToldTo) {
  EXPECT_EQ(stored_name("abcdefghijklmnop", Place::kFolder, 12), "abc-" + short_hash("abcdefghijklmnop"));
}

}  // namespace
}  // namespace hotspot::collector
