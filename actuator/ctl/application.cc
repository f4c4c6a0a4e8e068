#include "actuator/ctl/application.h"

#include <cstdio>
#include <map>
#include <optional>
#include <string_view>

#include "actuator/ctl/about.h"
#include "actuator/ctl/command_line.h"
#include "actuator/ctl/commands.h"
#include "actuator/ctl/complete.h"
#include "actuator/ctl/decision_replay.h"
#include "actuator/ctl/decision_verify.h"
#include "actuator/ctl/help.h"
#include "actuator/ctl/run.h"
#include "actuator/ctl/show.h"
#include "actuator/ctl/simulate_command.h"
#include "actuator/ctl/watch.h"
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
  add_wait(show, parsed.patience, "Wait until the action has ended, and exit with its code");
  on_session(show, parsed, [&parsed](Session& s) { return action_show(s, parsed.name, parsed.patience); });
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
  add_decision_verify(*decision, parsed);
  add_decision_replay(*decision, parsed);
}

// Commands that need no cluster.
void add_own_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* help = app.add_subcommand("help", "What a command does, with examples");
  help->add_option("command", parsed.command, "The command; all if it is left out")->expected(0, 4);
  on_call(help, parsed, [&app, &parsed] { return show_help(app, parsed.command); });
  CLI::App* completion =
      app.add_subcommand("completion", "Print the script that completes hotspotctl's words in a shell");
  add_choice(*completion, {"shell", "bash, zsh or fish", {"bash", "zsh", "fish"}}, [&parsed](const std::string& word) {
    parsed.name = word;
  })->required();
  on_call(completion, parsed, [&parsed] { return print_completion(parsed.name); });
  CLI::App* schema = app.add_subcommand("schema", "Print the JSON Schema of the output of -o json");
  on_call(schema, parsed, print_schema);
}

// Options for the output format, for all commands.
void add_output_options(CLI::App& app, Parsed& parsed) {
  const std::map<std::string, Format> formats{{"table", Format::kTable}, {"wide", Format::kTable},
                                              {"json", Format::kJson},   {"yaml", Format::kYaml},
                                              {"name", Format::kName},   {"prometheus", Format::kPrometheus},
                                              {"html", Format::kHtml}};
  add_choice(app,
             {"-o,--output",
              "table, wide (nothing left out), json, yaml or name; status: prometheus too; report: html too",
              {"table", "wide", "json", "yaml", "name", "prometheus", "html"}},
             [&parsed, formats](const std::string& word) {
               parsed.options.format = formats.at(word);
               parsed.wide = word == "wide";
             })
      ->option_text("FORMAT [table]");
  const std::map<std::string, Colours> colours{
      {"auto", Colours::kAuto}, {"always", Colours::kAlways}, {"never", Colours::kNever}};
  add_choice(app,
             {"--color,--colour",
              "auto (on a terminal, unless NO_COLOR is set), always or never",
              {"auto", "always", "never"}},
             [&parsed, colours](const std::string& word) { parsed.colours = colours.at(word); })
      ->option_text("WHEN [auto]");
  app.add_flag("--no-headers", parsed.no_heads, "Tables without their first line");
  app.add_flag("-w{2s},--watch{2s}", parsed.watch, "Show it again, every two seconds or as often, until Ctrl-C")
      ->option_text("[=TIME]");
}

void add_where_options(CLI::App& app, Parsed& parsed) {
  app.add_option("-c,--config", parsed.options.config_path, "hotspotd.yaml or a file with its keys cluster and redis")
      ->envname("HOTSPOT_CONFIG")
      ->option_text("FILE");
  app.add_option("--cluster", parsed.options.cluster, "The cluster, instead of the configured one")
      ->option_text("NAME");
  app.add_option("--redis", parsed.options.redis, "HOST:PORT[,...], unix:PATH or sentinel:MASTER@HOST:PORT[,...]")
      ->option_text("ADDRESS");
}

// Options that only some commands accept; empty: all are accepted.
std::string wrong_together(const std::vector<std::string>& command, const Parsed& parsed) {
  const std::string first = command.empty() ? "" : command.front(), last = command.empty() ? "" : command.back();
  if (parsed.options.format == Format::kPrometheus && first != "status") return "-o prometheus is for 'status' alone";
  if (parsed.options.format == Format::kHtml && first != "report") return "-o html is for 'report' alone";
  if (first == "graph" && parsed.options.format != Format::kTable)
    return "'graph' draws a picture: name its file behind it, as in 'graph web1 -o web1.svg'";
  const bool lists = last == "list" || last == "show";
  const bool names = lists || last == "fit";
  if (first == "top" && parsed.options.format != Format::kTable && !parsed.once)
    return "-o json, yaml and name need --once: a live table is for people";
  if (first == "top" && parsed.once && !parsed.watch.empty())
    return "--watch and --once exclude each other: give one of them";
  if (parsed.options.format == Format::kName && !names && first != "top")
    return "-o name is for what lists or shows things, such as 'node list'";
  if (parsed.watch.empty()) return "";
  if (parsed.patience.asked()) return "--watch and --wait exclude each other: give one of them";
  if (!lists && last != "status" && last != "mode" && last != "eval" && last != "explain" && first != "top")
    return "--watch is for what shows things, such as 'node list' or 'status'";
  const auto interval = watch_interval(parsed.watch);
  return interval ? "" : "--watch: " + interval.error().message;
}

int say_usage(const std::string& sentence, const std::vector<std::string>& command) {
  std::string path;
  for (const std::string& word : command) path += " " + word;
  fail(sentence);
  std::fprintf(stderr, "hotspotctl%s --help says how it is used.\n", path.c_str());
  return kUsage;
}

// Handles a wrong command line or a request for help, and returns the exit code; empty: it was neither.
std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  const std::vector<std::string> command = command_words(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion&) {
    return show_version();
  } catch (const CLI::CallForHelp&) {
    return show_help(app, command);
  } catch (const CLI::ParseError& problem) {
    const std::string sentence = wrong_command(app, argc, argv);
    return say_usage(sentence.empty() ? wrong_arguments(app, problem, argc, argv) : sentence, command);
  }
  return std::nullopt;
}

}  // namespace

void add_wait(CLI::App* command, Patience& patience, const std::string& until) {
  command->add_flag("--wait{forever}", patience.text, until)->option_text("[=TIME]");
}

void build(CLI::App& app, Parsed& parsed) {
  app.description("See and steer Hotspot");
  app.set_help_flag("-h,--help", "Say how it is used, with examples");
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", std::string("hotspotctl ") + kVersion, "What this hotspotctl is made of");
  add_output_options(app, parsed);
  add_where_options(app, parsed);
  on_each_session(app.add_subcommand("status", "Who leads, the state of the cluster, what is wrong; for all clusters"),
                  parsed, status);
  add_top_command(app, parsed);
  add_graph_command(app, parsed);
  add_report_command(app, parsed);
  add_node_commands(app, parsed);
  add_domain_commands(app, parsed);
  add_rule_commands(app, parsed);
  add_action_commands(app, parsed);
  add_decision_commands(app, parsed);
  add_plan_commands(app, parsed);
  add_simulate_command(app, parsed);
  add_hold_commands(app, parsed);
  add_mode_commands(app, parsed);
  add_own_commands(app, parsed);
}

int run(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "__complete")
    return complete(std::vector<std::string>(argv + 2, argv + argc));
  CLI::App app;
  Parsed parsed;
  build(app, parsed);
  screen() = screen_of_process(Colours::kAuto);
  if (const auto code = parse(app, argc, argv)) return *code;
  const std::vector<std::string> command = command_words(app, argc, argv);
  if (const std::string wrong = wrong_together(command, parsed); !wrong.empty()) return say_usage(wrong, command);
  screen() = screen_of_process(parsed.colours);
  screen().heads = !parsed.no_heads;
  if (parsed.wide) screen().width = 0;
  if (parsed.watch.empty() || command.front() == "top") return parsed.run();
  const bool table = parsed.options.format == Format::kTable;
  return watch(parsed.run, *watch_interval(parsed.watch), table ? Heads::kTime : Heads::kNone);
}

}  // namespace hotspot::ctl
