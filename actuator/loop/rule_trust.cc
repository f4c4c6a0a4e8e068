#include "actuator/loop/rule_trust.h"

#include <cmath>
#include <map>
#include <string>

#include "actuator/model/text.h"
#include "actuator/record/trust.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

// Between what the planner has and what is kept of it.
template <typename To, typename From>
std::map<std::string, To> copied(const std::map<std::string, From>& all) {
  std::map<std::string, To> copies;
  for (const auto& [rule, one] : all) {
    To& copy = copies[rule];
    for (const auto& relief : one.newest)
      copy.newest.push_back({.action = relief.action,
                             .at = relief.at,
                             .predicted = relief.predicted,
                             .measured = relief.measured,
                             .subject = relief.subject});
    copy.not_counted = one.not_counted;
    copy.not_counted_why = one.not_counted_why;
    copy.lost_at = one.lost_at;
    copy.lost_why = one.lost_why;
  }
  return copies;
}

}  // namespace

std::string save(const plan::Trust& trust) { return record::to_json(copied<record::RuleTrust>(trust.all())); }

Result<void> restore(plan::Trust& trust, const std::string& text) {
  trust.restore({});
  const auto all = record::trusts_from_json(text);
  if (!all) return all.error();
  trust.restore(copied<plan::RuleTrust>(*all));
  return {};
}

Notice right_lost(const std::string& rule, const std::string& why, WallTime now) {
  return {kRightLost, "rule " + rule,
          "rule " + rule + " only recommends from now on, because it has lost its right to act: " + why +
              "; hotspotctl rule trust " + rule + " gives it back",
          now};
}

std::string describe(const ReliefWatch::Finding& finding) {
  const std::string action = "action " + finding.action + " of " + text::visible(finding.rule);
  if (!finding.measured) return action + " is not counted for what its rule relieves: " + finding.why_not;
  const double relief = finding.measured->measured;
  const std::string what = relief < 0 ? " did not relieve the " + finding.subject + ", which rose by "
                                      : " relieved the " + finding.subject + " by ";
  return action + what + model::ratio_text(std::abs(relief)) + "; " + model::ratio_text(finding.measured->predicted) +
         " were predicted";
}

record::Verdict give_right_back(plan::Trust& trust, const record::TrustRule& asked,
                                const Steering::Situation& situation, std::vector<Notice>& notices) {
  const std::string rule = text::visible(asked.rule);
  const bool loaded = situation.rules != nullptr && situation.rules->find(asked.rule) != nullptr;
  if (!trust.give_back(asked.rule))
    return record::refused(loaded ? "rule " + rule + " has not lost its right to act"
                                  : "no rule '" + rule + "' is loaded; see hotspotctl rule list");
  const std::string who = asked.owner.empty() ? "an operator" : text::visible(asked.owner);
  std::string sentence = "rule " + rule + " may act again as its mode says: " + who + " gave it back its right to act";
  if (!asked.reason.empty()) sentence += " (" + text::visible(asked.reason) + ")";
  notices.push_back({kRightGiven, "rule " + asked.rule, sentence, situation.now});
  return record::done("rule " + rule + " may act again as its mode says; its next actions are measured anew");
}

std::vector<record::Status::RuleTrust> trust_record(const plan::Trust& trust) {
  std::vector<record::Status::RuleTrust> out;
  for (const auto& [rule, one] : trust.all()) {
    out.push_back({.rule = rule,
                   .may_act = !one.lost_at.has_value(),
                   .measured = one.newest.size(),
                   .newest = {},
                   .relief_ratio = plan::median_relief_ratio(one),
                   .not_counted = one.not_counted,
                   .not_counted_why = one.not_counted_why,
                   .lost_at = one.lost_at,
                   .lost_why = one.lost_why});
    for (const plan::MeasuredRelief& relief : one.newest)
      out.back().newest.push_back({relief.action, relief.subject, relief.at, relief.predicted, relief.measured});
  }
  return out;
}

}  // namespace hotspot::loop
