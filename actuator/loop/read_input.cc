#include "actuator/loop/read_input.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "actuator/loop/book_records.h"
#include "actuator/loop/input_configuration.h"
#include "actuator/loop/input_members.h"
#include "actuator/loop/recommendations.h"
#include "actuator/loop/refusals.h"
#include "actuator/loop/rule_trust.h"
#include "actuator/loop/steering_state.h"
#include "actuator/record/action_json.h"
#include "actuator/record/json_fields.h"
#include "actuator/record/json_text.h"
#include "actuator/rules/advice/grow_marks.h"
#include "actuator/rules/advice/node_marks.h"
#include "actuator/rules/files/check.h"
#include "common/crypto/sha256.h"
#include "common/text/visible.h"
#include "telemetry/codec.h"

namespace hotspot::loop {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostFirings = 100'000, kMostInTurn = 10'000;
constexpr std::size_t kShownDigits = 12;
constexpr std::int64_t kMostMemory = std::int64_t{1} << 50;  // of a guest; larger sizes would overflow in sums

std::string not_understood(const std::string& what) { return "the stored input is not understood: " + what; }

// A member as the text that its own reader takes; "" where it is null.
std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? "" : record::to_line(*found);
}

// Each hash that is named in it, with repetitions.
std::vector<std::string> named_in(const Json& object) {
  std::vector<std::string> named{record::text_in(object, "configuration")};
  for (const char* list : {"rule_files", "nodes"})
    for (const Json& one : record::list_in(object, list)) named.push_back(record::text_in(one, "sha256"));
  return named;
}

bool is_possible(const model::DomainMemory& domain) {
  const auto is_size = [](std::int64_t bytes) { return bytes >= 0 && bytes <= kMostMemory; };
  return is_size(domain.floor ? domain.floor->bytes : 0) &&
         std::all_of(domain.peaks.begin(), domain.peaks.end(),
                     [&](const model::MemoryPeak& peak) { return is_size(peak.used_bytes); });
}

Result<Json> input_object(const std::string& text) {
  Json object = record::parse_json(text);
  if (!object.is_object()) return Error{not_understood("it is not a JSON object")};
  const std::int64_t schema = record::count_in(object, "schema");
  if (schema > kInputSchema)
    return Error{"the stored input has schema " + std::to_string(schema) +
                 ", which a newer version of hotspotctl reads"};
  if (schema != kInputSchema) return Error{not_understood("it has no schema")};
  if (record::list_in(object, "nodes").size() > kMostInputNodes) return Error{not_understood("it has too many nodes")};
  return object;
}

}  // namespace

Result<std::string> checked_text(const std::string& sha256, const TextOfPart& text_of_part) {
  const std::string name = text::visible(sha256.substr(0, kShownDigits));
  auto text = text_of_part(sha256);
  if (!text) return Error{"the part " + name + "… of the input cannot be read: " + text.error().message};
  if (text->size() > kMostInputBytes) return Error{"the part " + name + "… of the input is too long"};
  if (crypto::sha256_hex(*text) != sha256)
    return Error{"the part " + name + "… of the input was changed: it has another hash than the one that names it"};
  return text;
}

Result<std::vector<std::string>> parts_of_input(const std::string& text) {
  const auto object = input_object(text);
  if (!object) return object.error();
  std::vector<std::string> named = named_in(*object);
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  return named;
}

class ReadInput::Reader {
 public:
  Reader(ReadInput& to, Json object, const TextOfPart& text_of_part)
      : to_(to), object_(std::move(object)), text_of_part_(text_of_part) {}

  // In this order: each needs those before it.
  Result<void> read() {
    for (const auto step :
         {&Reader::read_circumstances, &Reader::read_configuration, &Reader::read_cluster, &Reader::read_rules,
          &Reader::read_firings, &Reader::read_turn, &Reader::read_in_flight, &Reader::read_books,
          &Reader::read_restraints, &Reader::read_orders, &Reader::read_steps, &Reader::read_memory})
      if (auto done = (this->*step)(); !done) return done;
    return {};
  }

 private:
  Result<std::string> part(const std::string& sha256) {
    auto text = checked_text(sha256, text_of_part_);
    if (text && (bytes_ += text->size()) > kMostInputBytes)
      return Error{"the stored input has more than " + std::to_string(kMostInputBytes >> 20) + " MiB"};
    return text;
  }
  static Error wrong(const std::string& what) { return Error{not_understood(what)}; }
  static Error wrong(const std::string& what, const Error& why) { return wrong(what + ": " + why.message); }

  Result<void> read_circumstances() {
    const auto now = record::ms_in(object_, "now_ms");
    const auto mode = rules::mode_from_string(record::text_in(object_, "mode"));
    if (!now || !mode) return wrong("it has no time or no mode");
    to_.now_ = *now;
    to_.mode_ = *mode;
    to_.made_by_ = record::text_in(object_, "made_by");
    to_.id_prefix_ = record::text_in(object_, "id_prefix");
    for (const auto& [uuid, ms] : record::object_in(object_, "node_action_ended_ms").items())
      if (const auto at = record::ms_in({{"ms", ms}}, "ms")) to_.node_action_ended_[uuid] = *at;
    return {};
  }

  Result<void> read_configuration() {
    const auto text = part(record::text_in(object_, "configuration"));
    if (!text) return text.error();
    auto read = configuration_from_text(*text);
    if (!read) return wrong(read.error().message);
    to_.limits_ = read->limits;
    to_.margins_ = read->margins;
    to_.freshness_ = read->freshness;
    to_.migration_ = std::move(read->migration);
    to_.shrink_pace_ = read->shrink_pace;
    to_.windows_ = std::move(read->windows);
    to_.zone_ = std::move(read->zone);
    to_.memory_observed_ = read->memory_observed;
    rule_operations_ = std::clamp<std::size_t>(read->rule_operations, 1, rules::kUsualMostOperations * 1000);
    return {};
  }

  Result<void> read_cluster() {
    std::vector<model::ImagedNode> nodes;
    std::size_t domains = 0;
    telemetry::SnapshotDecoder decoder(telemetry::SnapshotLimits::widest());
    for (const Json& one : record::list_in(object_, "nodes")) {
      model::NodeImage image;
      if (const auto why = record::MemberReader::read(one, image); !why.empty()) return wrong("a node" + why);
      const auto text = part(record::text_in(one, "sha256"));
      if (!text) return text.error();
      auto snapshot = decoder.decode(*text);
      if (!snapshot) return wrong("a snapshot: " + snapshot.error().message);
      if ((domains += snapshot->domains.size()) > kMostInputDomains) return wrong("it has too many domains");
      nodes.push_back({std::move(*snapshot), std::move(image)});
    }
    auto cluster = model::rebuild(std::move(nodes), record::words_in(object_, "owners"));
    if (!cluster) return wrong(cluster.error().message);
    to_.cluster_ = std::move(*cluster);
    return {};
  }

  Result<void> read_rules() {
    std::vector<rules::SourceFile> files;
    for (const Json& one : record::list_in(object_, "rule_files")) {
      auto text = part(record::text_in(one, "sha256"));
      if (!text) return text.error();
      files.push_back({record::text_in(one, "path"), std::move(*text)});
    }
    to_.rules_ = rules::check(files, {.most_operations = rule_operations_}).rules;
    if (to_.rules_ == nullptr) return wrong("this version finds errors in its rules");
    if (to_.rules_->fingerprint != record::text_in(object_, "rules_fingerprint"))
      return wrong("its rules are not those that were read");
    to_.grow_marks_ = rules::grow_marks(to_.rules_);
    to_.node_marks_ = rules::node_marks(to_.rules_);
    return {};
  }

  Result<void> read_firings() {
    const Json& list = record::list_in(object_, "firings");
    if (list.size() > kMostFirings) return wrong("it has too many firings");
    for (const Json& one : list) {
      rules::Firing firing;
      if (const auto why = record::MemberReader::read(one, firing.subject); !why.empty())
        return wrong("a firing" + why);
      const auto rule = record::integer_in(one, "rule");
      if (!rule || *rule < 0 || static_cast<std::size_t>(*rule) >= to_.rules_->rules.size())
        return wrong("a firing is of no rule");
      firing.rules = to_.rules_;
      firing.rule = &to_.rules_->rules[static_cast<std::size_t>(*rule)];
      for (const auto kind : {rules::SubjectKind::kDomain, rules::SubjectKind::kNode, rules::SubjectKind::kCluster})
        if (record::text_in(one, "kind") == rules::to_string(kind)) firing.subject.kind = kind;
      firing.phase = rules::Phase::kFiring;
      firing.value = record::number_in(one, "value").value_or(std::numeric_limits<double>::quiet_NaN());
      firing.held = record::text_in(one, "held");
      firing.fresh = record::flag_in(one, "fresh");
      firing.first_sample_at = record::ms_in(one, "first_sample_at_ms").value_or(WallTime{});
      firing.firing_since = record::ms_in(one, "firing_since_ms");
      to_.firings_.push_back(std::move(firing));
    }
    return {};
  }

  Result<void> read_turn() {
    const auto turn = object_.find("turn");
    if (turn == object_.end() || !turn->is_array()) {
      for (const rules::Firing& firing : to_.firings_) to_.turn_.push_back(&firing);
    } else {
      for (const Json& place : *turn) {
        const auto at = record::integer_in({{"at", place}}, "at");
        if (!at || *at < 0 || static_cast<std::size_t>(*at) >= to_.firings_.size())
          return wrong("a firing of its turn is none of its firings");
        to_.turn_.push_back(&to_.firings_[static_cast<std::size_t>(*at)]);
      }
    }
    if (to_.turn_.size() > kMostInTurn) return wrong("it decides on too many firings");
    return {};
  }

  Result<void> read_in_flight() {
    for (const Json& one : record::list_in(object_, "in_flight")) {
      auto action = record::action_from_json(record::object_in(one, "action"));
      const auto state = model::action_state_from_string(record::text_in(one, "state"));
      if (!action || !state) return wrong("an action that was under way");
      to_.in_flight_.push_back({std::move(*action), *state, record::flag_in(one, "unanswered")});
    }
    return {};
  }

  Result<void> read_books() {
    ActionBooks& books = to_.books_;
    if (auto done = restore(books.cooldowns, text_of(object_, "cooldowns")); !done)
      return wrong("the cooldowns", done.error());
    if (auto done = restore(books.migrations, text_of(object_, "migrations")); !done)
      return wrong("what earlier migrations showed", done.error());
    if (auto done = restore(books.refusals, text_of(object_, "refusals")); !done)
      return wrong("what targets refused", done.error());
    if (auto done = restore(books.trust, text_of(object_, "trust")); !done)
      return wrong("which rules may act", done.error());
    return {};
  }

  Result<void> read_restraints() {
    auto holds = holds_from_json(text_of(object_, "holds"));
    if (!holds) return wrong("the holds", holds.error());
    for (plan::Hold& hold : holds->holds) to_.holds_.add(std::move(hold));
    auto rests = rests_from_json(text_of(object_, "rests"));
    if (!rests) return wrong("the rests", rests.error());
    to_.rests_.restore(std::move(rests->rests));
    for (const auto& [uuid, one] : record::object_in(object_, "kept").items()) {
      if (record::text_in(one, "kind") != model::to_string(model::RefusalKind::kOnTwoNodes))
        return wrong("why " + text::visible(uuid) + " is left alone");
      to_.kept_[uuid] = {model::RefusalKind::kOnTwoNodes, record::text_in(one, "message")};
    }
    return {};
  }

  // What operators said of recommendations.
  Result<void> read_orders() {
    auto refused = record::recommendations_from_json(text_of(object_, "refused"));
    if (!refused) return wrong("what operators refused", refused.error());
    to_.rejections_.restore(rejections_of(std::move(refused->refused)));
    const Json& approved = record::object_in(object_, "approved");
    if (approved.empty()) return {};
    auto action = record::action_from_json(record::object_in(approved, "action"));
    if (!action) return wrong("what an operator had carried out");
    to_.approved_ = plan::Approval{record::text_in(approved, "rule"), record::text_in(approved, "subject"),
                                   std::move(*action), record::text_in(approved, "by")};
    return {};
  }

  static bool read_growth(const Json& domain, const char* name, std::optional<plan::RecentSteps::Growth>& growth) {
    if (!domain.contains(name)) return true;
    auto action = record::action_from_json(record::object_in(domain[name], "action"));
    const auto at = record::ms_in(domain[name], "at_ms");
    if (!action || !at) return false;
    growth = {std::move(*action), *at};
    return true;
  }

  Result<void> read_steps() {
    plan::RecentSteps::Domains domains;
    for (const auto& [uuid, one] : record::object_in(object_, "steps").items()) {
      if (!one.is_object()) return wrong("the recent steps");
      plan::RecentSteps::Domain& domain = domains[uuid];
      record::MemberReader reader(one);
      reader("left", domain.left);
      reader("skipped", domain.skipped);
      std::optional<plan::RecentSteps::Growth> vcpus, memory;
      if (!reader.problem().empty() || !read_growth(one, "vcpus", vcpus) || !read_growth(one, "memory", memory))
        return wrong("the recent steps");
      if (vcpus) domain.grown[plan::Resource::kVcpus] = std::move(*vcpus);
      if (memory) domain.grown[plan::Resource::kMemory] = std::move(*memory);
    }
    to_.books_.steps.restore(std::move(domains));
    return {};
  }

  Result<void> read_memory() {
    const auto found = object_.find("memory");
    if (found == object_.end() || !found->is_object()) return {};
    Milliseconds remembers{0};
    std::map<std::string, model::DomainMemory> domains;
    record::MemberReader reader(*found);
    reader("remembers", remembers);
    reader("domains", domains);
    if (!reader.problem().empty()) return wrong("the guests' memory: " + reader.problem());
    for (const auto& [uuid, domain] : domains)
      if (!is_possible(domain)) return wrong("the guests' memory");
    to_.memory_ = std::make_unique<model::MemoryPeaks>(remembers);
    to_.memory_->assume(std::move(domains));
    return {};
  }

  ReadInput& to_;
  const Json object_;
  const TextOfPart& text_of_part_;
  std::size_t bytes_ = 0, rule_operations_ = 0;
};

Result<std::unique_ptr<ReadInput>> ReadInput::read(const std::string& sha256, const TextOfPart& text_of_part) {
  const auto text = checked_text(sha256, text_of_part);
  if (!text) return text.error();
  auto object = input_object(*text);
  if (!object) return object.error();
  std::unique_ptr<ReadInput> made(new ReadInput());
  if (const auto done = Reader(*made, std::move(*object), text_of_part).read(); !done) return done.error();
  return made;
}

plan::PlanInput ReadInput::input() const {
  return {.cluster = cluster_,
          .firings = firings_,
          .in_flight = in_flight_,
          .cooldowns = books_.cooldowns,
          .node_action_ended = node_action_ended_,
          .daemon_mode = mode_,
          .limits = limits_,
          .margins = margins_,
          .freshness = freshness_,
          .now = now_,
          .migration = migration_,
          .migrations = &books_.migrations,
          .refusals = &books_.refusals,
          .restraints = {.holds = &holds_,
                         .windows = &windows_,
                         .rests = &rests_,
                         .zone = &zone_,
                         .shrink_pace = shrink_pace_,
                         .kept = &kept_},
          .trust = &books_.trust,
          .steps = &books_.steps,
          .memory = memory_.get(),
          .memory_observed = memory_observed_,
          .grow_marks = &grow_marks_,
          .node_marks = &node_marks_,
          .rules = rules_.get(),
          .turn = &turn_,
          .approved = approved_ ? &*approved_ : nullptr,
          .rejections = &rejections_,
          .id_prefix = id_prefix_};
}

}  // namespace hotspot::loop
