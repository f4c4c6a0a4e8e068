// What operators order for a domain: planned as a remedy is, and begun at once or refused.
#include <algorithm>
#include <utility>

#include "actuator/loop/decision_record.h"
#include "actuator/loop/order_answer.h"
#include "actuator/loop/planning.h"

namespace hotspot::loop {

using record::refused;
using record::skipped;
using record::Verdict;

Verdict Planning::order(const plan::Order& asked, const OrderTerms& terms) {
  const WallTime now = parts_.clock.now();
  // Ids come from the command's, so that it is known again when it comes a second time.
  const std::string id_prefix = terms.command + "-o";
  if (const std::string action = id_prefix + "-a0"; ordered_.contains(action)) return begun_before(action);
  if (!parts_.actions.may_plan())
    return refused("libvirt is still being asked what became of earlier actions; give it again in some seconds");
  const model::DomainRef domain = cluster().find_domain(asked.domain_uuid);
  if (domain)
    if (const auto so = plan::already_so(asked, domain)) return skipped(*so + ": there is nothing to do");
  books_.review(cluster(), now);
  const auto in_flight = parts_.actions.in_flight();
  const PlanningTurn::Part nothing_fires{};
  plan::PlanInput planned = input(nothing_fires, in_flight, id_prefix, now);
  planned.order = &asked;
  planned.restraints.rests = nullptr;  // they keep rules from what people do
  const plan::Decision decision = plan::decide_on_order(planned);
  Verdict verdict = order_answer(decision, domain, terms);
  if (!decision.action || terms.dry_run) return verdict;
  return begin_order(decision, std::move(verdict));
}

Verdict Planning::begin_order(const plan::Decision& decision, Verdict verdict) {
  if (!parts_.lead.keep()) return refused("another hotspotd leads by now, or may: give it again");
  log_(LogLevel::kInfo, decision.sentence);
  parts_.publisher.publication().decided(decision.outcome);
  if (!parts_.lead.leads() || !begin(*decision.action))
    return refused("the intent could not be written, and nothing is begun");
  const InputName input{.sha256 = "", .not_stored = "an operator ordered it: no rule was evaluated"};
  parts_.lead.record_decision(to_json(decision, input), "the decision");
  if (parts_.options.dry_run) verdict.details.emplace_back("this is a dry run: nothing is touched");
  return verdict;
}

}  // namespace hotspot::loop
