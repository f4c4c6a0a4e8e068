// Secrets that nobody can guess, from the kernel's generator.
//
// Thread rule: any thread.
#pragma once

#include <cstddef>
#include <string>

namespace hotspot::console {

// So many random bytes as lower-case hexadecimal digits. Ends the program if the kernel gives none.
std::string random_hex(std::size_t bytes);

}  // namespace hotspot::console
