#include "actuator/record/rule_state_text.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace hotspot::record {
namespace {

constexpr std::string_view kHeader = "hotspot rule state 2";
constexpr std::string_view kOlderHeader = "hotspot rule state 1";  // the same format without kAsNode
constexpr std::string_view kClockHeader = "hotspot rule clock 1";
constexpr std::string_view kAsNode = "=";              // stands for the time of the node's newest sample
constexpr std::int64_t kLastMs = 253'402'300'799'999;  // of the year 9999
constexpr std::size_t kFirstLabel = 15;
constexpr std::size_t kMostFields = 1000;  // what follows is not read; no label set is that large

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields(1);
  for (std::size_t i = 0; i < line.size() && fields.size() < kMostFields; ++i) {
    if (line[i] == '\t') {
      fields.emplace_back();
    } else if (line[i] == '\\' && i + 1 < line.size()) {
      ++i;
      fields.back() += line[i] == 't' ? '\t' : line[i] == 'n' ? '\n' : line[i];
    } else {
      fields.back() += line[i];
    }
  }
  return fields;
}

// Reads a text from left to right; after an error ok() is false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool ok() const { return ok_; }
  void fail() { ok_ = false; }
  bool done() const { return text_.empty() || !ok_; }
  char take() {
    if (text_.empty()) return ok_ = false, '\0';
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }
  void expect(char c) { ok_ = take() == c && ok_; }

  template <typename Number>
  Number number() {
    Number value{};
    read(std::from_chars(text_.data(), text_.data() + text_.size(), value));
    return value;
  }
  std::uint64_t bits() {
    std::uint64_t value = 0;
    read(std::from_chars(text_.data(), text_.data() + text_.size(), value, 16));
    return value;
  }
  WallTime time() {
    const auto ms = number<std::int64_t>();
    if (ms < 0 || ms > kLastMs) ok_ = false;
    return from_unix_ms(ok_ ? ms : 0);
  }
  RuleSamples::Times times() {
    const WallTime taken_at = time();
    expect('/');
    return {taken_at, time()};
  }

 private:
  void read(const std::from_chars_result& result) {
    if (result.ec != std::errc()) ok_ = false;
    text_.remove_prefix(static_cast<std::size_t>(result.ptr - text_.data()));
  }
  std::string_view text_;
  bool ok_ = true;
};

// One field after the other; one that does not fit makes ok() false.
class Fields {
 public:
  explicit Fields(const std::vector<std::string>& fields) : fields_(fields) {}
  bool ok() const { return ok_; }
  void fail() { ok_ = false; }
  std::string_view text() {
    if (next_ < fields_.size()) return fields_[next_++];
    ok_ = false;
    return {};
  }
  template <typename Number>
  Number number() {
    Scanner scan(text());
    const Number value = scan.number<Number>();
    ok_ = ok_ && scan.ok() && scan.done();
    return value;
  }
  WallTime time() { return time_of(text()); }
  WallTime time_or(const WallTime* of_node) {
    const std::string_view digits = text();
    return digits == kAsNode && of_node != nullptr ? *of_node : time_of(digits);
  }
  std::optional<WallTime> optional_time() {
    const std::string_view digits = text();
    return digits == "-" ? std::nullopt : std::optional(time_of(digits));
  }

 private:
  WallTime time_of(std::string_view digits) {
    Scanner scan(digits);
    const WallTime time = scan.time();
    ok_ = ok_ && scan.ok() && scan.done();
    return time;
  }
  const std::vector<std::string>& fields_;
  std::size_t next_ = 1;
  bool ok_ = true;
};

RuleSubject::Kind kind_in(Fields& fields) {
  const std::string_view word = fields.text();
  if (word == "node") return RuleSubject::Kind::kNode;
  if (word == "domain") return RuleSubject::Kind::kDomain;
  if (word != "cluster") fields.fail();
  return RuleSubject::Kind::kCluster;
}

// "taken/seen+" for a sample, or "taken/seen~taken/seen=COUNT:BITS;" for up to 64.
std::vector<RuleSamples> samples_in(Fields& fields) {
  std::vector<RuleSamples> all;
  Scanner scan(fields.text());
  std::size_t count = 0;
  while (!scan.done()) {
    RuleSamples& one = all.emplace_back();
    one.first = scan.times();
    const char kind = scan.take();
    if (kind == '~') {
      one.last = scan.times();
      scan.expect('=');
      one.count = scan.number<std::uint32_t>();
      scan.expect(':');
      one.held = scan.bits();
      scan.expect(';');
    } else {
      one.held = kind == '+' ? 1 : 0;
    }
    count += one.count;
    if ((kind != '~' && kind != '+' && kind != '-') || one.count < 1 || one.count > 64 || count > kMostRuleSamples)
      scan.fail();
  }
  if (!scan.ok()) fields.fail();
  return all;
}

std::optional<RuleSubject> subject_in(const std::vector<std::string>& line, const NewestSamples& newest) {
  Fields fields(line);
  RuleSubject one;
  one.kind = kind_in(fields);
  const std::string_view phase = fields.text();
  one.node_uuid = fields.text();
  one.domain_uuid = fields.text();
  const auto node = newest.find(one.node_uuid);
  const WallTime* taken_at = node == newest.end() ? nullptr : &node->second.taken_at;
  const WallTime* observed_at = node == newest.end() ? nullptr : &node->second.observed_at;
  one.value = fields.number<double>();
  one.pending_since = fields.time();
  one.first_sample_at = fields.time();
  one.firing_since = fields.optional_time();
  one.last_held = fields.time_or(observed_at);
  one.not_held_since = fields.optional_time();
  one.last_sample = fields.time_or(taken_at);
  one.last_evaluation = fields.time_or(observed_at);
  one.samples = samples_in(fields);
  one.measured = fields.number<std::uint64_t>();
  if (!fields.ok() || line.size() % 2 != kFirstLabel % 2 || line.size() >= kMostFields) return std::nullopt;
  for (std::size_t i = kFirstLabel; i + 1 < line.size(); i += 2) one.labels[line[i]] = line[i + 1];
  if (phase != (one.firing_since ? "firing" : "pending")) return std::nullopt;
  return one;
}

// The next line, without its end, which is cut off.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

Error not_ours(const std::string& what, std::size_t number) {
  return Error{what + " of the rules cannot be read: line " + std::to_string(number) + " is not ours"};
}

// False: the line is none of a rule or of a subject.
bool add_line(std::string_view line, const NewestSamples& newest, std::vector<RuleState>& rules, bool& has_rule) {
  const std::vector<std::string> fields = fields_of(line);
  if (fields[0] == "rule" && fields.size() == 4) {
    rules.push_back({fields[1], fields[2], fields[3], {}});
    return has_rule = true;
  }
  if (fields[0] != "subject" || !has_rule) return false;
  auto subject = subject_in(fields, newest);
  if (subject) rules.back().subjects.push_back(*std::move(subject));
  return subject.has_value();
}

}  // namespace

Result<NewestSamples> newest_samples_from_text(std::string_view text) {
  NewestSamples newest;
  if (text.empty()) return newest;
  if (take_line(text) != kClockHeader) return not_ours("the saved clock", 1);
  for (std::size_t number = 2; !text.empty(); ++number) {
    const std::vector<std::string> line = fields_of(take_line(text));
    Fields fields(line);
    const WallTime taken_at = fields.time();
    const WallTime observed_at = fields.time();
    if (!fields.ok() || newest.size() == kMostRuleNodes) return not_ours("the saved clock", number);
    newest[line[0]] = {taken_at, observed_at};
  }
  return newest;
}

Result<void> add_rule_state_from_text(std::string_view text, const NewestSamples& newest,
                                      std::vector<RuleState>& rules) {
  if (text.empty()) return Error{"the saved state of the rules is empty"};
  const std::string_view header = take_line(text);
  if (header != kHeader && header != kOlderHeader)
    return Error{"the saved state of the rules is not of this version: it is neither JSON nor begins with '" +
                 std::string(kHeader) + "'"};
  bool has_rule = false;
  for (std::size_t number = 2; !text.empty(); ++number)
    if (!add_line(take_line(text), newest, rules, has_rule)) return not_ours("the saved state", number);
  return {};
}

}  // namespace hotspot::record
