// From the tree of a pattern to the program that regex.cc runs.
#include "actuator/rules/regex_pattern.h"

namespace hotspot::rules {
namespace {

using Kind = RegexInstruction::Kind;
using Piece = RegexPiece;

constexpr std::size_t kMaxProgram = 10'000;  // RE2 refuses at about the same size

}  // namespace

// Emits from the end to the beginning: each piece is told where to go on.
class RegexCompiler {
 public:
  explicit RegexCompiler(Regex& regex) : regex_(regex) {}

  bool compile(const Piece& piece) {
    const std::uint32_t match = emit({Kind::kMatch, 0, 0});
    regex_.start_ = piece_to(piece, match);
    return !too_large_;
  }

 private:
  std::uint32_t emit(RegexInstruction instruction) {
    if (regex_.program_.size() >= kMaxProgram) {
      too_large_ = true;
      return 0;
    }
    regex_.program_.push_back(instruction);
    return static_cast<std::uint32_t>(regex_.program_.size() - 1);
  }

  std::uint32_t piece_to(const Piece& piece, std::uint32_t next) {
    if (too_large_) return 0;
    switch (piece.kind) {
      case Piece::Kind::kEmpty:
        return next;
      case Piece::Kind::kSet:
        regex_.sets_.push_back(piece.set);
        return emit({Kind::kSet, next, static_cast<std::uint32_t>(regex_.sets_.size() - 1)});
      case Piece::Kind::kAssert:
        return emit({piece.assertion, next, 0});
      case Piece::Kind::kSequence:
        for (auto child = piece.children.rbegin(); child != piece.children.rend(); ++child)
          next = piece_to(*child, next);
        return next;
      case Piece::Kind::kAlternation:
        return alternation_to(piece, next);
      case Piece::Kind::kRepeat:
        return repeat_to(piece, next);
      case Piece::Kind::kGroup:
        return group_to(piece, next);
    }
    return next;
  }

  std::uint32_t group_to(const Piece& piece, std::uint32_t next) {
    const auto group = static_cast<std::size_t>(piece.group);
    if (regex_.group_names_.size() < group) regex_.group_names_.resize(group);
    regex_.group_names_[group - 1] = piece.name;
    const std::uint32_t end = emit({Kind::kSave, next, static_cast<std::uint32_t>(2 * group + 1)});
    return emit({Kind::kSave, piece_to(piece.children.front(), end), static_cast<std::uint32_t>(2 * group)});
  }

  std::uint32_t split(const Piece& piece, std::uint32_t inside, std::uint32_t past) {
    return piece.lazy ? emit({Kind::kSplit, past, inside}) : emit({Kind::kSplit, inside, past});
  }

  std::uint32_t alternation_to(const Piece& piece, std::uint32_t next) {
    std::uint32_t first = piece_to(piece.children.back(), next);
    for (std::size_t i = piece.children.size() - 1; i-- > 0;) {
      first = emit({Kind::kSplit, piece_to(piece.children[i], next), first});
    }
    return first;
  }

  std::uint32_t repeat_to(const Piece& piece, std::uint32_t next) {
    const Piece& inner = piece.children.front();
    std::uint32_t first = next;
    if (!piece.max) {
      first = split(piece, 0, next);
      const std::uint32_t body = piece_to(inner, first);
      if (!too_large_) (piece.lazy ? regex_.program_[first].other : regex_.program_[first].next) = body;
    } else {
      // Each copy that may be left out is a way past all that follow; it costs a step even where it is empty.
      for (int i = piece.min; i < *piece.max && !too_large_; ++i) first = split(piece, piece_to(inner, first), next);
    }
    for (int i = 0; i < piece.min && !too_large_; ++i) {
      const std::uint32_t before = first;
      first = piece_to(inner, first);
      if (first == before) break;  // matches nothing but the empty text: once is as good as often
    }
    return first;
  }

  Regex& regex_;
  bool too_large_ = false;
};

Result<Regex, Regex::Problem> Regex::compile(std::string_view pattern) {
  Result<Piece, Problem> piece = parse_pattern(pattern);
  if (!piece) return piece.error();
  Regex regex;
  if (!RegexCompiler(regex).compile(piece.value())) return Problem{0, "the regular expression repeats too much"};
  return regex;
}

}  // namespace hotspot::rules
