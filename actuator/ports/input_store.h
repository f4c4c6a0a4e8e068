// Keeps what decisions were made from: texts by their SHA-256, each once, for a time and up to a size.
//
// Thread rule: called from the loop's thread only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "actuator/ports/journal.h"
#include "telemetry/result.h"

namespace hotspot::ports {

struct InputText {
  std::string sha256;  // of the text
  std::string text;
};

class InputStore {
 public:
  virtual ~InputStore() = default;

  // Stores the texts, which are used together with those that were stored before. What has not been used for long, or
  // exceeds the size, is removed. Protected like Journal::append. Returns the hashes of `stored` that it does not have
  // (any more): then nothing was written.
  virtual Result<std::vector<std::string>, WriteError> store(std::int64_t token, const std::vector<InputText>& texts,
                                                             const std::vector<std::string>& stored) = 0;
};

}  // namespace hotspot::ports
