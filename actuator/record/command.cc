#include "actuator/record/command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <vector>

namespace hotspot::record {
namespace {

constexpr std::array<const char*, 3> kModes{"observe", "recommend", "enforce"};
// Far above what anybody means, and far below what would overflow where a time is added.
constexpr std::int64_t kLongestMs = 100LL * 366 * 24 * 3600 * 1000;
constexpr std::int64_t kLatestMs = 253'402'300'799'999;  // the year 9999

// Takes the arguments of one command out of an entry, and says what is wrong with them.
class Reader {
 public:
  explicit Reader(const CommandEntry& entry) : entry_(entry) {}

  std::string text(const char* name) { return bounded(name, 2 * kMostReasonBytes); }
  std::string words(const char* name) { return bounded(name, kMostReasonBytes); }
  std::string needed(const char* name) {
    std::string value = text(name);
    if (value.empty()) fail("it needs the argument '" + std::string(name) + "'");
    return value;
  }
  std::optional<Milliseconds> length() {
    const auto ms = number("for_ms", kLongestMs, "a time");
    return ms ? std::optional(Milliseconds(*ms)) : std::nullopt;
  }
  bool flag(const char* name) {
    const std::string value = text(name);
    if (!value.empty() && value != "true" && value != "false")
      fail("the argument '" + std::string(name) + "' is neither true nor false");
    return value == "true";
  }
  Mode mode() {
    const std::string word = needed("mode");
    for (std::size_t i = 0; i < kModes.size(); ++i)
      if (word == kModes[i]) return static_cast<Mode>(i);
    fail("'" + word + "' is not a mode; observe, recommend and enforce are");
    return Mode::kObserve;
  }
  End end() {
    End end;
    if (const auto ms = number("for_ms", kLongestMs, "a time")) end.length = Milliseconds(*ms);
    if (const auto ms = number("until_ms", kLatestMs, "a time")) end.until = from_unix_ms(*ms);
    if (end.length && end.until) fail("it has both for_ms and until_ms");
    return end;
  }

  // From 1 on; empty: it is not said.
  std::optional<std::int64_t> size(const char* name, std::int64_t most) {
    const auto found = number(name, most, "a size");
    if (found && *found < 1) fail("the argument '" + std::string(name) + "' is 0");
    return found;
  }
  ScaleDomain scale() {
    ScaleDomain scale{.domain = needed("domain")};
    if (const auto vcpus = size("vcpus", kMostVcpus)) scale.vcpus = static_cast<int>(*vcpus);
    scale.memory_bytes = size("memory_bytes", kMostMemoryBytes);
    if (scale.vcpus.has_value() == scale.memory_bytes.has_value())
      fail("it needs one of the arguments 'vcpus' and 'memory_bytes', and not both");
    scale.owner = words("owner");
    scale.reason = words("reason");
    scale.dry_run = flag("dry_run");
    return scale;
  }
  CapDomain cap() {
    CapDomain cap{.domain = needed("domain")};
    const auto percent = number("percent", kMostCapPercent, "a cap");
    if (!percent) fail("it needs the argument 'percent'");
    cap.percent = static_cast<int>(percent.value_or(0));
    cap.owner = words("owner");
    cap.reason = words("reason");
    cap.dry_run = flag("dry_run");
    return cap;
  }

  template <typename T>
  Result<Command> finish(T command) {
    for (const auto& [name, value] : entry_.arguments)
      if (std::find(known_.begin(), known_.end(), name) == known_.end())
        fail("it has an argument that is not known: '" + name.substr(0, 64) + "'");
    if (!problem_.empty()) return Error{problem_};
    return Command(std::move(command));
  }

 private:
  std::string bounded(const char* name, std::size_t most_bytes) {
    known_.emplace_back(name);
    const auto found = entry_.arguments.find(name);
    if (found == entry_.arguments.end()) return "";
    if (found->second.size() <= most_bytes) return found->second;
    fail("the argument '" + std::string(name) + "' may have " + std::to_string(most_bytes) + " bytes");
    return "";
  }
  std::optional<std::int64_t> number(const char* name, std::int64_t most, const char* what) {
    const std::string value = text(name);
    if (value.empty()) return std::nullopt;
    std::int64_t parsed = 0;
    const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (fault == std::errc() && end == value.data() + value.size() && parsed >= 0 && parsed <= most) return parsed;
    fail("'" + value.substr(0, 64) + "' is not " + what);
    return std::nullopt;
  }
  void fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  const CommandEntry& entry_;
  std::vector<std::string_view> known_;
  std::string problem_;
};

struct Verb {
  const char* name;
  Result<Command> (*read)(Reader& reader);
};

// Braces evaluate their parts in order, so that the first that is wrong is named.
constexpr Verb kVerbs[] = {
    {"mode",
     [](Reader& r) {
       return r.finish(SetMode{r.mode(), r.words("owner")});
     }},
    {"reload", [](Reader& r) { return r.finish(Reload{r.words("owner")}); }},
    {"cancel",
     [](Reader& r) {
       return r.finish(CancelAction{r.needed("action"), r.words("owner")});
     }},
    {"drain",
     [](Reader& r) {
       return r.finish(DrainNode{r.needed("node"), r.words("owner"), r.words("reason")});
     }},
    {"undrain",
     [](Reader& r) {
       return r.finish(UndrainNode{r.needed("node"), r.words("owner"), r.words("reason")});
     }},
    {"hold_add",
     [](Reader& r) {
       AddHold hold{r.needed("on"), r.text("name"), r.words("owner"), r.words("reason"), r.end(), r.flag("cancel")};
       r.flag("yes");  // hotspotctl of before sends it with every hold
       return r.finish(std::move(hold));
     }},
    {"hold_remove",
     [](Reader& r) {
       return r.finish(RemoveHold{r.needed("id"), r.words("owner")});
     }},
    {"pause",
     [](Reader& r) {
       return r.finish(Pause{r.words("owner"), r.words("reason"), r.end(), r.flag("cancel"), r.flag("yes")});
     }},
    {"resume", [](Reader& r) { return r.finish(Resume{r.words("owner")}); }},
    {"admit",
     [](Reader& r) {
       return r.finish(AdmitNode{r.needed("node"), r.needed("uri"), r.text("fingerprint"), r.words("owner")});
     }},
    {"forget",
     [](Reader& r) {
       return r.finish(ForgetNode{r.needed("node"), r.words("owner")});
     }},
    {"rekey",
     [](Reader& r) {
       return r.finish(RekeyNode{r.needed("node"), r.text("fingerprint"), r.words("owner")});
     }},
    {"trust",
     [](Reader& r) {
       return r.finish(TrustRule{r.needed("rule"), r.words("owner"), r.words("reason")});
     }},
    {"plan_apply",
     [](Reader& r) {
       return r.finish(ApplyPlan{r.needed("decision"), r.text("domain_uuid"), r.text("step"), r.words("owner")});
     }},
    {"plan_refuse",
     [](Reader& r) {
       return r.finish(RefusePlan{r.needed("decision"), r.words("owner"), r.words("reason"), r.length()});
     }},
    {"domain_migrate",
     [](Reader& r) {
       return r.finish(
           MigrateDomain{r.needed("domain"), r.text("node"), r.words("owner"), r.words("reason"), r.flag("dry_run")});
     }},
    {"domain_scale", [](Reader& r) { return r.finish(r.scale()); }},
    {"domain_cap", [](Reader& r) { return r.finish(r.cap()); }},
};

// Builds an entry; what is empty or false is left out.
class Writer {
 public:
  explicit Writer(const char* verb) { entry_.verb = verb; }
  Writer& put(const char* name, const std::string& value) {
    if (!value.empty()) entry_.arguments[name] = value;
    return *this;
  }
  Writer& put(const char* name, bool value) { return put(name, std::string(value ? "true" : "")); }
  Writer& put(const End& end) {
    if (end.length) put("for_ms", std::to_string(end.length->count()));
    if (end.until) put("until_ms", std::to_string(to_unix_ms(*end.until)));
    return *this;
  }
  CommandEntry take() { return std::move(entry_); }

 private:
  CommandEntry entry_;
};

struct ToEntry {
  CommandEntry operator()(const SetMode& c) const {
    return Writer("mode").put("mode", std::string(to_string(c.mode))).put("owner", c.owner).take();
  }
  CommandEntry operator()(const Reload& c) const { return Writer("reload").put("owner", c.owner).take(); }
  CommandEntry operator()(const CancelAction& c) const {
    return Writer("cancel").put("action", c.action).put("owner", c.owner).take();
  }
  CommandEntry operator()(const DrainNode& c) const {
    return Writer("drain").put("node", c.node).put("owner", c.owner).put("reason", c.reason).take();
  }
  CommandEntry operator()(const UndrainNode& c) const {
    return Writer("undrain").put("node", c.node).put("owner", c.owner).put("reason", c.reason).take();
  }
  CommandEntry operator()(const AddHold& c) const {
    Writer entry("hold_add");
    entry.put("on", c.on).put("name", c.name).put("owner", c.owner).put("reason", c.reason);
    return entry.put(c.end).put("cancel", c.cancel).take();
  }
  CommandEntry operator()(const RemoveHold& c) const {
    return Writer("hold_remove").put("id", c.id).put("owner", c.owner).take();
  }
  CommandEntry operator()(const Pause& c) const {
    Writer entry("pause");
    entry.put("owner", c.owner).put("reason", c.reason).put(c.end);
    return entry.put("cancel", c.cancel).put("yes", c.yes).take();
  }
  CommandEntry operator()(const Resume& c) const { return Writer("resume").put("owner", c.owner).take(); }
  CommandEntry operator()(const AdmitNode& c) const {
    Writer entry("admit");
    return entry.put("node", c.node).put("uri", c.uri).put("fingerprint", c.fingerprint).put("owner", c.owner).take();
  }
  CommandEntry operator()(const ForgetNode& c) const {
    return Writer("forget").put("node", c.node).put("owner", c.owner).take();
  }
  CommandEntry operator()(const RekeyNode& c) const {
    return Writer("rekey").put("node", c.node).put("fingerprint", c.fingerprint).put("owner", c.owner).take();
  }
  CommandEntry operator()(const TrustRule& c) const {
    return Writer("trust").put("rule", c.rule).put("owner", c.owner).put("reason", c.reason).take();
  }
  CommandEntry operator()(const ApplyPlan& c) const {
    Writer entry("plan_apply");
    entry.put("decision", c.decision).put("domain_uuid", c.domain_uuid).put("step", c.step);
    return entry.put("owner", c.owner).take();
  }
  CommandEntry operator()(const RefusePlan& c) const {
    Writer entry("plan_refuse");
    entry.put("decision", c.decision).put("owner", c.owner).put("reason", c.reason);
    if (c.length) entry.put("for_ms", std::to_string(c.length->count()));
    return entry.take();
  }
  CommandEntry operator()(const MigrateDomain& c) const {
    Writer entry("domain_migrate");
    entry.put("domain", c.domain).put("node", c.target);
    return entry.put("owner", c.owner).put("reason", c.reason).put("dry_run", c.dry_run).take();
  }
  CommandEntry operator()(const ScaleDomain& c) const {
    Writer entry("domain_scale");
    entry.put("domain", c.domain);
    if (c.vcpus) entry.put("vcpus", std::to_string(*c.vcpus));
    if (c.memory_bytes) entry.put("memory_bytes", std::to_string(*c.memory_bytes));
    return entry.put("owner", c.owner).put("reason", c.reason).put("dry_run", c.dry_run).take();
  }
  CommandEntry operator()(const CapDomain& c) const {
    Writer entry("domain_cap");
    entry.put("domain", c.domain).put("percent", std::to_string(c.percent));
    return entry.put("owner", c.owner).put("reason", c.reason).put("dry_run", c.dry_run).take();
  }
};

}  // namespace

const char* to_string(Mode mode) { return kModes[static_cast<std::size_t>(mode)]; }

CommandEntry to_entry(const Command& command) { return std::visit(ToEntry{}, command); }

Result<Command> command_from(const CommandEntry& entry) {
  if (entry.arguments.size() > kMostArguments)
    return Error{"it has " + std::to_string(entry.arguments.size()) + " arguments; " + std::to_string(kMostArguments) +
                 " are the most"};
  for (const Verb& verb : kVerbs) {
    if (entry.verb != verb.name) continue;
    Reader reader(entry);
    return verb.read(reader);
  }
  return Error{"unknown command '" + entry.verb.substr(0, 64) + "'"};
}

Channel channel_of(const Command& command) {
  if (const auto* set = std::get_if<SetMode>(&command))
    return set->mode == Mode::kEnforce ? Channel::kAdmin : Channel::kOperator;
  const bool admin = std::holds_alternative<AdmitNode>(command) || std::holds_alternative<ForgetNode>(command) ||
                     std::holds_alternative<RekeyNode>(command);
  return admin ? Channel::kAdmin : Channel::kOperator;
}

Urgency urgency_of(const CommandEntry& entry) {
  if (entry.verb == "pause") return Urgency::kPause;
  if (entry.verb == "hold_add" || entry.verb == "cancel") return Urgency::kCareful;
  const auto mode = entry.arguments.find("mode");
  const bool careful_mode = entry.verb == "mode" && mode != entry.arguments.end() && mode->second != kModes[2];
  return careful_mode ? Urgency::kCareful : Urgency::kOther;
}

}  // namespace hotspot::record
