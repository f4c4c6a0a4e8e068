#include "actuator/ctl/application.h"

#include <map>

#include "actuator/ctl/command_line.h"
#include "actuator/ctl/commands.h"
#include "hotspot_version.h"

namespace hotspot::ctl {
namespace {

void add_action_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* action = app.add_subcommand("action", "Actions: what the journal holds")->require_subcommand(1);
  CLI::App* list = action->add_subcommand("list", "The newest actions, and how each ended");
  add_count(list, parsed);
  list->add_option("--domain", parsed.domain, "Only this domain's (name or UUID)");
  on_session(list, parsed, [&parsed](Session& s) { return action_list(s, parsed.count, parsed.domain); });
  CLI::App* show = action->add_subcommand("show", "Every state of one action, with its figures");
  show->add_option("id", parsed.name, "The action's ID")->required();
  on_session(show, parsed, [&parsed](Session& s) { return action_show(s, parsed.name); });
  CLI::App* cancel = action->add_subcommand("cancel", "End an action that is under way; the domain stays where it was");
  cancel->add_option("id", parsed.name, "The action's ID")->required();
  on_session(cancel, parsed, [&parsed](Session& s) { return action_cancel(s, parsed.name); });
}

void add_decision_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* decision =
      app.add_subcommand("decision", "Decisions: why it did that, and why it did not")->require_subcommand(1);
  CLI::App* list = decision->add_subcommand("list", "The newest decisions, a line each");
  add_count(list, parsed);
  on_session(list, parsed, [&parsed](Session& s) { return decision_list(s, parsed.count); });
  CLI::App* show = decision->add_subcommand("show", "One decision with all that was considered and refused");
  show->add_option("id", parsed.name, "The decision's ID")->required();
  on_session(show, parsed, [&parsed](Session& s) { return decision_show(s, parsed.name); });
}

void add_domain_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* domain = app.add_subcommand("domain", "Domains")->require_subcommand(1);
  CLI::App* list = domain->add_subcommand("list", "All domains, with load and where they run");
  list->add_option("--node", parsed.node, "Only on this node");
  on_session(list, parsed, [&parsed](Session& s) { return domain_list(s, parsed.node); });
}

// What is written how; for all commands.
void add_output_options(CLI::App& app, Parsed& parsed) {
  const std::map<std::string, Format> formats{{"table", Format::kTable}, {"wide", Format::kTable},
                                              {"json", Format::kJson},   {"yaml", Format::kYaml},
                                              {"name", Format::kName},   {"prometheus", Format::kPrometheus}};
  add_choice(app, "-o,--output", "table, wide (nothing left out), json, yaml or name; status: prometheus too",
             {"table", "wide", "json", "yaml", "name", "prometheus"},
             [&parsed, formats](const std::string& word) {
               parsed.options.format = formats.at(word);
               parsed.wide = word == "wide";
             })
      ->option_text("FORMAT [table]");
  const std::map<std::string, Colours> colours{
      {"auto", Colours::kAuto}, {"always", Colours::kAlways}, {"never", Colours::kNever}};
  add_choice(app, "--color,--colour", "auto (on a terminal, unless NO_COLOR is set), always or never",
             {"auto", "always", "never"},
             [&parsed, colours](const std::string& word) { parsed.colours = colours.at(word); })
      ->option_text("WHEN [auto]");
  app.add_flag("--no-headers", parsed.no_heads, "Tables without their first line");
}

void add_where_options(CLI::App& app, Parsed& parsed) {
  app.add_option("-c,--config", parsed.options.config_path, "hotspotd.yaml or a file with its keys cluster and redis")
      ->envname("HOTSPOT_CONFIG");
  app.add_option("--cluster", parsed.options.cluster, "The cluster, instead of the configured one");
  app.add_option("--redis", parsed.options.redis, "HOST:PORT[,...], unix:PATH or sentinel:MASTER@HOST:PORT[,...]");
}

// What fits only some commands.
std::string wrong_together(const CLI::App& app, const Parsed& parsed) {
  if (parsed.options.format == Format::kPrometheus && !app.got_subcommand("status"))
    return "-o prometheus is for 'status' alone";
  if (parsed.options.format != Format::kName) return "";
  const CLI::App* last = &app;
  while (!last->get_subcommands().empty()) last = last->get_subcommands().front();
  const std::string& word = last->get_name();
  return word == "list" || word == "show" ? "" : "-o name is for what lists or shows things, such as 'node list'";
}

}  // namespace

void build(CLI::App& app, Parsed& parsed) {
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", std::string("hotspotctl ") + kVersion);
  add_output_options(app, parsed);
  add_where_options(app, parsed);
  on_each_session(app.add_subcommand("status", "Who leads, what it believes, what is wrong; of all clusters"), parsed,
                  status);
  add_node_commands(app, parsed);
  add_domain_commands(app, parsed);
  add_rule_commands(app, parsed);
  add_action_commands(app, parsed);
  add_decision_commands(app, parsed);
  add_hold_commands(app, parsed);
  add_mode_commands(app, parsed);
}

int run(int argc, char** argv) {
  CLI::App app{"See and steer Hotspot.\nExit codes: 0 done, 1 failed, 2 usage, 3 not found."};
  Parsed parsed;
  build(app, parsed);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    if (const std::string sentence = wrong_command(app, argc, argv); !sentence.empty()) {
      fail(sentence);
      return kUsage;
    }
    return app.exit(problem) == 0 ? 0 : kUsage;
  }
  if (const std::string wrong = wrong_together(app, parsed); !wrong.empty()) {
    fail(wrong);
    return kUsage;
  }
  screen() = screen_of_process(parsed.colours);
  screen().heads = !parsed.no_heads;
  if (parsed.wide) screen().width = 0;
  return parsed.run();
}

}  // namespace hotspot::ctl
