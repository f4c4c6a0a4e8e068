// Regular expressions in RE2's syntax, matched in linear time. Used by label matchers, templates and the collector's
// selections.
//
// The accepted syntax is that of Go's regexp, as in Prometheus: \C and group names outside [A-Za-z0-9_] are refused,
// and a byte of the text that is not UTF-8 counts as U+FFFD. A pattern uses at most kMaxMemory bytes. PURE. Thread
// rule: a Pattern may be used from several threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/result.h"

namespace re2 {
class RE2;
}

namespace hotspot::pattern {

inline constexpr std::int64_t kMaxMemory = std::int64_t{32} << 20;

class Pattern {
 public:
  struct Problem {
    std::size_t offset = 0;  // byte in the pattern
    std::string message;     // without a full stop
  };
  static Result<Pattern, Problem> compile(std::string_view pattern);
  // The same, but the dot also matches a line break, and the notations of POSIX and glibc are understood: [[.x.]] and
  // [[=x=]] of one character, \< and \>, \` and \', x{,n}.
  static Result<Pattern, Problem> compile_posix(std::string_view pattern);

  // Does the whole text match?
  bool matches(std::string_view text) const;
  // Does it match anywhere in the text?
  bool found_in(std::string_view text) const;
  // If the whole text matches: the text itself and what each group matched, "" for a group that did not take part. Of
  // several possible matches, the one that Perl would choose.
  std::optional<std::vector<std::string_view>> captures(std::string_view text) const;
  // Names of the groups, starting with group 1; "" for a group without a name.
  const std::vector<std::string>& group_names() const { return group_names_; }

  // Expands $1, $name and ${name} in the replacement, as Go's regexp.Expand does.
  std::string expand(std::string_view replacement, const std::vector<std::string_view>& groups) const;
  // Replaces every match, as Go's ReplaceAllString does. Empty if the result would exceed `most` bytes.
  std::optional<std::string> replace_all(std::string_view text, std::string_view replacement, std::size_t most) const;

 private:
  enum class Dot { kNotLineBreak, kAny };
  static Result<Pattern, Problem> compile_with(std::string_view pattern, Dot dot);
  std::string_view group(std::string_view name, const std::vector<std::string_view>& groups) const;

  std::shared_ptr<const re2::RE2> re2_;
  std::vector<std::string> group_names_;
};

}  // namespace hotspot::pattern
