#include "actuator/rules/engine/engine_state.h"

#include <array>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>

#include "actuator/rules/engine/engine.h"

namespace hotspot::rules {
namespace {

constexpr std::string_view kHeader = "hotspot rule state 2";
constexpr std::string_view kOlderHeader = "hotspot rule state 1";  // the same format without kAsNode
constexpr std::string_view kClockHeader = "hotspot rule clock 1";
constexpr std::string_view kAsNode = "=";                   // stands for the time of the node's newest sample
constexpr std::string_view kNoValue = "nan";                // from_chars and to_chars
constexpr std::int64_t kMaxUnixMs = 4'000'000'000'000'000;  // far in the future; sums with it do not overflow
constexpr std::size_t kMaxSamples = 1000;
constexpr std::size_t kSubjectFields = 14;  // before the labels

void append_escaped(std::string& text, std::string_view field) {
  for (const char c : field) {
    if (c == '\\')
      text += "\\\\";
    else if (c == '\t')
      text += "\\t";
    else if (c == '\n')
      text += "\\n";
    else
      text += c;
  }
}

class LineWriter {
 public:
  explicit LineWriter(std::string& text) : text_(text) {}
  void field(std::string_view value) {
    if (!first_) text_ += '\t';
    first_ = false;
    append_escaped(text_, value);
  }
  void time(WallTime value) { field(std::to_string(to_unix_ms(value))); }
  void time(const std::optional<WallTime>& value) { value ? time(*value) : field("-"); }
  void number(double value) {
    std::array<char, 40> digits{};
    field({digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr});
  }
  void end() { text_ += '\n'; }

 private:
  std::string& text_;
  bool first_ = true;
};

// Writes a time, or that it equals the node's.
void write_time(LineWriter& line, WallTime time, const WallTime* of_node) {
  of_node != nullptr&&* of_node == time ? line.field(kAsNode) : line.time(time);
}

// `clock`: null if every time is to be written in full.
void write_subject(std::string& text, const SavedSubject& saved, const NodeClock* clock) {
  const SubjectState& state = saved.state;
  const WallTime* taken_at = clock == nullptr ? nullptr : &clock->taken_at;
  const WallTime* observed_at = clock == nullptr ? nullptr : &clock->observed_at;
  LineWriter line(text);
  line.field("subject");
  line.field(to_string(saved.subject.kind));
  line.field(to_string(state.phase));
  line.field(saved.subject.node_uuid);
  line.field(saved.subject.domain_uuid);
  if (clock != nullptr && state.phase == Phase::kPending)
    line.field(kNoValue);
  else
    line.number(state.value);
  line.time(state.pending_since);
  line.time(state.first_sample_at);
  line.time(state.firing_since);
  write_time(line, state.last_held, observed_at);
  line.time(state.not_held_since);
  write_time(line, state.last_sample, taken_at);
  write_time(line, state.last_evaluation, observed_at);
  line.field(state.samples.text());
  line.field(std::to_string(state.measured));
  for (const auto& [name, value] : saved.subject.labels) line.field(name), line.field(value);
  line.end();
}

std::vector<std::string> split_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  for (std::size_t i = 0; i < line.size(); ++i) {
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

// Reads one field after the other; a field that does not fit makes ok() false.
class FieldReader {
 public:
  explicit FieldReader(const std::vector<std::string>& fields) : fields_(fields) {}
  bool ok() const { return ok_; }
  void fail() { ok_ = false; }
  const std::string& text() {
    static const std::string kEmpty;
    if (next_ < fields_.size()) return fields_[next_++];
    ok_ = false;
    return kEmpty;
  }
  template <typename T>
  T number() {
    return parse<T>(text());
  }
  template <typename T>
  T parse(std::string_view digits) {
    T value{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) ok_ = false;
    return value;
  }
  WallTime time(std::string_view digits) {
    const auto ms = parse<std::int64_t>(digits);
    if (ms < 0 || ms > kMaxUnixMs) ok_ = false;
    return from_unix_ms(ok_ ? ms : 0);
  }
  WallTime time() { return time(text()); }
  WallTime time_or(const WallTime* of_node) {
    const std::string& digits = text();
    if (digits == kAsNode && of_node != nullptr) return *of_node;
    return time(digits);
  }
  std::optional<WallTime> optional_time() {
    const std::string& digits = text();
    if (digits == "-") return std::nullopt;
    return time(digits);
  }

 private:
  const std::vector<std::string>& fields_;
  std::size_t next_ = 1;
  bool ok_ = true;
};

template <typename Enum, std::size_t N>
Enum named(FieldReader& reader, const std::array<Enum, N>& all) {
  const std::string& text = reader.text();
  for (const Enum each : all) {
    if (text == to_string(each)) return each;
  }
  reader.fail();
  return all[0];
}

std::optional<SavedSubject> read_subject(const std::vector<std::string>& fields, const NodeClocks& clocks) {
  FieldReader reader(fields);
  SavedSubject saved;
  SubjectState& state = saved.state;
  saved.subject.kind = named(reader, std::array{SubjectKind::kDomain, SubjectKind::kNode, SubjectKind::kCluster});
  state.phase = named(reader, std::array{Phase::kPending, Phase::kFiring});
  saved.subject.node_uuid = reader.text();
  saved.subject.domain_uuid = reader.text();
  const auto clock = clocks.find(saved.subject.node_uuid);
  const WallTime* taken_at = clock == clocks.end() ? nullptr : &clock->second.taken_at;
  const WallTime* observed_at = clock == clocks.end() ? nullptr : &clock->second.observed_at;
  state.value = reader.number<double>();
  state.pending_since = reader.time();
  state.first_sample_at = reader.time();
  state.firing_since = reader.optional_time();
  state.last_held = reader.time_or(observed_at);
  state.not_held_since = reader.optional_time();
  state.last_sample = reader.time_or(taken_at);
  state.last_evaluation = reader.time_or(observed_at);
  if (auto samples = ConditionSamples::from_text(reader.text(), kMaxSamples))
    state.samples = std::move(*samples);
  else
    reader.fail();
  state.measured = reader.number<std::uint64_t>();
  const std::size_t first_label = kSubjectFields + 1;
  if (!reader.ok() || fields.size() % 2 != first_label % 2) return std::nullopt;
  for (std::size_t i = first_label; i + 1 < fields.size(); i += 2) saved.subject.labels[fields[i]] = fields[i + 1];
  if ((state.phase == Phase::kFiring) != state.firing_since.has_value()) return std::nullopt;
  state.is_known = true;
  state.fresh = false;  // until a sample has been seen
  state.labels = std::make_shared<const Labels>(saved.subject.labels.begin(), saved.subject.labels.end());
  return saved;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void write_rule(std::string& text, const RuleIdentity& identity) {
  LineWriter line(text);
  line.field("rule");
  line.field(identity.name);
  line.field(identity.group);
  line.field(identity.expression);
  line.end();
}

// "00" to "ff", by FNV-1a: the same in each process.
std::string part_of(std::string_view key) {
  std::uint32_t hash = 0x811c9dc5U;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193U;
  return part_name(static_cast<int>(hash >> 24));
}

}  // namespace

SubjectState* RuleState::find(std::uint32_t subject) {
  if (subject >= place_of_.size() || place_of_[subject] == kNoId) return nullptr;
  return &states_[place_of_[subject]];
}

SubjectState& RuleState::of(std::uint32_t subject) {
  if (SubjectState* known = find(subject)) return *known;
  if (subject >= place_of_.size()) place_of_.resize(subject + subject / 4 + 16, kNoId);
  place_of_[subject] = static_cast<std::uint32_t>(states_.size());
  SubjectState& made = states_.emplace_back();
  made.subject = subject;
  made.node = kNoId;
  return made;
}

// The last state is moved into the gap.
void RuleState::erase(std::uint32_t subject) {
  if (find(subject) == nullptr) return;
  const std::uint32_t place = std::exchange(place_of_[subject], kNoId);
  if (place + 1 != states_.size()) {
    states_[place] = std::move(states_.back());
    place_of_[states_[place].subject] = place;
  }
  states_.pop_back();
}

std::string part_name(int part) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<std::size_t>(part & 0xff);
  return {kDigits[byte >> 4], kDigits[byte & 0xf]};
}

RuleIdentity identity_of(const Rule& rule) { return {rule.name, rule.group, rule.expression_text}; }

std::string write_state(const SavedStates& states) {
  std::string text(kHeader);
  text += '\n';
  for (const auto& [identity, state] : states) {
    if (state.empty()) continue;
    write_rule(text, identity);
    for (const auto& [key, subject] : state) write_subject(text, subject, nullptr);
  }
  return text;
}

SavedParts write_parts(const SavedStates& states, const NodeClocks& clocks) {
  SavedParts saved;
  saved.clock = std::string(kClockHeader) + '\n';
  for (const auto& [uuid, clock] : clocks) {
    LineWriter line(saved.clock);
    line.field(uuid);
    line.time(clock.taken_at);
    line.time(clock.observed_at);
    line.end();
  }
  for (const auto& [identity, state] : states) {
    std::set<std::string> begun;  // the parts that already name this rule
    for (const auto& [key, subject] : state) {
      const std::string name = part_of(key);
      std::string& text = saved.parts[name];
      if (text.empty()) text = std::string(kHeader) + '\n';
      if (begun.insert(name).second) write_rule(text, identity);
      const auto clock = clocks.find(subject.subject.node_uuid);
      write_subject(text, subject, clock == clocks.end() ? nullptr : &clock->second);
    }
  }
  return saved;
}

Result<SavedStates> read_parts(const SavedParts& parts) {
  NodeClocks clocks;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(parts.clock)) {
    if (++number == 1 && line == kClockHeader) continue;
    const std::vector<std::string> fields = split_fields(line);
    FieldReader reader(fields);
    NodeClock clock{reader.time(), reader.time()};
    if (number == 1 || !reader.ok()) {
      return Error{"the saved clock of the rules cannot be read: line " + std::to_string(number) + " is not ours"};
    }
    clocks[fields[0]] = clock;
  }
  SavedStates states;
  for (const auto& [name, text] : parts.parts) {
    if (const auto read = read_state(text, clocks, states); !read) return read.error();
  }
  return states;
}

Result<void> read_state(const std::string& text, const NodeClocks& clocks, SavedStates& states) {
  std::map<std::string, SavedSubject>* rule = nullptr;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    const Error unreadable{"the saved state of the rules cannot be read: line " + std::to_string(number) +
                           " is not ours"};
    if (number == 1) {
      if (line != kHeader && line != kOlderHeader)
        return Error{"the saved state of the rules is not of this version: it does not begin with '" +
                     std::string(kHeader) + "'"};
      continue;
    }
    const std::vector<std::string> fields = split_fields(line);
    if (fields[0] == "rule" && fields.size() == 4) {
      rule = &states[{fields[1], fields[2], fields[3]}];
      continue;
    }
    if (fields[0] != "subject" || rule == nullptr) return unreadable;
    auto subject = read_subject(fields, clocks);
    if (!subject) return unreadable;
    std::string key = subject->subject.key();
    rule->insert_or_assign(std::move(key), *std::move(subject));
  }
  if (number == 0) return Error{"the saved state of the rules is empty"};
  return {};
}

}  // namespace hotspot::rules
