#include "common/crypto/fingerprint.h"

#include <string_view>

#include "common/crypto/ed25519.h"

namespace hotspot::crypto {
namespace {

constexpr std::string_view kFingerprintPrefix = "SHA256:";
constexpr std::size_t kFingerprintBytes = 50;  // the prefix, and 43 characters for 32 bytes

bool is_fingerprint(std::string_view text) {
  return text.size() == kFingerprintBytes && text.starts_with(kFingerprintPrefix) &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                                kFingerprintPrefix.size()) == std::string_view::npos;
}

}  // namespace

std::string fingerprint_of(const std::string& key) {
  if (is_fingerprint(key)) return key;
  const auto parsed = public_key_from_base64(key);
  return parsed ? fingerprint(*parsed) : std::string();
}

}  // namespace hotspot::crypto
