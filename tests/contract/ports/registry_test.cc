// The port Registry, as every body of it has to be.
#include <gtest/gtest.h>

#include "tests/contract/ports/store_body.h"

namespace hotspot::contract {
namespace {

class RegistryContract : public ::testing::TestWithParam<StoreMaker> {
 protected:
  std::unique_ptr<StoreBody> store_ = GetParam().make();
  std::unique_ptr<ports::Lease> lease_ = store_->lease("hotspotd@one:1", Milliseconds(5000));
  std::unique_ptr<ports::Registry> registry_ = store_->registry();
};

std::string entry_of(const std::string& id) {
  return record::to_json({.id = id, .host_uuid = "u-" + id, .name = id, .uri = "qemu+tls://" + id + "/system"});
}

TEST_P(RegistryContract, IsNothingAtFirst) {
  EXPECT_EQ(*registry_->revision(), 0);
  EXPECT_TRUE(registry_->load()->nodes.empty());
}

TEST_P(RegistryContract, IsReadAsTheLeaderWroteItAndASingleEntryIsRemoved) {
  const auto token = lease_->acquire_or_renew()->token;
  ASSERT_TRUE(registry_->save(token, {1, {{"h1", entry_of("h1")}, {"h2", entry_of("h2")}}}).ok());
  ASSERT_TRUE(registry_->save(token, {2, {{"h1", ""}}}).ok());
  const auto other = store_->registry();
  EXPECT_EQ(*other->revision(), 2);
  const auto read = other->load();
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->revision, 2);
  ASSERT_EQ(read->nodes.size(), 1u);
  EXPECT_EQ(read->nodes.at("h2").uri, "qemu+tls://h2/system");
}

TEST_P(RegistryContract, IsWrittenByNobodyWhoDoesNotLead) {
  const auto token = lease_->acquire_or_renew()->token;
  const auto saved = registry_->save(token - 1, {1, {{"h1", entry_of("h1")}}});
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().fault, ports::WriteFault::kFenced);
  EXPECT_EQ(*registry_->revision(), 0);
}

TEST_P(RegistryContract, SaysThatItCannotBeReached) {
  const auto token = lease_->acquire_or_renew()->token;
  store_->cut_off();
  EXPECT_FALSE(registry_->revision().ok());
  EXPECT_FALSE(registry_->load().ok());
  EXPECT_EQ(registry_->save(token, {1, {}}).error().fault, ports::WriteFault::kUnreachable);
}

INSTANTIATE_TEST_SUITE_P(All, RegistryContract, ::testing::ValuesIn(kStores),
                         [](const auto& made) { return std::string(made.param.name); });

}  // namespace
}  // namespace hotspot::contract
