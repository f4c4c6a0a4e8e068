#include "actuator/rules/regex.h"

#include <algorithm>

#include "actuator/rules/source_text.h"

namespace hotspot::rules {
namespace {

using Kind = RegexInstruction::Kind;

bool is_word(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The states that are alive at one place of the text.
class States {
 public:
  explicit States(std::size_t size) : seen_(size, 0) {}
  void clear() {
    all_.clear();
    ++round_;
  }
  bool add(std::uint32_t state) {
    if (seen_[state] == round_) return false;
    seen_[state] = round_;
    all_.push_back(state);
    return true;
  }
  const std::vector<std::uint32_t>& all() const { return all_; }

 private:
  std::vector<std::uint32_t> seen_;
  std::vector<std::uint32_t> all_;
  std::uint32_t round_ = 1;
};

struct Place {
  bool begin, end, word_boundary;
};

bool passes(Kind kind, const Place& place) {
  switch (kind) {
    case Kind::kBegin:
      return place.begin;
    case Kind::kEnd:
      return place.end;
    case Kind::kWordBoundary:
      return place.word_boundary;
    case Kind::kNotWordBoundary:
      return !place.word_boundary;
    default:
      return false;
  }
}

// Adds the state and all that it reaches without a character.
void follow(const std::vector<RegexInstruction>& program, std::uint32_t from, const Place& place, States& states,
            std::vector<std::uint32_t>& stack) {
  stack.assign(1, from);
  while (!stack.empty()) {
    const std::uint32_t state = stack.back();
    stack.pop_back();
    if (!states.add(state)) continue;
    const RegexInstruction& instruction = program[state];
    if (instruction.kind == Kind::kSplit) {
      stack.push_back(instruction.other);
      stack.push_back(instruction.next);
    } else if (instruction.kind == Kind::kSave || passes(instruction.kind, place)) {
      stack.push_back(instruction.next);
    }
  }
}

}  // namespace

bool CharacterSet::contains(char32_t c) const {
  if (c < 128) return ascii[c];
  const bool inside = std::any_of(ranges.begin(), ranges.end(),
                                  [c](const auto& range) { return c >= range.first && c <= range.second; });
  return inside != negated;
}

void CharacterSet::add(char32_t first, char32_t last) {
  for (char32_t c = first; c <= last && c < 128; ++c) ascii[c] = true;
  if (last >= 128) ranges.emplace_back(std::max<char32_t>(first, 128), last);
}

void CharacterSet::fold_case() {
  for (char32_t c = 'a'; c <= 'z'; ++c) {
    const bool either = ascii[c] || ascii[c - 'a' + 'A'];
    ascii[c] = either;
    ascii[c - 'a' + 'A'] = either;
  }
}

void CharacterSet::negate() {
  ascii.flip();
  negated = !negated;
}

char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t length = utf8_length(text[at]);
  if (length == 1 || at + length > text.size()) {
    ++at;
    return first < 0x80 ? first : 0xfffd;
  }
  char32_t value = first & (0xff >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) value = (value << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3f);
  at += length;
  return value;
}

bool Regex::matches(std::string_view text) const {
  States now(program_.size());
  States then(program_.size());
  std::vector<std::uint32_t> stack;
  const auto place = [&](bool before, std::size_t at) {
    const bool after = at < text.size() && is_word(static_cast<unsigned char>(text[at]));
    return Place{at == 0, at == text.size(), before != after};
  };
  follow(program_, start_, place(false, 0), now, stack);
  for (std::size_t at = 0; at < text.size();) {
    if (now.all().empty()) return false;
    const char32_t c = next_code_point(text, at);
    const Place here = place(is_word(c), at);
    then.clear();
    for (const std::uint32_t state : now.all()) {
      const RegexInstruction& instruction = program_[state];
      if (instruction.kind == Kind::kSet && sets_[instruction.other].contains(c)) {
        follow(program_, instruction.next, here, then, stack);
      }
    }
    std::swap(now, then);
  }
  return std::any_of(now.all().begin(), now.all().end(),
                     [&](std::uint32_t state) { return program_[state].kind == Kind::kMatch; });
}

}  // namespace hotspot::rules
