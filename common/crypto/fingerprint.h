// The fingerprint of a key, however the key is written.
//
// Thread rule: any thread.
#pragma once

#include <string>

namespace hotspot::crypto {

// "SHA256:…" of a public key in base64, or of such a text itself; "" if it is neither.
std::string fingerprint_of(const std::string& key);

}  // namespace hotspot::crypto
