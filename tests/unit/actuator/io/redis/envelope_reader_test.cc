#include "actuator/io/redis/envelope_reader.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "common/crypto/ed25519.h"
#include "telemetry/envelope.h"

namespace hotspot::io {
namespace {

using ::testing::HasSubstr;
using Seal = ports::Envelope::Seal;

constexpr const char* kSnapshot = R"({"schema": 1})";
constexpr const char* kHost = "00000000-0000-0000-0000-000000000001";

class EnvelopeReader : public ::testing::Test {
 protected:
  EnvelopeReader() {
    const std::string text = telemetry::signed_text("test", kHost, {3, 42}, kSnapshot);
    entry_.id = "1-0";
    entry_.fields = {{"snapshot", kSnapshot},
                     {telemetry::kNodeField, kHost},
                     {telemetry::kBootField, "3"},
                     {telemetry::kSequenceField, "42"},
                     {telemetry::kKeyField, crypto::to_base64(key_.public_key())},
                     {telemetry::kSignatureField, crypto::to_base64(key_.sign(text))}};
  }
  static StreamEntry without(StreamEntry entry, std::string_view field) {
    std::erase_if(entry.fields, [&](const auto& one) { return one.first == field; });
    return entry;
  }
  StreamEntry with(std::string_view field, const std::string& value) const {
    StreamEntry entry = entry_;
    for (auto& one : entry.fields)
      if (one.first == field) one.second = value;
    return entry;
  }
  static void refused(const StreamEntry& entry, const std::string& why, std::string_view cluster = "test",
                      std::string_view snapshot = kSnapshot) {
    const ports::Envelope envelope = read_envelope(entry, cluster, snapshot);
    EXPECT_EQ(envelope.seal, Seal::kBad) << why;
    EXPECT_THAT(envelope.problem, HasSubstr(why));
    EXPECT_EQ(envelope.key + envelope.fingerprint + envelope.node, "") << "nothing of it is of use";
  }

  crypto::SigningKey key_ = *crypto::SigningKey::generate();
  StreamEntry entry_;
};

TEST_F(EnvelopeReader, AGoodOneSaysWhoseItIsAndWhereItStands) {
  const ports::Envelope envelope = read_envelope(entry_, "test", kSnapshot);
  EXPECT_EQ(envelope.seal, Seal::kGood) << envelope.problem;
  EXPECT_EQ(envelope.node, kHost);
  EXPECT_EQ(envelope.key, crypto::to_base64(key_.public_key()));
  EXPECT_EQ(envelope.fingerprint, crypto::fingerprint(key_.public_key()));
  EXPECT_EQ(envelope.position, (telemetry::Position{3, 42}));
}

TEST_F(EnvelopeReader, WithoutKeyAndSignatureAnEntryIsNotSignedWhateverElseItHas) {
  const StreamEntry entry = without(without(entry_, telemetry::kKeyField), telemetry::kSignatureField);
  EXPECT_EQ(read_envelope(entry, "test", kSnapshot).seal, Seal::kNone);
  EXPECT_EQ(read_envelope({}, "test", kSnapshot).seal, Seal::kNone);
}

TEST_F(EnvelopeReader, EachFieldThatIsMissingMakesItBad) {
  for (const char* field : {telemetry::kNodeField, telemetry::kKeyField, telemetry::kSignatureField})
    refused(without(entry_, field), "lacks one of node, key and signature");
  for (const char* field : {telemetry::kBootField, telemetry::kSequenceField})
    refused(without(entry_, field), "boot or sequence of its envelope is no number");
}

TEST_F(EnvelopeReader, ANodeThatIsNoHostUuidMakesItBad) {
  refused(with(telemetry::kNodeField, std::string(65, 'a')), "is no host UUID");
  refused(with(telemetry::kNodeField, std::string(kHost) + "\n3\n42"), "is no host UUID");
  refused(with(telemetry::kNodeField, std::string(10'000'000, 'a')), "is no host UUID");
}

TEST_F(EnvelopeReader, BootAndSequenceAreDecimalNumbersOf64BitsAndNothingElse) {
  for (const char* field : {telemetry::kBootField, telemetry::kSequenceField}) {
    for (const std::string value : {"", "-1", "+3", " 3", "3 ", "0x3", "3.0", "1e3", "three", "18446744073709551616",
                                    "99999999999999999999", "000000000000000000003"})
      refused(with(field, value), "boot or sequence of its envelope is no number");
    refused(with(field, std::string("3\0", 2)), "boot or sequence of its envelope is no number");
  }
}

TEST_F(EnvelopeReader, KeyAndSignatureAreBase64OfJustSoManyBytes) {
  const std::string key = *entry_.find(telemetry::kKeyField), signature = *entry_.find(telemetry::kSignatureField);
  for (const auto& [field, good] : {std::pair(telemetry::kKeyField, key), {telemetry::kSignatureField, signature}}) {
    for (const std::string& value : {std::string(), std::string("!"), good.substr(0, good.size() - 4), good + "AAAA",
                                     good + "\n", " " + good, std::string(good.size(), '*'), std::string(1 << 20, 'A')})
      refused(with(field, value), "is not base64 of 32 and 64 bytes");
  }
  refused(with(telemetry::kKeyField, signature), "is not base64 of 32 and 64 bytes");
}

TEST_F(EnvelopeReader, ASignatureHoldsForJustThisNodePositionClusterAndSnapshot) {
  const char* why = "its signature is not by the key that it names";
  refused(with(telemetry::kNodeField, "00000000-0000-0000-0000-000000000002"), why);
  refused(with(telemetry::kBootField, "4"), why);
  refused(with(telemetry::kSequenceField, "43"), why);
  refused(entry_, why, "other");
  refused(entry_, why, "test", R"({"schema": 1 })");
  refused(with(telemetry::kKeyField, crypto::to_base64(crypto::SigningKey::generate()->public_key())), why);
  refused(with(telemetry::kKeyField, crypto::to_base64(crypto::PublicKey{})), why);
  refused(with(telemetry::kSignatureField, crypto::to_base64(crypto::Signature{})), why);
}

}  // namespace
}  // namespace hotspot::io
