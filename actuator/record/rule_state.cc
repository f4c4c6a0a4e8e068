#include "actuator/record/rule_state.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "actuator/record/json_members.h"
#include "actuator/record/json_text.h"
#include "actuator/record/rule_state_text.h"
#include "telemetry/json_text.h"

namespace hotspot::record {
namespace {

using telemetry::append_json_number;
using telemetry::append_json_string;

constexpr std::size_t kParts = 256;
constexpr std::array kRuleKinds{"domain", "node", "cluster"};  // by RuleSubject::Kind
constexpr const char* kInfinite = "+Inf";
constexpr const char* kMinusInfinite = "-Inf";
constexpr std::uint32_t kMostOfRun = 64;
constexpr std::int64_t kLastRuleMs = 253'402'300'799'999;  // of the year 9999: later ones overflow in sums

// Written without a tree of JSON: sixty thousand subjects are written each second.
class SubjectWriter {
 public:
  explicit SubjectWriter(std::string& out) : out_(out) {}
  void text(const char* name, std::string_view value) {
    begin(name);
    append_json_string(out_, value);
  }
  void text_if_any(const char* name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void number(const char* name, double value) {
    if (std::isnan(value)) return;
    if (std::isinf(value)) return text(name, value > 0 ? kInfinite : kMinusInfinite);
    begin(name);
    append_json_number(out_, value + 0.0);  // -0 would be read as a whole number
  }
  void bits(const char* name, std::uint64_t value) {
    if (value == 0) return;
    begin(name);
    append_json_number(out_, value);
  }
  void time(const char* name, WallTime value) {
    begin(name);
    append_json_number(out_, to_unix_ms(value));
  }
  void time(const char* name, const std::optional<WallTime>& value) {
    if (value) time(name, *value);
  }
  // Left out where it is what the node's newest sample says.
  void time_unless(const char* name, WallTime value, const WallTime* of_node) {
    if (of_node == nullptr || *of_node != value) time(name, value);
  }
  void labels(const std::map<std::string, std::string>& all) {
    if (all.empty()) return;
    begin("labels");
    SubjectWriter inner(out_);
    for (const auto& [name, value] : all) {
      inner.separate();
      append_json_string(out_, name);
      out_ += ':';
      append_json_string(out_, value);
    }
    inner.end();
  }
  void samples(const std::vector<RuleSamples>& all) {
    if (all.empty()) return;
    begin("samples");
    char before = '[';
    for (const RuleSamples& one : all) {
      out_ += std::exchange(before, ',');
      out_ += '[';
      times(one.first);
      if (one.last) times(*one.last);
      out_ += '"';
      for (std::uint32_t i = 0; i < one.count; ++i) out_ += ((one.held >> i) & 1) != 0 ? '1' : '0';
      out_ += "\"]";
    }
    out_ += ']';
  }
  void end() {
    if (first_) out_ += '{';
    out_ += '}';
  }

 private:
  void separate() { out_ += std::exchange(first_, false) ? '{' : ','; }
  void begin(const char* name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }
  void times(const RuleSamples::Times& times) {
    append_json_number(out_, to_unix_ms(times.taken_at));
    out_ += ',';
    append_json_number(out_, to_unix_ms(times.seen_at));
    out_ += ',';
  }
  std::string& out_;
  bool first_ = true;
};

void write_subject(std::string& out, const RuleSubject& subject, const NewestSample* newest) {
  const WallTime* taken_at = newest == nullptr ? nullptr : &newest->taken_at;
  const WallTime* observed_at = newest == nullptr ? nullptr : &newest->observed_at;
  SubjectWriter write(out);
  write.text("kind", kRuleKinds.at(static_cast<std::size_t>(subject.kind)));
  write.text_if_any("node", subject.node_uuid);
  write.text_if_any("domain", subject.domain_uuid);
  write.labels(subject.labels);
  if (newest == nullptr || subject.firing_since) write.number("value", subject.value);
  write.time("pending_since_ms", subject.pending_since);
  write.time("first_sample_ms", subject.first_sample_at);
  write.time("firing_since_ms", subject.firing_since);
  write.time_unless("last_held_ms", subject.last_held, observed_at);
  write.time("not_held_since_ms", subject.not_held_since);
  write.time_unless("last_sample_ms", subject.last_sample, taken_at);
  write.time_unless("last_evaluation_ms", subject.last_evaluation, observed_at);
  write.bits("measured", subject.measured);
  write.samples(subject.samples);
  write.end();
}

const NewestSample* newest_of(const NewestSamples& newest, const std::string& node_uuid) {
  const auto found = newest.find(node_uuid);
  return found == newest.end() ? nullptr : &found->second;
}

void begin_rule(std::string& out, const RuleState& rule) {
  out += out.empty() ? R"({"rules":[{"rule":)" : R"(,{"rule":)";
  append_json_string(out, rule.rule);
  out += R"(,"group":)";
  append_json_string(out, rule.group);
  out += R"(,"expr":)";
  append_json_string(out, rule.expression);
  out += R"(,"subjects":)";
}

// FNV-1a: the same in each process.
std::uint32_t add_to_hash(std::uint32_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193U;
  return hash;
}

std::size_t part_of(const RuleSubject& subject) {
  std::uint32_t hash = add_to_hash(0x811c9dc5U, subject.domain_uuid.empty() ? subject.node_uuid : subject.domain_uuid);
  if (subject.domain_uuid.empty() && subject.node_uuid.empty())
    for (const auto& [name, value] : subject.labels) hash = add_to_hash(hash, value);
  return hash >> 24;
}

void write_rule(std::array<std::string, kParts>& parts, const RuleState& rule, const NewestSamples& newest) {
  std::array<bool, kParts> begun{};
  for (const RuleSubject& subject : rule.subjects) {
    const std::size_t part = part_of(subject);
    std::string& out = parts.at(part);
    if (!begun.at(part)) begin_rule(out, rule);
    out += std::exchange(begun.at(part), true) ? ',' : '[';
    write_subject(out, subject, newest_of(newest, subject.node_uuid));
  }
  for (std::size_t part = 0; part < kParts; ++part)
    if (begun.at(part)) parts.at(part) += "]}";
}

std::string clock_text(const NewestSamples& newest) {
  std::string out;
  for (const auto& [uuid, one] : newest) {
    out += out.empty() ? '{' : ',';
    append_json_string(out, uuid);
    out += ":[";
    append_json_number(out, to_unix_ms(one.taken_at));
    out += ',';
    append_json_number(out, to_unix_ms(one.observed_at));
    out += ']';
  }
  return out.empty() ? "{}" : out + '}';
}

std::optional<WallTime> ms_of(const nlohmann::json& value) {
  std::int64_t ms = -1;
  if (!MemberReader::read(value, ms).empty() || ms < 0 || ms > kLastRuleMs) return std::nullopt;
  return from_unix_ms(ms);
}

// Times and digits, as SubjectWriter::samples() writes them. False: they are not.
bool read_run(const nlohmann::json& list, RuleSamples& run) {
  if (!list.is_array() || (list.size() != 3 && list.size() != 5) || !list.back().is_string()) return false;
  std::array<WallTime, 4> times{};
  for (std::size_t i = 0; i + 1 < list.size(); ++i) {
    const auto time = ms_of(list[i]);
    if (!time) return false;
    times.at(i) = *time;
  }
  run.first = {times[0], times[1]};
  if (list.size() == 5) run.last = RuleSamples::Times{times[2], times[3]};
  const auto& digits = list.back().get_ref<const std::string&>();
  if (digits.empty() || digits.size() > (run.last ? kMostOfRun : 1)) return false;
  if (digits.find_first_not_of("01") != std::string::npos) return false;
  run.count = static_cast<std::uint32_t>(digits.size());
  for (std::uint32_t i = 0; i < run.count; ++i) run.held |= std::uint64_t{digits[i] == '1'} << i;
  return true;
}

// What is wrong; empty: nothing.
std::string read_samples(const nlohmann::json& object, std::vector<RuleSamples>& samples) {
  const auto found = object.find("samples");
  if (found == object.end()) return "";
  if (!found->is_array()) return "samples is not a list";
  std::size_t count = 0;
  for (const nlohmann::json& one : *found) {
    if (!read_run(one, samples.emplace_back())) return "samples has what is no sample";
    count += samples.back().count;
    if (count > kMostRuleSamples) return "samples has more than " + std::to_string(kMostRuleSamples);
  }
  return "";
}

std::string read_value(const nlohmann::json& object, double& value) {
  const auto found = object.find("value");
  if (found == object.end()) return "";
  const bool is_text = found->is_string();
  if (is_text && *found == kInfinite) return value = HUGE_VAL, "";
  if (is_text && *found == kMinusInfinite) return value = -HUGE_VAL, "";
  return found->is_number() ? (value = found->get<double>(), "") : "value is not a number";
}

std::string read_kind(const std::string& word, RuleSubject::Kind& kind) {
  const auto found = std::find(kRuleKinds.begin(), kRuleKinds.end(), word);
  if (found == kRuleKinds.end()) return "kind is none that is known";
  kind = static_cast<RuleSubject::Kind>(found - kRuleKinds.begin());
  return "";
}

// A time that must be there, unless the node's newest sample supplies it.
class TimeReader {
 public:
  explicit TimeReader(MemberReader& read) : read_(read) {}
  const std::string& missing() const { return missing_; }
  void operator()(const char* name, WallTime& time, const WallTime* of_node = nullptr) {
    std::optional<WallTime> found;
    read_.unix_ms(name, found);
    if (!found && of_node == nullptr && missing_.empty()) missing_ = std::string(name) + " is missing";
    time = found ? *found : of_node != nullptr ? *of_node : WallTime{};
  }

 private:
  MemberReader& read_;
  std::string missing_;
};

std::string first_of(std::initializer_list<std::string> problems) {
  const auto found = std::find_if(problems.begin(), problems.end(), [](const auto& each) { return !each.empty(); });
  return found == problems.end() ? "" : *found;
}

std::string read_subject(const nlohmann::json& object, const NewestSamples& newest, RuleSubject& subject) {
  if (!object.is_object()) return "it is not an object";
  MemberReader read(object);
  std::string kind;
  read("kind", kind);
  read("node", subject.node_uuid);
  read("domain", subject.domain_uuid);
  read("labels", subject.labels);
  read("measured", subject.measured);
  read.unix_ms("firing_since_ms", subject.firing_since);
  read.unix_ms("not_held_since_ms", subject.not_held_since);
  const NewestSample* of_node = newest_of(newest, subject.node_uuid);
  TimeReader time(read);
  time("pending_since_ms", subject.pending_since);
  time("first_sample_ms", subject.first_sample_at);
  time("last_held_ms", subject.last_held, of_node == nullptr ? nullptr : &of_node->observed_at);
  time("last_sample_ms", subject.last_sample, of_node == nullptr ? nullptr : &of_node->taken_at);
  time("last_evaluation_ms", subject.last_evaluation, of_node == nullptr ? nullptr : &of_node->observed_at);
  return first_of({read.problem(), time.missing(), read_kind(kind, subject.kind), read_value(object, subject.value),
                   read_samples(object, subject.samples)});
}

Result<NewestSamples> clock_from(const std::string& text) {
  if (!text.starts_with('{')) return newest_samples_from_text(text);
  const nlohmann::json object = parse_json(text);
  const Error unreadable{"the saved clock of the rules cannot be read: it is not an object of times by node"};
  if (text.size() > kMostRuleFieldBytes || !object.is_object() || object.size() > kMostRuleNodes) return unreadable;
  NewestSamples newest;
  for (const auto& [uuid, times] : object.items()) {
    if (!times.is_array() || times.size() != 2) return unreadable;
    const auto taken_at = ms_of(times[0]);
    const auto observed_at = ms_of(times[1]);
    if (!taken_at || !observed_at) return unreadable;
    newest[uuid] = {*taken_at, *observed_at};
  }
  return newest;
}

// What is wrong; empty: nothing.
std::string read_rule(const nlohmann::json& object, const NewestSamples& newest, RuleState& rule) {
  if (!object.is_object()) return "a rule is not an object";
  MemberReader read(object);
  read("rule", rule.rule);
  read("group", rule.group);
  read("expr", rule.expression);
  const auto subjects = object.find("subjects");
  if (!read.problem().empty()) return read.problem();
  if (subjects == object.end() || !subjects->is_array()) return "subjects of rule '" + rule.rule + "' is not a list";
  for (const nlohmann::json& one : *subjects) {
    const std::string wrong = read_subject(one, newest, rule.subjects.emplace_back());
    if (!wrong.empty())
      return "rule '" + rule.rule + "', subject " + std::to_string(rule.subjects.size() - 1) + ": " + wrong;
  }
  return "";
}

std::string read_part(const std::string& text, const NewestSamples& newest, std::vector<RuleState>& rules) {
  if (text.size() > kMostRuleFieldBytes) return "it is larger than any of ours";
  const nlohmann::json object = parse_json(text);
  const auto list = object.find("rules");
  if (!object.is_object() || list == object.end() || !list->is_array()) return "it is not an object with rules";
  for (const nlohmann::json& one : *list) {
    const std::string wrong = read_rule(one, newest, rules.emplace_back());
    if (!wrong.empty()) return wrong;
  }
  return "";
}

Result<void> add_part(const std::string& name, const std::string& text, const NewestSamples& newest,
                      std::vector<RuleState>& rules) {
  if (!text.starts_with('{')) return add_rule_state_from_text(text, newest, rules);
  const std::string wrong = read_part(text, newest, rules);
  if (!wrong.empty()) return Error{"the saved state of the rules cannot be read: " + name + ": " + wrong};
  return {};
}

// Names and texts of the parts, or of the one text of versions before there were parts.
std::map<std::string, const std::string*> parts_in(const std::map<std::string, std::string>& fields) {
  std::map<std::string, const std::string*> parts;
  for (auto from = fields.lower_bound(kRuleStatePrefix); from != fields.end(); ++from) {
    if (!from->first.starts_with(kRuleStatePrefix)) break;
    parts[from->first] = &from->second;
  }
  const auto old = fields.find(kOldRuleStateField);
  if (parts.empty() && old != fields.end() && !old->second.empty()) parts[old->first] = &old->second;
  return parts;
}

}  // namespace

std::string rule_state_field(int part) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<std::size_t>(part & 0xff);
  return kRuleStatePrefix + std::string{kDigits[byte >> 4], kDigits[byte & 0xf]};
}

std::map<std::string, std::string> rule_state_fields(const std::vector<RuleState>& rules, const NewestSamples& newest) {
  std::array<std::string, kParts> parts;
  for (const RuleState& rule : rules) write_rule(parts, rule, newest);
  std::map<std::string, std::string> fields{{kRuleClockField, clock_text(newest)}};
  for (std::size_t part = 0; part < kParts; ++part)
    if (!parts.at(part).empty()) fields[rule_state_field(static_cast<int>(part))] = std::move(parts.at(part)) + "]}";
  return fields;
}

Result<std::vector<RuleState>> rule_state_from(const std::map<std::string, std::string>& fields) {
  std::vector<RuleState> rules;
  const auto parts = parts_in(fields);
  if (parts.empty()) return rules;
  const auto clock = fields.find(kRuleClockField);
  const auto newest = clock_from(clock == fields.end() ? "" : clock->second);
  if (!newest) return newest.error();
  std::size_t bytes = 0;
  for (const auto& [name, text] : parts) {
    bytes += text->size();
    if (bytes > kMostRuleBytes) return Error{"the saved state of the rules is larger than any of ours"};
    if (auto added = add_part(name, *text, *newest, rules); !added) return added.error();
  }
  std::size_t subjects = 0;
  for (const RuleState& rule : rules) subjects += rule.subjects.size();
  if (subjects > kMostRuleSubjects) return Error{"the saved state of the rules has too many subjects"};
  return rules;
}

}  // namespace hotspot::record
