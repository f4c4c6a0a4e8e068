#include "collectd-plugin/snapshot_signer.h"

#include "telemetry/envelope.h"

namespace hotspot::collector {

SnapshotSigner::SnapshotSigner(crypto::SigningKey key, std::string cluster, std::uint64_t boot)
    : key_(std::move(key)),
      cluster_(std::move(cluster)),
      public_key_(crypto::to_base64(key_.public_key())),
      boot_(boot) {}

std::string SnapshotSigner::fingerprint() const { return crypto::fingerprint(key_.public_key()); }

std::vector<std::string> SnapshotSigner::fields(const std::string& node, std::uint64_t sequence,
                                                const std::string& snapshot) const {
  const telemetry::Position position{.boot = boot_, .sequence = sequence};
  const crypto::Signature signature = key_.sign(telemetry::signed_text(cluster_, node, position, snapshot));
  return {telemetry::kNodeField,      node,
          telemetry::kBootField,      std::to_string(position.boot),
          telemetry::kSequenceField,  std::to_string(position.sequence),
          telemetry::kKeyField,       public_key_,
          telemetry::kSignatureField, crypto::to_base64(signature)};
}

}  // namespace hotspot::collector
