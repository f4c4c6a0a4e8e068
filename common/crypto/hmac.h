// HMAC with SHA-256 (RFC 2104), implemented with OpenSSL.
//
// Thread rule: may be called from any thread.
#pragma once

#include <string>
#include <string_view>

namespace hotspot::crypto {

std::string hmac_sha256_hex(std::string_view key, std::string_view text);  // 64 lower-case digits

}  // namespace hotspot::crypto
