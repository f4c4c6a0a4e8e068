#include "actuator/io/redis/envelope_reader.h"

#include <charconv>
#include <optional>
#include <utility>

#include "common/crypto/ed25519.h"
#include "telemetry/envelope.h"

namespace hotspot::io {
namespace {

// A host UUID is shorter; a longer text is not copied.
constexpr std::size_t kMostNodeBytes = 64;

std::optional<std::uint64_t> counter_from(const std::string* text) {
  std::uint64_t value = 0;
  if (text == nullptr || text->empty() || text->size() > 20) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

ports::Envelope bad(std::string problem) {
  ports::Envelope envelope;
  envelope.seal = ports::Envelope::Seal::kBad;
  envelope.problem = std::move(problem);
  return envelope;
}

}  // namespace

ports::Envelope read_envelope(const StreamEntry& entry, std::string_view cluster, std::string_view snapshot) {
  const std::string* node = entry.find(telemetry::kNodeField);
  const std::string* key_text = entry.find(telemetry::kKeyField);
  const std::string* signature_text = entry.find(telemetry::kSignatureField);
  const std::string* boot_text = entry.find(telemetry::kBootField);
  const std::string* sequence_text = entry.find(telemetry::kSequenceField);
  if (key_text == nullptr && signature_text == nullptr) return {};
  if (node == nullptr || key_text == nullptr || signature_text == nullptr)
    return bad("its envelope lacks one of node, key and signature");
  if (node->size() > kMostNodeBytes || node->find('\n') != std::string::npos)
    return bad("the node of its envelope is no host UUID");
  const auto boot = counter_from(boot_text);
  const auto sequence = counter_from(sequence_text);
  if (!boot || !sequence) return bad("boot or sequence of its envelope is no number");
  const auto key = crypto::public_key_from_base64(*key_text);
  const auto signature = crypto::signature_from_base64(*signature_text);
  if (!key || !signature) return bad("key or signature of its envelope is not base64 of 32 and 64 bytes");
  ports::Envelope envelope;
  envelope.position = {*boot, *sequence};
  if (!crypto::verify(*key, telemetry::signed_text(cluster, *node, envelope.position, snapshot), *signature))
    return bad("its signature is not by the key that it names, over this snapshot in this cluster");
  envelope.seal = ports::Envelope::Seal::kGood;
  envelope.key = *key_text;
  envelope.fingerprint = crypto::fingerprint(*key);
  envelope.node = *node;
  return envelope;
}

}  // namespace hotspot::io
