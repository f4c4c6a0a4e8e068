// The outcome of a write to the store that is made only when something is due or has changed.
//
// Success without a write says nothing about the store: a failure that was reported before lasts.
#pragma once

#include "actuator/ports/journal.h"
#include "telemetry/result.h"

namespace hotspot::loop {

enum class Write { kNothing, kDone };
using Written = Result<Write, ports::WriteError>;

inline Written done_or_error(const Result<void, ports::WriteError>& written) {
  if (!written) return written.error();
  return Write::kDone;
}

}  // namespace hotspot::loop
