// hotspotctl plan VERB: the arguments.
#include <memory>

#include "actuator/ctl/parsed.h"
#include "actuator/ctl/plan_apply.h"
#include "actuator/ctl/plan_show.h"
#include "actuator/ctl/plan_what_if.h"
#include "actuator/ctl/plan_why.h"
#include "actuator/ctl/plan_why_not.h"

namespace hotspot::ctl {
namespace {

void add_plan_owner(CLI::App* command, std::string& owner) {
  command->add_option("--owner", owner, "Who does it, instead of who is logged in")->option_text("NAME");
}

void add_apply(CLI::App& plan, Parsed& parsed) {
  CLI::App* apply =
      plan.add_subcommand("apply", "Have recommendations carried out that still hold; the others are skipped");
  const auto asked = std::make_shared<PlanApplyRequest>();
  apply->add_option("decision", asked->what, "Ids of recommendations, files of plan show -o json; - for standard input")
      ->required();
  add_plan_owner(apply, asked->owner);
  apply->add_flag("--dry-run", asked->dry_run, "Only say which of them stand");
  on_session(apply, parsed, [asked](Session& s) { return plan_apply(s, *asked); });
}

void add_refuse(CLI::App& plan, Parsed& parsed) {
  CLI::App* refuse = plan.add_subcommand("refuse", "Refuse a recommendation: it does not come again for some time");
  const auto asked = std::make_shared<PlanRefuseRequest>();
  refuse->add_option("decision", asked->decision, "The id of the recommendation")->required();
  refuse->add_option("-r,--reason", asked->reason, "Why")->required()->option_text("TEXT");
  refuse->add_option("--for", asked->length, "How long")->option_text("TIME [as configured, or 24h]");
  add_plan_owner(refuse, asked->owner);
  on_session(refuse, parsed, [asked](Session& s) { return plan_refuse(s, *asked); });
}

}  // namespace

void add_plan_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* plan =
      app.add_subcommand("plan", "Recommendations: see, apply and refuse them; and what the planner would do")
          ->require_subcommand(1);
  on_session(plan->add_subcommand("show", "The recommendations that wait for an operator"), parsed, plan_show);
  add_apply(*plan, parsed);
  add_refuse(*plan, parsed);
  add_plan_why(*plan, parsed);
  add_plan_why_not(*plan, parsed);
  add_plan_what_if(*plan, parsed);
}

}  // namespace hotspot::ctl
