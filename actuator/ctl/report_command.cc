// hotspotctl report: its arguments, and where the report is written.
#include <cstdio>
#include <memory>

#include "actuator/ctl/parsed.h"
#include "actuator/ctl/picture/file.h"
#include "actuator/ctl/report/collect.h"
#include "actuator/ctl/report/html.h"
#include "actuator/ctl/report/json.h"
#include "actuator/ctl/report/text.h"
#include "common/text/visible.h"
#include "hotspot_version.h"

namespace hotspot::ctl {
namespace {

int say_nothing_there(const report::Report& made, const report::Asked& asked, const std::string& cluster) {
  for (const std::string& remark : made.remarks) fail(remark);
  const std::string of =
      asked.rule.empty() ? "no rule fired" : "the rule '" + text::visible(asked.rule) + "' did not fire";
  fail(of + " in the cluster '" + text::visible(cluster) + "' between " + time_cell(made.reach.from) + " and " +
       time_cell(made.reach.until) +
       ", and nothing was decided: there is nothing to report (hotspotctl rule list shows which rules there are)");
  return kNothing;
}

int show_report(Session& session, const report::Report& made, const report::About& about, const report::Asked& asked) {
  if (!asked.html.empty()) {
    const auto written = write_picture(report::as_html(made, about), asked.html);
    if (!written) return fail(written.error().message);
    std::printf("%s\n", text::visible(asked.html, text::kMostLineBytes).c_str());
    return kDone;
  }
  if (session.format() == Format::kTable)
    std::fputs(report::as_table(made, about).c_str(), stdout);
  else if (session.format() == Format::kHtml)
    std::fputs(report::as_html(made, about).c_str(), stdout);
  else
    std::fputs(to_text(report::as_json(made, about), session.format()).c_str(), stdout);
  return kDone;
}

int report_trial(Session& session, const report::Asked& asked) {
  if (asked.until >= asked.since) {
    fail("--until has to be less than --since: both say how long ago");
    return kUsage;
  }
  const auto collected = report::collect(session, asked);
  if (!collected) return fail(collected.error().message);
  report::Report made = report::make_report(collected->evidence, asked.rule);
  const std::string& cluster = session.config().cluster;
  if (made.rules.empty()) return say_nothing_there(made, asked, cluster);
  for (const std::string& trouble : collected->troubles) made.remarks.push_back(trouble);
  const report::About about{.cluster = cluster,
                            .mode = collected->mode,
                            .made_at = session.now(),
                            .version = kVersion,
                            .time = [](WallTime at) { return time_cell(at); }};
  return show_report(session, made, about, asked);
}

}  // namespace

void add_report_command(CLI::App& app, Parsed& parsed) {
  CLI::App* command =
      app.add_subcommand("report", "What a trial showed, rule by rule, and whether enforce can be switched on");
  const auto asked = std::make_shared<report::Asked>();
  add_time(command, "--since", asked->since, "How far back")->option_text("TIME [7d]");
  add_time(command, "--until", asked->until, "Up to so long ago")->option_text("TIME [0s]");
  command->add_option("--rule", asked->rule, "Only this rule")->option_text("RULE");
  command->add_option("--html", asked->html, "Write a page of HTML there, which can be mailed")->option_text("FILE");
  add_history_options(command, {asked->rrd, asked->rrdcached, asked->plugin},
                      "collectd's DataDir, or NODE=DIR, for the CPU after actions");
  on_session(command, parsed, [asked](Session& session) { return report_trial(session, *asked); });
}

}  // namespace hotspot::ctl
