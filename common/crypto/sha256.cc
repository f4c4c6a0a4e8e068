#include "common/crypto/sha256.h"

#include <openssl/sha.h>

#include <array>
#include <cstdint>

namespace hotspot::crypto {

std::string sha256_hex(std::string_view text) {
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> hash;
  SHA256(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), hash.data());
  std::string hex;
  for (const std::uint8_t byte : hash) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

}  // namespace hotspot::crypto
