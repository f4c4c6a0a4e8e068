// Ed25519 keys and signatures (RFC 8032), by OpenSSL.
//
// Thread rule: every function from any thread; a SigningKey may be shared once it is made.
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
// Empty: not base64 (RFC 4648, padded) of just so many bytes.
std::optional<PublicKey> public_key_from_base64(std::string_view text);
std::optional<Signature> signature_from_base64(std::string_view text);

// What people compare: "SHA256:" and base64 without padding of the key's SHA-256, as ssh-keygen -l shows it.
std::string fingerprint(const PublicKey& key);

bool verify(const PublicKey& key, std::string_view message, const Signature& signature);

class SigningKey {
 public:
  static Result<SigningKey> generate();
  // PKCS#8 in PEM, as `openssl genpkey -algorithm ed25519` writes it.
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
