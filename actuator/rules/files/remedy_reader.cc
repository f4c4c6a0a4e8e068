// Reads the list of remedies.
#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "actuator/rules/files/rule_reader.h"

namespace hotspot::rules {
namespace {

constexpr std::array<std::string_view, 10> kRemedies{"scale_vcpus", "scale_memory", "migrate",       "cap_cpu",
                                                     "cpu_shares",  "limit_disk",   "limit_network", "drain",
                                                     "consolidate", "balance"};
// In per cent of one CPU; no known node has more CPUs. Then the weights that both cgroup versions accept.
constexpr int kMostCapPercent = 819'200;
constexpr int kLeastShares = 2, kMostShares = 10'000;
// More moves than a firing should ever make; and of the score, less than the noise of a read, and all of it.
constexpr int kMostMoves = 1000;
constexpr double kLeastGain = 0.01, kMostGain = 0.90;

void check_subject(const YamlNode& name, SubjectKind subject, Complaints& complaints) {
  if (name.text == "balance") {
    if (subject == SubjectKind::kCluster) return;
    return complaints.error(name, "'balance' is for the cluster as a whole, but the expression speaks of a " +
                                      std::string(to_string(subject)) +
                                      "; compare 'cluster_imbalance_ratio', or aggregate without that label");
  }
  if (name.text == "consolidate" && subject == SubjectKind::kCluster) return;
  if (name.text == "drain" || name.text == "consolidate") {
    if (subject == SubjectKind::kNode) return;
    const char* what = subject == SubjectKind::kCluster ? "has no such label" : "speaks of a domain";
    return complaints.error(name, quoted(name.text) + " needs a node, but the expression " + what);
  }
  if (subject == SubjectKind::kCluster) {
    const bool migrate = name.text == "migrate";
    complaints.error(name, quoted(name.text) + " needs a domain" + (migrate ? " or a node" : "") +
                               ", but the expression has no such label");
  } else if (subject == SubjectKind::kNode && name.text != "migrate") {
    complaints.error(name, quoted(name.text) + " needs a domain, but the expression speaks of a node");
  }
}

template <typename T>
void check_limits(const Fields& fields, const std::optional<T>& min, const std::optional<T>& max,
                  Complaints& complaints) {
  for (const auto& [key, value] : {std::pair{"min", min}, std::pair{"max", max}}) {
    if (value && *value < 1) complaints.error(*fields.find(key), quoted(key) + " must be more than nothing");
  }
  if (min && max && *min > *max) {
    complaints.error(*fields.find("min"), "'min' is " + fields.find("min")->text + ", more than 'max', which is " +
                                              fields.find("max")->text);
  }
}

// What both scaling remedies require of 'by'.
template <typename T>
void check_step(const Fields& fields, const std::string& name, const std::optional<T>& by, Complaints& complaints) {
  if (fields.misses("by")) complaints.error(fields.map(), quoted(name) + " has no 'by': how much in one step");
  if (by && *by == 0) complaints.error(*fields.find("by"), "a step of 0 changes nothing");
  if (by && *by < 0 && !fields.has("min")) {
    complaints.warn(*fields.find("by"), "it takes away, and no 'min' says where to stop");
  }
}

bool read_switch(const Fields& fields, const char* key, Complaints& complaints) {
  const YamlNode* node = fields.text(key);
  if (node == nullptr) return false;
  if (node->text != "true" && node->text != "false") {
    complaints.error(*node, quoted(key) + " is true or false, not " + quoted(node->text));
  }
  return node->text == "true";
}

// "50%" of a CPU, or "none".
Remedy read_cap_cpu(const YamlNode& map, Complaints& complaints) {
  const Fields fields(map, "'cap_cpu'", {"to"}, complaints);
  if (fields.misses("to")) complaints.error(fields.map(), "'cap_cpu' has no 'to': '50%' of a CPU, or 'none'");
  const YamlNode* to = fields.text("to");
  if (to == nullptr || to->text == "none") return CapCpu{};
  int percent = 0;
  const char* end = to->text.data() + to->text.size();
  const auto [rest, fault] = std::from_chars(to->text.data(), end, percent);
  if (fault != std::errc() || rest + 1 != end || *rest != '%' || percent < 1 || percent > kMostCapPercent) {
    complaints.error(*to, quoted(to->text) + " is not a cap: write for instance '50%' of a CPU, '150%', or 'none'");
  }
  return CapCpu{percent};
}

Remedy read_cpu_shares(const YamlNode& map, Complaints& complaints) {
  const Fields fields(map, "'cpu_shares'", {"to"}, complaints);
  if (fields.misses("to")) complaints.error(fields.map(), "'cpu_shares' has no 'to': a weight, 1024 at first");
  const auto to = fields.number("to");
  if (to && (*to < kLeastShares || *to > kMostShares)) {
    complaints.error(*fields.find("to"), "a weight is from 2 to 10000; a domain has 1024 by default");
  }
  return CpuShares{to.value_or(1024)};
}

// "none" instead of limits; complains if there is anything else under 'to', or neither.
bool lifts(const Fields& fields, const std::string& name, std::initializer_list<const char*> limits,
           Complaints& complaints) {
  const bool limited = std::any_of(limits.begin(), limits.end(), [&](const char* key) { return !fields.misses(key); });
  const YamlNode* to = fields.text("to");
  if (to != nullptr && to->text != "none") {
    complaints.error(*to, "'to' is 'none', which lifts the limits; limits have keys of their own, such as " +
                              quoted(*(limits.begin() + 1)));
  } else if (to != nullptr && limited) {
    complaints.error(*to, "'to: none' lifts the limits, and other keys set them: one or the other");
  } else if (fields.misses("to") && !limited) {
    complaints.error(fields.map(), quoted(name) + " sets no limit; 'to: none' lifts those that there are");
  }
  return to != nullptr;
}

// A rate per second. libvirt counts networks in KiB, and 0 means no limit.
std::optional<std::int64_t> read_rate(const Fields& fields, const char* key, Complaints& complaints) {
  const auto bytes = fields.read<std::int64_t>(key, parse_bytes);
  if (bytes && *bytes < kKibibyte) complaints.error(*fields.find(key), quoted(key) + " must be at least 1KiB a second");
  return bytes;
}

std::optional<std::int64_t> read_operations(const Fields& fields, const char* key, Complaints& complaints) {
  const auto count = fields.number(key);
  if (count && *count < 1) complaints.error(*fields.find(key), quoted(key) + " must be more than nothing");
  return count;
}

Remedy read_limit_disk(const YamlNode& map, Complaints& complaints) {
  const Fields fields(map, "'limit_disk'", {"total", "read", "write", "total_iops", "read_iops", "write_iops", "to"},
                      complaints);
  lifts(fields, "limit_disk", {"total", "read", "write", "total_iops", "read_iops", "write_iops"}, complaints);
  for (const auto& [total, read, write] :
       {std::tuple{"total", "read", "write"}, std::tuple{"total_iops", "read_iops", "write_iops"}}) {
    if (!fields.has(total) || (!fields.has(read) && !fields.has(write))) continue;
    complaints.error(*fields.key(total), quoted(total) + " limits reading and writing together: it does not go with " +
                                             quoted(fields.has(read) ? read : write));
  }
  return LimitDisk{{read_rate(fields, "total", complaints), read_rate(fields, "read", complaints),
                    read_rate(fields, "write", complaints), read_operations(fields, "total_iops", complaints),
                    read_operations(fields, "read_iops", complaints),
                    read_operations(fields, "write_iops", complaints)}};
}

std::optional<model::Flow> read_flow(const Fields& fields, const std::string& name, Complaints& complaints) {
  const std::string peak_key = name + "_peak", burst_key = name + "_burst";
  const auto average = read_rate(fields, name.c_str(), complaints),
             peak = read_rate(fields, peak_key.c_str(), complaints),
             burst = read_rate(fields, burst_key.c_str(), complaints);
  for (const std::string& key : {peak_key, burst_key}) {
    if (fields.has(key) && fields.misses(name))
      complaints.error(*fields.key(key),
                       quoted(key) + " says by how much " + quoted(name) + " may be exceeded, and there is none");
  }
  if (average && peak && *peak < *average)
    complaints.error(*fields.find(peak_key), quoted(peak_key) + " is less than " + quoted(name));
  if (!average) return std::nullopt;
  return model::Flow{*average, peak, burst};
}

Remedy read_limit_network(const YamlNode& map, Complaints& complaints) {
  const Fields fields(map, "'limit_network'",
                      {"receive", "receive_peak", "receive_burst", "transmit", "transmit_peak", "transmit_burst", "to"},
                      complaints);
  lifts(fields, "limit_network",
        {"receive", "transmit", "receive_peak", "receive_burst", "transmit_peak", "transmit_burst"}, complaints);
  return LimitNetwork{{read_flow(fields, "receive", complaints), read_flow(fields, "transmit", complaints)}};
}

Remedy read_scale_vcpus(const YamlNode& map, Complaints& complaints) {
  const Fields fields(map, "'scale_vcpus'", {"by", "min", "max", "persistent"}, complaints);
  const auto by = fields.number("by");
  const auto min = fields.number("min");
  const auto max = fields.number("max");
  check_step(fields, "scale_vcpus", by, complaints);
  check_limits(fields, min, max, complaints);
  return ScaleVcpus{by.value_or(1), min, max, read_switch(fields, "persistent", complaints)};
}

Remedy read_scale_memory(const YamlNode& map, Complaints& complaints) {
  const Fields fields(map, "'scale_memory'", {"by", "min", "max", "persistent"}, complaints);
  const auto by = fields.read<std::int64_t>("by", parse_bytes);
  const auto min = fields.read<std::int64_t>("min", parse_bytes);
  const auto max = fields.read<std::int64_t>("max", parse_bytes);
  check_step(fields, "scale_memory", by, complaints);
  check_limits(fields, min, max, complaints);
  return ScaleMemory{by.value_or(0), min, max, read_switch(fields, "persistent", complaints)};
}

Remedy read_migrate(const YamlNode& map, Complaints& complaints) {
  const Fields fields(map, "'migrate'", {"select"}, complaints);
  const YamlNode* select = fields.text("select");
  if (select == nullptr) return Migrate{};
  std::vector<std::string_view> names;
  for (const Select known : {Select::kLeastMigrationTime, Select::kMostCpu, Select::kHighestVsr}) {
    if (select->text == to_string(known)) return Migrate{known};
    names.emplace_back(to_string(known));
  }
  complaints.inside(*select, unknown_word({.what = "selection", .word = select->text}, names));
  return Migrate{};
}

Remedy read_balance(const YamlNode& map, Complaints& complaints) {
  const Fields fields(map, "'balance'", {"max_moves", "least_gain"}, complaints);
  Balance balance;
  if (const auto moves = fields.number("max_moves")) {
    if (*moves < 1 || *moves > kMostMoves)
      complaints.error(*fields.find("max_moves"), "'max_moves' is from 1 to 1000: how many moves while the rule fires");
    balance.max_moves = *moves;
  }
  if (const auto gain = fields.read<double>("least_gain", parse_ratio)) {
    if (!(*gain >= kLeastGain && *gain <= kMostGain))
      complaints.error(*fields.find("least_gain"),
                       "'least_gain' is from 1% to 90%: the share by which the moves make the score smaller");
    balance.least_gain_ratio = *gain;
  }
  return balance;
}

// The key that names the remedy; null after a complaint.
const YamlNode* remedy_key(const YamlNode& node, Complaints& complaints) {
  if (node.kind == YamlNode::Kind::kScalar) return &node;
  if (node.kind != YamlNode::Kind::kMap || node.entries.empty()) {
    complaints.error(node, std::string("a remedy is a name, or a name with its settings; this is ") + describe(node));
    return nullptr;
  }
  const YamlNode& name = *node.entries.front().first;
  if (name.kind != YamlNode::Kind::kScalar) {
    complaints.error(name, std::string("a key must be a word, this is ") + describe(name));
    return nullptr;
  }
  if (node.entries.size() == 1) return &name;
  const YamlNode& second = *node.entries[1].first;
  const bool is_remedy = std::find(kRemedies.begin(), kRemedies.end(), second.text) != kRemedies.end();
  complaints.error(second, is_remedy
                               ? "each remedy begins a line of its own: '- " + second.text + "'"
                               : quoted(second.text) + " belongs to " + quoted(name.text) + ": indent it further");
  return nullptr;
}

}  // namespace

std::optional<Remedy> read_remedy(const YamlNode& node, std::optional<SubjectKind> subject, Complaints& complaints) {
  const YamlNode* name = remedy_key(node, complaints);
  if (name == nullptr) return std::nullopt;
  if (std::find(kRemedies.begin(), kRemedies.end(), name->text) == kRemedies.end()) {
    complaints.inside(*name,
                      unknown_word({.what = "remedy", .word = name->text}, {kRemedies.begin(), kRemedies.end()}));
    return std::nullopt;
  }
  if (subject) check_subject(*name, *subject, complaints);
  YamlNode nothing;
  nothing.kind = YamlNode::Kind::kMap;
  nothing.offset = name->offset;
  const YamlNode* settings = node.kind == YamlNode::Kind::kMap ? node.entries.front().second.get() : &nothing;
  if (settings->kind == YamlNode::Kind::kNull) settings = &nothing;
  if (settings->kind != YamlNode::Kind::kMap) {
    complaints.error(*settings,
                     "the settings of " + quoted(name->text) + " must be a mapping, this is " + describe(*settings));
    return std::nullopt;
  }
  if (name->text == "scale_vcpus") return read_scale_vcpus(*settings, complaints);
  if (name->text == "scale_memory") return read_scale_memory(*settings, complaints);
  if (name->text == "cap_cpu") return read_cap_cpu(*settings, complaints);
  if (name->text == "cpu_shares") return read_cpu_shares(*settings, complaints);
  if (name->text == "limit_disk") return read_limit_disk(*settings, complaints);
  if (name->text == "limit_network") return read_limit_network(*settings, complaints);
  if (name->text == "drain") {
    return Drain{read_switch(Fields(*settings, "'drain'", {"partial"}, complaints), "partial", complaints)};
  }
  if (name->text == "consolidate") {
    const Fields none(*settings, "'consolidate'", {}, complaints);
    return Consolidate{};
  }
  if (name->text == "balance") return read_balance(*settings, complaints);
  return read_migrate(*settings, complaints);
}

}  // namespace hotspot::rules
