#include "actuator/console/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

namespace hotspot::console {

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  for (std::size_t got = 0; got < bytes;) {
    const ssize_t more = getrandom(raw.data() + got, bytes - got, 0);
    if (more < 0 && errno != EINTR) std::abort();
    if (more > 0) got += static_cast<std::size_t>(more);
  }
  std::string hex;
  for (const char byte : raw) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    hex += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15];
  }
  return hex;
}

}  // namespace hotspot::console
