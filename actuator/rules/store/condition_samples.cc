#include "actuator/rules/store/condition_samples.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <utility>

namespace hotspot::rules {
namespace {

WallTime between(WallTime first, WallTime last, std::uint32_t place, std::uint32_t count) {
  return count < 2 ? first : first + (last - first) * place / (count - 1);
}

std::string times_text(WallTime taken, WallTime seen) {
  return std::to_string(to_unix_ms(taken)) + "/" + std::to_string(to_unix_ms(seen));
}

// Reads a text from left to right; after an error everything fails.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool ok() const { return ok_; }
  bool done() const { return text_.empty(); }
  char take() {
    if (text_.empty()) return ok_ = false, '\0';
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }
  void expect(char c) { ok_ = take() == c && ok_; }

  template <typename Number>
  Number number(int base = 10) {
    Number value = 0;
    const auto read = std::from_chars(text_.data(), text_.data() + text_.size(), value, base);
    if (read.ec != std::errc()) return ok_ = false, Number{0};
    text_.remove_prefix(static_cast<std::size_t>(read.ptr - text_.data()));
    return value;
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

}  // namespace

ConditionSamples::Sample ConditionSamples::Word::at(std::uint32_t place) const {
  return {between(first_taken, last_taken, place, count), between(first_seen, last_seen, place, count),
          ((bits >> place) & 1) != 0};
}

void ConditionSamples::push(const Sample& sample, std::size_t n) {
  if (words_.empty() && n <= kMostOfOne)
    samples_.push_back(sample);
  else
    push_word(sample);
  ++size_;
  held_ += sample.held ? 1 : 0;
  shrink_to(n);
}

void ConditionSamples::push_word(const Sample& sample) {
  for (const Sample& one : std::exchange(samples_, {})) push_word(one);
  if (words_.empty() || words_.back().count == kMostOfOne) {
    words_.push_back({.first_taken = sample.taken_at, .first_seen = sample.seen_at});
  }
  Word& word = words_.back();
  word.bits |= std::uint64_t{sample.held} << word.count;
  ++word.count;
  word.last_taken = sample.taken_at;
  word.last_seen = sample.seen_at;
}

void ConditionSamples::shrink_to(std::size_t n) {
  while (size_ > n) drop_oldest();
}

void ConditionSamples::drop_oldest() {
  bool held = false;
  if (words_.empty()) {
    held = samples_.front().held;
    samples_.erase(samples_.begin());
  } else {
    Word& word = words_.front();
    held = word.at(word.gone).held;
    if (++word.gone == word.count) words_.erase(words_.begin());
  }
  --size_;
  held_ -= held ? 1 : 0;
}

void ConditionSamples::clear() { *this = {}; }

std::optional<ConditionSamples::Sample> ConditionSamples::first_held() const {
  const auto found = std::find_if(samples_.begin(), samples_.end(), [](const Sample& s) { return s.held; });
  if (found != samples_.end()) return *found;
  for (const Word& word : words_) {
    const std::uint64_t counted = word.bits >> word.gone << word.gone;
    if (counted != 0) return word.at(static_cast<std::uint32_t>(std::countr_zero(counted)));
  }
  return std::nullopt;
}

std::size_t ConditionSamples::bytes_for(std::size_t n) {
  return n <= kMostOfOne ? n * sizeof(Sample) : (n / kMostOfOne + 2) * sizeof(Word);
}

std::string ConditionSamples::text() const {
  std::string text;
  for (const Sample& sample : samples_) text += times_text(sample.taken_at, sample.seen_at) + (sample.held ? "+" : "-");
  for (const Word& word : words_) {
    const Sample first = word.at(word.gone);
    char bits[20] = {};
    const auto end = std::to_chars(bits, bits + sizeof bits, word.bits >> word.gone, 16).ptr;
    text += times_text(first.taken_at, first.seen_at) + "~" + times_text(word.last_taken, word.last_seen) + "=" +
            std::to_string(word.count - word.gone) + ":" + std::string(bits, end) + ";";
  }
  return text;
}

std::optional<ConditionSamples> ConditionSamples::from_text(std::string_view text, std::size_t most) {
  ConditionSamples all;
  for (Scanner scan(text); !scan.done();) {
    Sample one;
    one.taken_at = from_unix_ms(scan.number<std::int64_t>());
    scan.expect('/');
    one.seen_at = from_unix_ms(scan.number<std::int64_t>());
    const char kind = scan.take();
    if (kind == '+' || kind == '-') {
      one.held = kind == '+';
      all.words_.empty() ? all.samples_.push_back(one) : all.push_word(one);
      ++all.size_;
      all.held_ += one.held ? 1 : 0;
    } else if (kind == '~') {
      Word word{.first_taken = one.taken_at, .first_seen = one.seen_at};
      word.last_taken = from_unix_ms(scan.number<std::int64_t>());
      scan.expect('/');
      word.last_seen = from_unix_ms(scan.number<std::int64_t>());
      scan.expect('=');
      word.count = scan.number<std::uint32_t>();
      scan.expect(':');
      word.bits = scan.number<std::uint64_t>(16);
      scan.expect(';');
      if (word.count < 1 || word.count > kMostOfOne || !all.samples_.empty()) return std::nullopt;
      if (word.count < kMostOfOne) word.bits &= (std::uint64_t{1} << word.count) - 1;
      all.size_ += word.count;
      all.held_ += static_cast<std::size_t>(std::popcount(word.bits));
      all.words_.push_back(word);
    } else {
      return std::nullopt;
    }
    if (!scan.ok() || all.size_ > most) return std::nullopt;
  }
  return all;
}

}  // namespace hotspot::rules
