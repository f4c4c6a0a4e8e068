#include "actuator/loop/rule_trust.h"

#include <cmath>
#include <utility>

#include "actuator/model/text.h"
#include "actuator/record/trust.h"
#include "common/text/visible.h"

namespace hotspot::loop {

std::string save(const plan::Trust& trust) {
  record::Trusts all;
  for (const auto& [rule, one] : trust.all()) {
    record::RuleTrust& kept = all[rule];
    for (const plan::MeasuredRelief& relief : one.newest)
      kept.newest.push_back({relief.action, relief.at, relief.predicted, relief.measured, relief.subject});
    kept.not_counted = one.not_counted;
    kept.not_counted_why = one.not_counted_why;
    kept.lost_at = one.lost_at;
    kept.lost_why = one.lost_why;
  }
  return record::to_json(all);
}

Result<void> restore(plan::Trust& trust, const std::string& text) {
  plan::Trust::Rules rules;
  const auto all = record::trusts_from_json(text);
  if (!all) {
    trust.restore({});
    return all.error();
  }
  for (const auto& [rule, one] : *all) {
    plan::RuleTrust& known = rules[rule];
    for (const record::MeasuredRelief& relief : one.newest)
      known.newest.push_back({relief.action, relief.at, relief.predicted, relief.measured, relief.subject});
    known.not_counted = one.not_counted;
    known.not_counted_why = one.not_counted_why;
    known.lost_at = one.lost_at;
    known.lost_why = one.lost_why;
  }
  trust.restore(std::move(rules));
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
