#include "common/text/nearest.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <utility>

namespace hotspot::text {
namespace {

constexpr std::size_t kLongestWord = 100;  // for which a suggestion is searched

// A swap of neighbours counts as one step: "ratoi" is one step from "ratio". Distances at or above the limit are
// returned as the limit: only what may be below it is computed, so that thousands of names are cheap.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) >= limit) return limit;
  using Row = std::array<std::size_t, 2 * kLongestWord>;
  std::array<Row, 3> rows{};
  Row *before = &rows[0], *above = &rows[1], *row = &rows[2];
  std::iota(above->begin(), above->begin() + static_cast<std::ptrdiff_t>(b.size()) + 1, std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const std::size_t first = i > limit ? i - limit : 1, last = std::min(b.size(), i + limit);
    (*row)[first - 1] = first == 1 ? i : limit;
    if (last < b.size()) (*row)[last + 1] = limit;
    std::size_t least = (*row)[first - 1];
    for (std::size_t j = first; j <= last; ++j) {
      const std::size_t change = (*above)[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      (*row)[j] = std::min({change, (*above)[j] + 1, (*row)[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) (*row)[j] = std::min((*row)[j], (*before)[j - 2] + 1);
      least = std::min(least, (*row)[j]);
    }
    // A swap may still refer to the row above.
    if (least > limit) return limit;
    std::swap(before, above);
    std::swap(above, row);
  }
  return std::min((*above)[b.size()], limit);
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  // One wrong character in three is a typing error; more is another word.
  const std::size_t limit = std::clamp<std::size_t>(word.size() / 3, 1, 4);
  if (word.empty() || word.size() > kLongestWord) return "";
  std::string_view best;
  std::size_t best_distance = limit + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate, best_distance);
    if (distance >= best_distance || distance >= candidate.size()) continue;
    best = candidate;
    best_distance = distance;
  }
  return std::string(best);
}

}  // namespace hotspot::text
