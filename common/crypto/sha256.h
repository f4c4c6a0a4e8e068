// SHA-256 (FIPS 180-4) of a text, implemented with OpenSSL.
//
// Thread rule: may be called from any thread.
#pragma once

#include <string>
#include <string_view>

namespace hotspot::crypto {

std::string sha256_hex(std::string_view text);  // 64 lower-case digits, as sha256sum prints them

}  // namespace hotspot::crypto
