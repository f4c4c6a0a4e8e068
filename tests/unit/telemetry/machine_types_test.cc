#include "telemetry/machine_types.h"

#include <gtest/gtest.h>

namespace hotspot::telemetry {
namespace {

TEST(MachineTypes, AreOneShortTextWithTheOldestAndTheNewestOfEachKind) {
  EXPECT_EQ(machine_types_text({"pc-q35-10.0", "pc-q35-2.6", "microvm", "pc-i440fx-7.2", "pc-q35-9.2"}),
            "microvm pc-i440fx-7.2 pc-q35-2.6..10.0");
  EXPECT_EQ(machine_types_text({"pc-q35-rhel9.4.0", "pc-q35-rhel8.2.0"}), "pc-q35-rhel8.2.0..9.4.0");
  EXPECT_EQ(machine_types_text({}), "");
}

TEST(MachineTypes, AreFoundByTheirVersionAsNumbers) {
  const std::string text = "microvm pc-i440fx-7.2 pc-q35-2.6..10.0";
  for (const char* there : {"microvm", "pc-i440fx-7.2", "pc-q35-2.6", "pc-q35-2.12", "pc-q35-9.2", "pc-q35-10.0"})
    EXPECT_TRUE(has_machine_type(text, there)) << there;
  for (const char* missing : {"pc-q35-10.1", "pc-q35-2.5", "pc-i440fx-8.0", "pc-q35-rhel9.4.0", "pc-q35-", "micro", ""})
    EXPECT_FALSE(has_machine_type(text, missing)) << missing;
}

TEST(MachineTypes, OfDistributionsAreKindsOfTheirOwn) {
  const std::string text = machine_types_text({"pc-q35-jammy", "pc-q35-jammy-hpb", "pc-i440fx-noble-v2"});
  EXPECT_TRUE(has_machine_type(text, "pc-q35-jammy-hpb"));
  EXPECT_TRUE(has_machine_type(text, "pc-i440fx-noble-v2"));
  EXPECT_FALSE(has_machine_type(text, "pc-q35-noble"));
}

TEST(MachineTypes, OfAStrangerAreReadWhateverTheyAre) {
  for (const char* text :
       {"..", "a..b", "pc-..", "..7", "pc-1..99999999999999999999999999", " ", "7.2", "pc-1.....2"}) {
    EXPECT_FALSE(has_machine_type(text, "pc-q35-7.2")) << text;
  }
  EXPECT_TRUE(has_machine_type("pc-1..99999999999999999999999999", "pc-5"));
}

}  // namespace
}  // namespace hotspot::telemetry
