#include "common/libvirt/typed_fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "common/libvirt/parameters.h"

namespace hotspot::virt {
namespace {

class TypedFieldsTest : public ::testing::Test {
 protected:
  TypedFieldsTest() {
    virInitialize();
    parameters_.add("state.state", 1);
    parameters_.add("vcpu.current", 4u);
    parameters_.add("cpu.time", 18'446'744'073'709'551'615ull);
    parameters_.add("balloon.current", 2048ull);
    parameters_.add("dirtyrate.megabytes_per_second", -1ll);
    parameters_.add("net.0.name", "vnet0");
  }
  TypedFields fields() const { return {parameters_.list(), parameters_.count()}; }

  Parameters parameters_;
};

TEST_F(TypedFieldsTest, AreFoundInAnyOrderAndAgain) {
  const TypedFields all = fields();
  EXPECT_EQ(all.whole("vcpu.current"), 4);
  EXPECT_EQ(all.text("net.0.name"), "vnet0");
  EXPECT_EQ(all.whole("state.state"), 1);
  EXPECT_EQ(all.whole("state.state"), 1);
}

TEST_F(TypedFieldsTest, AreEmptyWhereThereIsNoneOrNoNumber) {
  EXPECT_EQ(fields().whole("balloon.rss"), std::nullopt);
  EXPECT_EQ(fields().whole("net.0.name"), std::nullopt);
  EXPECT_EQ(fields().count("net.0.name"), std::nullopt);
  EXPECT_EQ(fields().text("state.state"), "");
  EXPECT_EQ(TypedFields(nullptr, 0).whole("state.state"), std::nullopt);
}

TEST_F(TypedFieldsTest, OfACountAreNeverNegativeAndMayUseAll64Bits) {
  EXPECT_EQ(fields().count("cpu.time"), 18'446'744'073'709'551'615ull);
  EXPECT_EQ(fields().whole("cpu.time"), std::nullopt);
  EXPECT_EQ(fields().count("dirtyrate.megabytes_per_second"), std::nullopt);
  EXPECT_EQ(fields().whole("dirtyrate.megabytes_per_second"), -1);
}

TEST_F(TypedFieldsTest, OfMemoryAreInKibibytes) { EXPECT_EQ(fields().bytes_of_kib("balloon.current"), 2 * kMebibyte); }

TEST_F(TypedFieldsTest, OfMoreMemoryThanThereCanBeAreEmpty) {
  Parameters odd;
  odd.add("balloon.usable", (1ull << 53) - 1);
  odd.add("balloon.unused", 1ull << 53);  // 2^63 bytes
  odd.add("balloon.available", 18'446'744'073'709'551'615ull);
  odd.add("dirtyrate.megabytes_per_second", 1ll << 43);
  const TypedFields fields(odd.list(), odd.count());
  EXPECT_EQ(fields.bytes_of_kib("balloon.usable"), ((std::int64_t{1} << 53) - 1) * kKibibyte);
  EXPECT_EQ(fields.bytes_of_kib("balloon.unused"), std::nullopt);
  EXPECT_EQ(fields.bytes_of_kib("balloon.available"), std::nullopt);
  EXPECT_EQ(fields.bytes_of_mib("dirtyrate.megabytes_per_second"), std::nullopt);
}

TEST_F(TypedFieldsTest, AreVisitedByTheBeginningOfTheirName) {
  std::vector<std::string> seen;
  fields().each("net.", [&](const virTypedParameter& field) { seen.push_back(field.field); });
  EXPECT_EQ(seen, std::vector<std::string>{"net.0.name"});
}

TEST_F(TypedFieldsTest, OfACallThatIsAskedTwiceAreItsWholeNumbers) {
  const auto ask = [&](virTypedParameterPtr list, int* count) {
    *count = 2;
    if (list != nullptr) std::copy_n(parameters_.list(), 2, list);
    return 0;
  };
  const std::map<std::string, std::int64_t> found{{"state.state", 1}, {"vcpu.current", 4}};
  EXPECT_EQ(ask_whole_numbers(ask), found);
}

// "vcpu_quota" is signed and -1 without a limit; the unsigned limits of a disk may use all 64 bits.
TEST_F(TypedFieldsTest, OfACallThatIsAskedTwiceKeepTheirSignAndAreNeverMissing) {
  Parameters limits;
  limits.add("vcpu_quota", -1ll);
  limits.add("total_bytes_sec", 18'446'744'073'709'551'615ull);
  limits.add("inbound.average", 4'294'967'295u);
  const auto ask = [&](virTypedParameterPtr list, int* count) {
    *count = 3;
    if (list != nullptr) std::copy_n(limits.list(), 3, list);
    return 0;
  };
  const std::map<std::string, std::int64_t> found{{"vcpu_quota", -1},
                                                  {"total_bytes_sec", std::numeric_limits<std::int64_t>::max()},
                                                  {"inbound.average", 4'294'967'295}};
  EXPECT_EQ(ask_whole_numbers(ask), found);
}

TEST_F(TypedFieldsTest, OfACallThatFailsAreEmpty) {
  EXPECT_EQ(ask_whole_numbers([](virTypedParameterPtr, int*) { return -1; }), std::nullopt);
}

}  // namespace
}  // namespace hotspot::virt
