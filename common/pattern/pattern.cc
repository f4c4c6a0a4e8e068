#include "common/pattern/pattern.h"

#include <re2/re2.h>

#include <algorithm>
#include <limits>

#include "common/pattern/pattern_problem.h"
#include "common/pattern/posix.h"
#include "common/text/ascii.h"
#include "common/text/characters.h"

namespace hotspot::pattern {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// A text in which each byte that is not UTF-8 is replaced by U+FFFD, and the map back to positions in the original.
class Readable {
 public:
  explicit Readable(std::string_view text) : original_(text) {
    std::size_t at = 0;
    while (at < text.size() && valid(at)) at += text::first_character(text.substr(at)).bytes;
    if (at == text.size()) return;  // usually nothing has to be copied
    made_.assign(text.substr(0, at));
    for (std::size_t i = 0; i < at; ++i) places_.push_back(i);
    while (at < text.size()) {
      const text::Character next = text::first_character(text.substr(at));
      const std::string_view part = next.valid ? text.substr(at, next.bytes) : kReplacement;
      for (std::size_t i = 0; i < part.size(); ++i) places_.push_back(next.valid ? at + i : at);
      made_ += part;
      at += next.bytes;
    }
    places_.push_back(text.size());
  }
  std::string_view text() const { return places_.empty() ? original_ : std::string_view(made_); }
  std::string_view original(std::string_view part) const {
    if (part.data() == nullptr) return {};
    if (places_.empty()) return part;
    const auto begin = static_cast<std::size_t>(part.data() - made_.data());
    return original_.substr(places_[begin], places_[begin + part.size()] - places_[begin]);
  }

 private:
  bool valid(std::size_t at) const {
    return static_cast<unsigned char>(original_[at]) < 0x80 || text::first_character(original_.substr(at)).valid;
  }

  std::string_view original_;
  std::string made_;
  std::vector<std::size_t> places_;  // by byte of made_; empty if the original is valid UTF-8
};

std::string_view view(const re2::StringPiece& piece) { return {piece.data(), piece.size()}; }

bool is_word(char c) { return text::is_letter_or_digit(c) || c == '_'; }

}  // namespace

Result<Pattern, Pattern::Problem> Pattern::compile(std::string_view pattern) {
  return compile_with(pattern, Dot::kNotLineBreak);
}

Result<Pattern, Pattern::Problem> Pattern::compile_posix(std::string_view pattern) {
  return compile_with(from_posix(pattern), Dot::kAny);
}

Result<Pattern, Pattern::Problem> Pattern::compile_with(std::string_view pattern, Dot dot) {
  if (auto problem = find_foreign(pattern)) return *problem;
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(kMaxMemory);
  options.set_dot_nl(dot == Dot::kAny);
  Pattern made;
  made.re2_ = std::make_shared<const re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!made.re2_->ok()) return explain(pattern, *made.re2_);
  made.group_names_.resize(static_cast<std::size_t>(made.re2_->NumberOfCapturingGroups()));
  for (const auto& [number, name] : made.re2_->CapturingGroupNames()) {
    made.group_names_[static_cast<std::size_t>(number) - 1] = name;
  }
  return made;
}

bool Pattern::matches(std::string_view text) const {
  const Readable readable(text);
  const re2::StringPiece piece(readable.text().data(), readable.text().size());
  return re2_->Match(piece, 0, piece.size(), re2::RE2::ANCHOR_BOTH, nullptr, 0);
}

bool Pattern::found_in(std::string_view text) const {
  const Readable readable(text);
  const re2::StringPiece piece(readable.text().data(), readable.text().size());
  return re2_->Match(piece, 0, piece.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

std::optional<std::vector<std::string_view>> Pattern::captures(std::string_view text) const {
  const Readable readable(text);
  const re2::StringPiece piece(readable.text().data(), readable.text().size());
  std::vector<re2::StringPiece> taken(group_names_.size() + 1);
  if (!re2_->Match(piece, 0, piece.size(), re2::RE2::ANCHOR_BOTH, taken.data(), static_cast<int>(taken.size()))) {
    return std::nullopt;
  }
  std::vector<std::string_view> groups;
  groups.reserve(taken.size());
  for (const re2::StringPiece& group : taken) groups.push_back(readable.original(view(group)));
  groups.front() = text;
  return groups;
}

// What the group of this number or name matched; "" if there is no such group.
std::string_view Pattern::group(std::string_view name, const std::vector<std::string_view>& groups) const {
  if (std::all_of(name.begin(), name.end(), text::is_digit)) {
    if (name.size() > 8) return {};
    const auto index = static_cast<std::size_t>(std::stoul(std::string(name)));
    return index < groups.size() ? groups[index] : std::string_view();
  }
  // Of several groups of one name, the first that matched something.
  for (std::size_t i = 0; i < group_names_.size(); ++i) {
    if (group_names_[i] == name && groups[i + 1].data() != nullptr) return groups[i + 1];
  }
  return {};
}

std::string Pattern::expand(std::string_view replacement, const std::vector<std::string_view>& groups) const {
  std::string made;
  for (std::size_t at = 0; at < replacement.size();) {
    if (replacement[at] != '$' || at + 1 == replacement.size()) {
      made += replacement[at++];
      continue;
    }
    if (replacement[at + 1] == '$') {
      made += '$';
      at += 2;
      continue;
    }
    const bool braces = replacement[at + 1] == '{';
    const std::size_t begin = at + (braces ? 2 : 1);
    std::size_t end = begin;
    while (end < replacement.size() && is_word(replacement[end])) ++end;
    if (end == begin || (braces && (end == replacement.size() || replacement[end] != '}'))) {
      made += replacement[at++];
      continue;
    }
    made += group(replacement.substr(begin, end - begin), groups);
    at = end + (braces ? 1 : 0);
  }
  return made;
}

// An empty match right after a match does not count, and each search starts at least one character further on.
std::optional<std::string> Pattern::replace_all(std::string_view text, std::string_view replacement,
                                                std::size_t most) const {
  const Readable readable(text);
  const re2::StringPiece piece(readable.text().data(), readable.text().size());
  std::vector<re2::StringPiece> taken(group_names_.size() + 1);
  std::string made;
  bool matched = false;
  std::size_t copied = 0;
  for (std::size_t from = 0; from <= piece.size();) {
    if (!re2_->Match(piece, from, piece.size(), re2::RE2::UNANCHORED, taken.data(), static_cast<int>(taken.size()))) {
      break;
    }
    const auto begin = static_cast<std::size_t>(taken[0].data() - piece.data());
    const std::size_t end = begin + taken[0].size();
    made += readable.original(view(re2::StringPiece(piece.data() + copied, begin - copied)));
    if (!matched || end > copied || begin == 0) {
      std::vector<std::string_view> groups;
      for (const re2::StringPiece& group : taken) groups.push_back(readable.original(view(group)));
      made += expand(replacement, groups);
    }
    if (made.size() > most) return std::nullopt;
    matched = true;
    copied = end;
    const std::size_t width = from < piece.size() ? text::first_character(readable.text().substr(from)).bytes : 1;
    from = std::max(end, from + width);
  }
  made += readable.original(view(re2::StringPiece(piece.data() + copied, piece.size() - copied)));
  if (made.size() > most) return std::nullopt;
  return made;
}

}  // namespace hotspot::pattern
