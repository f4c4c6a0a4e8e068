// What decisions were made from, in Redis: the hash `inputs` has texts in the zlib format by their SHA-256, the sorted
// set `inputs:ages` when each was used last.
//
// At most seven days and 256 MiB a cluster: whatever is older or exceeds that is removed with each write, which is one
// script that compares the lease's token (journal_scripts.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actuator/io/redis/client.h"
#include "actuator/ports/input_store.h"
#include "telemetry/keyspace.h"

namespace hotspot::io {

struct RedisInputStoreOptions {
  Milliseconds most_age{std::chrono::hours(24 * 7)};
  std::int64_t most_bytes = 256 * kMebibyte;  // compressed, with what Redis needs for each
};

class RedisInputStore : public ports::InputStore {
 public:
  RedisInputStore(RedisClient& client, const telemetry::Keyspace& keyspace, RedisInputStoreOptions options = {})
      : client_(client), keyspace_(keyspace), options_(options) {}

  Result<std::vector<std::string>, ports::WriteError> store(std::int64_t token,
                                                            const std::vector<ports::InputText>& texts,
                                                            const std::vector<std::string>& stored) override;

 private:
  RedisClient& client_;
  telemetry::Keyspace keyspace_;
  RedisInputStoreOptions options_;
  struct Denied {
    std::uint64_t connection = 0;
    ports::WriteError error;
  };
  std::optional<Denied> denied_;   // without the permission, it is not tried again on that connection
  std::int64_t counted_for_ = -1;  // the token of the lead for which all that is stored was counted
};

enum class InputFault {
  kChanged,    // what is there is no text of at most 16 MiB: hotspotd did not write it
  kUnreadable  // what is there is not known: Redis does not answer, or refuses
};
struct InputError {
  InputFault fault = InputFault::kUnreadable;
  std::string message;
};

// Shared with hotspotctl. Empty: it is not there (any more). Whether the text is the one that the hash names, is for
// the caller to check.
Result<std::optional<std::string>, InputError> read_input_text(RedisClient& client, const telemetry::Keyspace& keyspace,
                                                               const std::string& sha256);

}  // namespace hotspot::io
