#include "actuator/rules/store/condition_samples.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace hotspot::rules {
namespace {

WallTime between(WallTime first, WallTime last, std::uint32_t place, std::uint32_t count) {
  return count < 2 ? first : first + (last - first) * place / (count - 1);
}

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

std::vector<ConditionSamples::Run> ConditionSamples::runs() const {
  std::vector<Run> all;
  all.reserve(samples_.size() + words_.size());
  for (const Sample& one : samples_)
    all.push_back({.first = {one.taken_at, one.seen_at}, .last = {}, .count = 1, .held = one.held ? 1U : 0U});
  for (const Word& word : words_) {
    const Sample first = word.at(word.gone);
    all.push_back({.first = {first.taken_at, first.seen_at},
                   .last = Run::Times{word.last_taken, word.last_seen},
                   .count = word.count - word.gone,
                   .held = word.bits >> word.gone});
  }
  return all;
}

std::optional<ConditionSamples> ConditionSamples::from_runs(const std::vector<Run>& runs, std::size_t most) {
  ConditionSamples all;
  for (const Run& run : runs) {
    if (run.count < 1 || run.count > kMostOfOne || run.count > most - all.size_) return std::nullopt;
    if (!run.last) {
      if (run.count != 1) return std::nullopt;
      const Sample one{run.first.taken_at, run.first.seen_at, (run.held & 1) != 0};
      all.words_.empty() ? all.samples_.push_back(one) : all.push_word(one);
      ++all.size_;
      all.held_ += one.held ? 1 : 0;
      continue;
    }
    if (!all.samples_.empty()) return std::nullopt;
    Word word{.bits = run.held, .count = run.count, .first_taken = run.first.taken_at, .first_seen = run.first.seen_at};
    word.last_taken = run.last->taken_at;
    word.last_seen = run.last->seen_at;
    if (word.count < kMostOfOne) word.bits &= (std::uint64_t{1} << word.count) - 1;
    all.size_ += word.count;
    all.held_ += static_cast<std::size_t>(std::popcount(word.bits));
    all.words_.push_back(word);
  }
  return all;
}

}  // namespace hotspot::rules
