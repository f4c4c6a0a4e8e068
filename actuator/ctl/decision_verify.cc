#include "actuator/ctl/decision_verify.h"

#include <cstdio>
#include <optional>

#include "actuator/ctl/decision_replay.h"
#include "actuator/ctl/facts.h"
#include "actuator/record/decision_chain.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using record::ChainReport;
using record::DecisionHead;

constexpr const char* kNotComparable = "it has been trimmed, so that it cannot be compared";

Json head_json(const std::optional<DecisionHead>& head) {
  if (!head) return nullptr;
  return {{"number", head->number}, {"hash", head->hash}};
}

Json break_json(const std::optional<record::ChainBreak>& broken) {
  if (!broken) return nullptr;
  const auto number = [](std::int64_t of) { return of == 0 ? Json(nullptr) : Json(of); };
  return {{"kind", to_string(broken->kind)},
          {"number", number(broken->number)},
          {"last_number", number(broken->last_number)},
          {"stream_id", broken->stream_id.empty() ? Json(nullptr) : Json(broken->stream_id)},
          {"sentence", broken->sentence}};
}

Json inputs_json(const StoredInputs& inputs) {
  const bool changed = !inputs.changed.empty();
  return {{"checked", inputs.checked},
          {"gone", inputs.gone},
          {"changed_decision", changed ? Json(inputs.decision) : Json(nullptr)},
          {"changed", changed ? Json(inputs.changed) : Json(nullptr)}};
}

Json report_json(const ChainReport& report, const Result<StoredInputs>& inputs,
                 const std::optional<DecisionHead>& asked) {
  Json compared = nullptr;
  if (asked) compared = report.broken ? "no" : report.asked_is_trimmed ? "trimmed" : "yes";
  return {{"holds", !report.broken},
          {"checked", report.checked},
          {"first", report.first == 0 ? Json(nullptr) : Json(report.first)},
          {"older", report.older},
          {"anchor", head_json(report.anchor)},
          {"head", head_json(report.head)},
          {"contains_head", compared},
          {"inputs", inputs ? inputs_json(*inputs) : Json(nullptr)},
          {"break", break_json(report.broken)}};
}

std::string decisions_counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " decision" : " decisions");
}

void show_chain(const ChainReport& report, const std::optional<DecisionHead>& asked) {
  fact("chain", report.broken ? "broken: " + report.broken->sentence : "holds");
  if (report.broken && !report.broken->stream_id.empty()) fact("entry", report.broken->stream_id);
  std::string checked = decisions_counted(report.checked);
  if (report.first != 0) checked += ", from number " + std::to_string(report.first) + " on";
  if (report.broken) checked += ", up to the break";
  fact("checked", checked);
  if (report.anchor)
    fact("trimmed", "up to " + to_string(*report.anchor) +
                        (report.first != 0 && report.first <= report.anchor->number ? ", some are there still" : ""));
  if (report.older > 0)
    fact("older", decisions_counted(report.older) + " without a hash, from before the chain began: not checked");
  fact("head", report.head ? to_string(*report.head) : "none");
  if (asked && !report.broken)
    fact("asked", to_string(*asked) + ": " + (report.asked_is_trimmed ? kNotComparable : "it is in the chain"));
}

void show_inputs(const StoredInputs& inputs) {
  if (!inputs.changed.empty())
    fact("inputs", "changed: what decision " + text::visible(inputs.decision) +
                       " was made from is not what is stored; " + text::visible(inputs.changed));
  if (inputs.checked + inputs.gone == 0) return;
  std::string stored = std::to_string(inputs.checked) + " stored, with the hashes that their decisions name";
  if (inputs.gone > 0) stored += "; " + std::to_string(inputs.gone) + " not stored any more";
  fact("inputs", stored);
}

}  // namespace

int decision_verify(Session& session, const std::string& head) {
  std::optional<DecisionHead> asked;
  if (!head.empty()) {
    asked = record::decision_head_from_string(head);
    if (!asked || asked->number == 0) {
      fail("--head: '" + text::visible(head, 100) + "' is not NUMBER:HASH, with 64 digits of the hash in lower case");
      return kUsage;
    }
  }
  const auto report = session.redis().verify_decisions(asked);
  if (!report) return fail(report.error().message);
  const auto inputs = check_stored_inputs(session);
  if (session.format() == Format::kTable) {
    show_chain(*report, asked);
    if (inputs) show_inputs(*inputs);
  } else {
    std::fputs(to_text(report_json(*report, inputs, asked), session.format()).c_str(), stdout);
  }
  if (!inputs) return fail(inputs.error().message);
  if (report->broken || !inputs->changed.empty()) return kFailed;
  return report->asked_is_trimmed ? kNothing : kDone;
}

void add_decision_verify(CLI::App& decision, Parsed& parsed) {
  CLI::App* verify = decision.add_subcommand(
      "verify", "Whether the decisions are those that were recorded: none changed, removed, inserted");
  verify->add_option("--head", parsed.name, "A decision that must be among them, from hotspotd's log")
      ->option_text("NUMBER:HASH");
  on_session(verify, parsed, [&parsed](Session& s) { return decision_verify(s, parsed.name); });
}

}  // namespace hotspot::ctl
