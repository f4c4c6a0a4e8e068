// What the groups of a regular expression took: all ways side by side, each with its own places (Pike's machine).
#include <algorithm>

#include "actuator/rules/regex.h"

namespace hotspot::rules {
namespace {

using Kind = RegexInstruction::Kind;
using Slots = std::vector<std::size_t>;

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

bool is_word(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  const char c = text[at];
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

struct Way {
  std::uint32_t state = 0;
  Slots slots;
};

bool holds(Kind kind, std::string_view text, std::size_t at) {
  const bool boundary = (at > 0 && is_word(text, at - 1)) != is_word(text, at);
  return (kind == Kind::kBegin && at == 0) || (kind == Kind::kEnd && at == text.size()) ||
         (kind == Kind::kWordBoundary && boundary) || (kind == Kind::kNotWordBoundary && !boundary);
}

// Adds the states that `from` reaches without a character, the preferred ones first.
class Follower {
 public:
  Follower(const std::vector<RegexInstruction>& program, std::string_view text) : program_(program), text_(text) {}

  void follow(Way from, std::size_t at, std::vector<bool>& seen, std::vector<Way>& ways) const {
    std::vector<Way> stack{std::move(from)};
    while (!stack.empty()) {
      Way way = std::move(stack.back());
      stack.pop_back();
      if (seen[way.state]) continue;
      seen[way.state] = true;
      const RegexInstruction& instruction = program_[way.state];
      if (instruction.kind == Kind::kSplit) {
        stack.push_back({instruction.other, way.slots});
        stack.push_back({instruction.next, std::move(way.slots)});
      } else if (instruction.kind == Kind::kSave) {
        way.slots[instruction.other] = at;
        stack.push_back({instruction.next, std::move(way.slots)});
      } else if (instruction.kind == Kind::kSet || instruction.kind == Kind::kMatch) {
        ways.push_back(std::move(way));
      } else if (holds(instruction.kind, text_, at)) {
        stack.push_back({instruction.next, std::move(way.slots)});
      }
    }
  }

 private:
  const std::vector<RegexInstruction>& program_;
  std::string_view text_;
};

}  // namespace

std::optional<std::vector<std::string_view>> Regex::captures(std::string_view text) const {
  const Follower follower(program_, text);
  const std::size_t slots = 2 * (group_names_.size() + 1);
  std::vector<Way> now, then;
  std::vector<bool> seen(program_.size());
  follower.follow({start_, Slots(slots, kNowhere)}, 0, seen, now);
  for (std::size_t at = 0; at < text.size() && !now.empty();) {
    const char32_t c = next_code_point(text, at);
    then.clear();
    seen.assign(program_.size(), false);
    for (Way& way : now) {
      const RegexInstruction& instruction = program_[way.state];
      if (instruction.kind != Kind::kSet || !sets_[instruction.other].contains(c)) continue;
      follower.follow({instruction.next, std::move(way.slots)}, at, seen, then);
    }
    std::swap(now, then);
  }
  const auto match =
      std::find_if(now.begin(), now.end(), [&](const Way& way) { return program_[way.state].kind == Kind::kMatch; });
  if (match == now.end()) return std::nullopt;
  std::vector<std::string_view> groups{text};
  for (std::size_t i = 2; i + 1 < slots; i += 2) {
    const std::size_t begin = match->slots[i], end = match->slots[i + 1];
    groups.push_back(begin == kNowhere || end == kNowhere ? std::string_view() : text.substr(begin, end - begin));
  }
  return groups;
}

}  // namespace hotspot::rules
