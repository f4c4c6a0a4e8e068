// Ed25519 keys and signatures (RFC 8032), implemented with OpenSSL.
//
// Thread rule: every function may be called from any thread; a SigningKey may be shared once it is constructed.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "telemetry/result.h"

namespace hotspot::crypto {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

std::string to_base64(const PublicKey& key);
std::string to_base64(const Signature& signature);
// Empty if the text is not the padded base64 (RFC 4648) of a key of exactly the right size.
std::optional<PublicKey> public_key_from_base64(std::string_view text);
std::optional<Signature> signature_from_base64(std::string_view text);

// The form that people compare: "SHA256:" and the unpadded base64 of the key's SHA-256, as printed by ssh-keygen -l.
std::string fingerprint(const PublicKey& key);

bool verify(const PublicKey& key, std::string_view message, const Signature& signature);

class SigningKey {
 public:
  static Result<SigningKey> generate();
  // Reads PKCS#8 in PEM, as written by `openssl genpkey -algorithm ed25519`.
  static Result<SigningKey> from_pem(std::string_view pem);

  std::string to_pem() const;
  PublicKey public_key() const;
  Signature sign(std::string_view message) const;

 private:
  struct Impl;
  explicit SigningKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace hotspot::crypto
