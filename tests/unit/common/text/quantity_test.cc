#include "common/text/quantity.h"

#include <gtest/gtest.h>

namespace hotspot::text {
namespace {

template <typename T>
std::string quantity_problem(const Parsed<T>& parsed) {
  if (parsed) return "no problem";
  const QuantityProblem& p = parsed.error();
  return std::to_string(p.offset) + ": " + p.message + (p.suggestion.empty() ? "" : " → " + p.suggestion);
}

TEST(Size, HasABinaryUnit) {
  EXPECT_EQ(parse_bytes("100MiB").value(), 100 * kMebibyte);
  EXPECT_EQ(parse_bytes("-500MiB").value(), -500 * kMebibyte);
  EXPECT_EQ(parse_bytes("+1KiB").value(), kKibibyte);
  EXPECT_EQ(parse_bytes("1.5GiB").value(), 1536 * kMebibyte);
  EXPECT_EQ(parse_bytes("512B").value(), 512);
  EXPECT_EQ(parse_bytes("0").value(), 0);
}

TEST(Size, SaysWhatIsWrongAndWhatWasMeant) {
  EXPECT_EQ(quantity_problem(parse_bytes("500MB")), "3: unknown unit of size 'MB' → 500MiB");
  EXPECT_EQ(quantity_problem(parse_bytes("2 gb")), "2: unknown unit of size 'gb' → 2GiB");
  EXPECT_EQ(quantity_problem(parse_bytes("100")), "0: '100' has no unit → 100MiB");
  EXPECT_EQ(quantity_problem(parse_bytes("104857600")), "0: '104857600' has no unit → 104857600B");
  EXPECT_EQ(quantity_problem(parse_bytes("100 MiB")), "3: a unit must directly follow its number → 100MiB");
  EXPECT_EQ(quantity_problem(parse_bytes("12parsec")),
            "2: unknown unit of size 'parsec'; there are B, KiB, MiB, GiB and TiB");
  EXPECT_EQ(quantity_problem(parse_bytes("much")), "0: 'much' is not a size; write one such as 512MiB or 2GiB");
  EXPECT_EQ(quantity_problem(parse_bytes("99999999TiB")), "0: '99999999TiB' is more memory than there is");
  EXPECT_EQ(quantity_problem(parse_bytes("1..5GiB")), "0: '1..5GiB' is not a size; write one such as 512MiB or 2GiB");
}

TEST(WholeNumber, HasNoFraction) {
  EXPECT_EQ(parse_whole_number("-2").value(), -2);
  EXPECT_EQ(parse_whole_number("+2").value(), 2);
  EXPECT_EQ(quantity_problem(parse_whole_number("1.5")), "0: '1.5' is not a whole number");
  EXPECT_EQ(quantity_problem(parse_whole_number("99999999999")), "0: '99999999999' is too large");
  EXPECT_EQ(quantity_problem(parse_whole_number("one")), "0: 'one' is not a whole number");
}

TEST(Bandwidth, IsASizeInASecond) {
  EXPECT_EQ(parse_bytes_per_second("100MiB/s").value(), 100 * kMebibyte);
  EXPECT_EQ(parse_bytes_per_second("1.5KiB/s").value(), 1536);
  const auto said = [](std::string_view text) { return sentence(parse_bytes_per_second(text).error()); };
  EXPECT_EQ(said("100MiB"), "'100MiB' is not a bandwidth; write for instance 100MiB/s");
  EXPECT_EQ(said("100MB/s"), "'100MB/s' is not a bandwidth; write for instance 100MiB/s");
  EXPECT_EQ(said("fast"), "'fast' is not a bandwidth; write for instance 100MiB/s");
}

TEST(Ratio, IsPerCentOrANumberUpToOne) {
  EXPECT_DOUBLE_EQ(parse_ratio("80%").value(), 0.8);
  EXPECT_DOUBLE_EQ(parse_ratio("0.8").value(), 0.8);
  EXPECT_DOUBLE_EQ(parse_ratio("100%").value(), 1);
  EXPECT_EQ(quantity_problem(parse_ratio("120%")), "0: '120%' is not between 0% and 100%");
  EXPECT_EQ(quantity_problem(parse_ratio("-1%")), "0: '-1%' is not between 0% and 100%");
  for (const std::string_view wrong : {"", "%", "much", "nan", "0.8 %"})
    EXPECT_EQ(quantity_problem(parse_ratio(wrong)),
              "0: '" + std::string(wrong) + "' is not a ratio; write for instance 80% or 0.8");
}

}  // namespace
}  // namespace hotspot::text
