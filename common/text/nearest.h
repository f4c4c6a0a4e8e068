// The word that was meant by one that nobody knows: "did you mean …?". PURE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hotspot::text {

// The candidate nearest to the word by edits (a letter more, fewer, changed, or two neighbours swapped); empty if none
// is near enough to be meant: one edit for each three letters, one at least and four at most. The first of several that
// are equally near. Words longer than 100 bytes have none.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace hotspot::text
