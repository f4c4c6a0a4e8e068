// Reads the envelope of an entry of the stream `snapshots`: its fields, and whether its signature matches the key that
// it names.
#pragma once

#include <string>
#include <string_view>

#include "actuator/io/redis/stream.h"
#include "actuator/ports/snapshot_source.h"

namespace hotspot::io {

// Whose key that is, is decided by admission. Any thread.
ports::Envelope read_envelope(const StreamEntry& entry, std::string_view cluster, std::string_view snapshot);

}  // namespace hotspot::io
