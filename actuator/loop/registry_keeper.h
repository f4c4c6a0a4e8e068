// Keeps the registry of nodes in Redis, in hotspotd's own copy, and in Admission the same.
//
// Who leads writes; the others read every few seconds. A hash that was emptied, or that lost its end, is known by its
// revision: then what this hotspotd knows holds, and who leads writes it again. What somebody else wrote while this one
// leads is put back, and said.
// Thread rule: the loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "actuator/loop/admission.h"
#include "actuator/ports/registry.h"

namespace hotspot::loop {

class RegistryKeeper {
 public:
  // Null: there is none (tests), then the registry is in memory alone. log: a sentence for people.
  RegistryKeeper(ports::Registry* registry, ports::RegistryCopy* copy, Admission& admission,
                 std::function<void(const std::string&)> log);

  void start(WallTime now);  // from hotspotd's own copy
  // Reads what there is and settles who is right; to be called once the lead was taken, before anything is planned.
  Result<void> take_lead(std::int64_t token, WallTime now);
  void lose_lead();
  // Reads what others wrote, every few seconds. Returns at once otherwise.
  void follow(Milliseconds steady, WallTime now);
  // What Admission has changed itself (a key that was pinned, a pattern) is written. Returns at once otherwise.
  Result<void, ports::WriteError> save(std::int64_t token);
  std::int64_t revision() const { return stored_.revision; }

 private:
  void settle(record::Registry read, WallTime now);
  void copy();
  ports::Registry* registry_;
  ports::RegistryCopy* copy_;
  Admission& admission_;
  std::function<void(const std::string&)> log_;
  record::Registry stored_;          // what stands in Redis, as far as is known
  bool is_known_ = false;            // it was read
  std::uint64_t saved_changes_ = 0;  // of Admission, when it was written last
  bool leads_ = false;
  Milliseconds next_look_{0};
  std::string copy_problem_;
};

}  // namespace hotspot::loop
