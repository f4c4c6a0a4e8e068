// Finds the known word that an unknown one probably stands for: "did you mean …?". PURE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hotspot::text {

// The candidate with the fewest edits (a letter added, removed or changed, or two neighbours swapped); empty if none is
// similar enough: one edit for each three letters, at least one and at most four. The first of several that are equally
// near. Words longer than 100 bytes have none.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace hotspot::text
