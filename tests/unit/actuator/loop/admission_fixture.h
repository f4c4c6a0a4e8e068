// Collectors that send, and an Admission that judges what they send.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "actuator/loop/admission.h"
#include "common/crypto/ed25519.h"
#include "tests/support/build_cluster.h"

namespace hotspot::loop {

using hotspot::testing::kNow;
using hotspot::testing::node;
using hotspot::testing::uuid_of;

// A collector that signs with a key of its own, or does not.
struct Collector {
  std::string name;
  std::optional<crypto::SigningKey> key = *crypto::SigningKey::generate();
  std::uint64_t boot = 1, sequence = 0;
  hotspot::testing::NodeBuilder snapshot = node(name);

  std::string fingerprint() const { return crypto::fingerprint(key->public_key()); }
  std::string public_key() const { return crypto::to_base64(key->public_key()); }
  ports::Arrival send() {
    ports::Arrival arrival{snapshot.at(kNow, ++sequence), kNow};
    if (!key) return arrival;
    arrival.envelope = {.seal = ports::Envelope::Seal::kGood,
                        .key = public_key(),
                        .fingerprint = fingerprint(),
                        .node = arrival.snapshot.node.uuid,
                        .position = {boot, sequence},
                        .problem = ""};
    return arrival;
  }
};

class AdmissionTest : public ::testing::Test {
 protected:
  AdmissionTest() {
    options_.uris.schemes.insert("qemu+tcp");
    make();
  }
  void make() {
    admission_ = std::make_unique<Admission>("test", options_);
    admission_->take_lead();
  }
  static ports::NodeProof proof(const std::string& name) {
    return {uuid_of(name), "qemu+tcp://" + name + "/system", ports::NodeIdentity{uuid_of(name), name, 4, 8 * kGibibyte},
            "", kNow};
  }
  // What the operator sees is what he agrees to.
  AdminResult admit(const Collector& from, const std::string& uri = "") {
    const std::string fingerprint = from.key ? from.fingerprint() : "";
    return admission_->admit({from.name, uri.empty() ? "qemu+tcp://" + from.name + "/system" : uri, fingerprint, "ada"},
                             now_);
  }
  Judgement judge(Collector& from) { return judge(from.send()); }
  Judgement judge(ports::Arrival arrival) {
    last_ = std::move(arrival);
    return admission_->judge(last_, now_);
  }
  void admitted_and_proven(Collector& from) {
    judge(from);
    const auto admitted = admit(from);
    ASSERT_TRUE(admitted.ok()) << admitted.error().message;
    admission_->hear(proof(from.name), now_);
    const Judgement verdict = judge(from);
    ASSERT_TRUE(verdict.counts()) << verdict.sentence;
  }
  std::string why(const std::string& id) const {
    for (const AdmittedNode& node : admission_->admitted())
      if (node.entry.id == id) return std::string(to_string(node.standing)) + ": " + node.why;
    return "not admitted";
  }

  AdmissionOptions options_;
  WallTime now_ = kNow;
  std::unique_ptr<Admission> admission_;
  ports::Arrival last_;
};

}  // namespace hotspot::loop
