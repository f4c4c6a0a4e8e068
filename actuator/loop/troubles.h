// Troubles that begin, last and end: each is reported twice, however often it is observed in between. PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::loop {

class Troubles {
 public:
  static constexpr std::size_t kMost = 1000;  // at once; of more nothing is said

  // `lasts`: so long after it was last seen it is over.
  explicit Troubles(Milliseconds lasts) : lasts_(lasts) {}

  // True if it begins with that: to be said. key: what makes it one trouble.
  bool saw(const std::string& key, WallTime now);
  struct Ended {
    std::string key;
    Milliseconds length{0};
    std::uint64_t times = 0;
  };
  std::vector<Ended> end(WallTime now);

 private:
  struct Trouble {
    WallTime since{}, last{};
    std::uint64_t times = 0;
  };
  Milliseconds lasts_;
  std::map<std::string, Trouble> troubles_;
};

}  // namespace hotspot::loop
