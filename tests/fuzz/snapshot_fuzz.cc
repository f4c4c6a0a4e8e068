// Arbitrary bytes as a snapshot: nothing may crash, hang or leak, and what is taken survives another round unchanged.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "telemetry/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static hotspot::telemetry::SnapshotDecoder decoder({.bytes = 1u << 20});
  auto decoded = decoder.decode({reinterpret_cast<const char*>(data), size});
  if (!decoded) {
    if (decoded.error().message.empty()) std::abort();
    return 0;
  }
  decoded->implausible = {};  // what was dropped is not there the second time
  const auto again = decoder.decode(hotspot::telemetry::encode(*decoded));
  if (!again || !(*again == *decoded)) std::abort();
  return 0;
}
