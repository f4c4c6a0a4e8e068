// What became of a write that is protected by the lease's token: a script of journal_scripts.h.
//
// Thread rule: any thread.
#pragma once

#include "actuator/io/redis/client.h"
#include "actuator/ports/journal.h"

namespace hotspot::io {

inline ports::WriteError write_error(const redis::CommandError& error) {
  // After any other refusal by Redis (no permission, no memory), nothing was written, and the writer may try again.
  const auto fault = error.code == "FENCED" ? ports::WriteFault::kFenced : ports::WriteFault::kUnreachable;
  if (fault == ports::WriteFault::kFenced) return {fault, "our lease is gone; " + error.message};
  return {fault, error.message};
}

}  // namespace hotspot::io
