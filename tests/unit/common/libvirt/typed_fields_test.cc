#include "common/libvirt/typed_fields.h"

#include <gtest/gtest.h>

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
  EXPECT_EQ(ask_whole_numbers([](virTypedParameterPtr, int*) { return -1; }), std::nullopt);
}

}  // namespace
}  // namespace hotspot::virt
