// The JSON keys of a published record. Private to its codec.
#pragma once

#include "telemetry/published.h"

namespace hotspot::telemetry {

inline constexpr int kPublishedSchema = 1;

inline const char* published_word(NewsSeverity severity) {
  return severity == NewsSeverity::kFailure ? "failure" : severity == NewsSeverity::kWarning ? "warning" : "okay";
}
inline const char* published_word(NewsKind kind) { return kind == NewsKind::kAction ? "action" : "firing"; }

}  // namespace hotspot::telemetry
