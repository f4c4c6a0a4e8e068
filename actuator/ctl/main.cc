// hotspotctl: the operator's hand. See hotspotctl(1).
#include <csignal>
#include <map>

#include "actuator/ctl/command_line.h"
#include "actuator/ctl/commands.h"
#include "actuator/ctl/parsed.h"
#include "hotspot_version.h"

using namespace hotspot;
using ctl::on_session;
using ctl::Parsed;
using ctl::Session;

namespace {

void add_action_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* action = app.add_subcommand("action", "Actions: what the journal holds")->require_subcommand(1);
  CLI::App* list = action->add_subcommand("list", "The newest actions, and how each ended");
  list->add_option("-n,--count", parsed.count, "How many")->check(CLI::Range(1, 10'000))->capture_default_str();
  list->add_option("--domain", parsed.domain, "Only this domain's (name or UUID)");
  on_session(list, parsed, [&parsed](Session& s) { return ctl::action_list(s, parsed.count, parsed.domain); });
  CLI::App* show = action->add_subcommand("show", "Every state of one action, with its figures");
  show->add_option("id", parsed.name, "The action's ID")->required();
  on_session(show, parsed, [&parsed](Session& s) { return ctl::action_show(s, parsed.name); });
  CLI::App* cancel = action->add_subcommand("cancel", "End an action that is under way; the domain stays where it was");
  cancel->add_option("id", parsed.name, "The action's ID")->required();
  on_session(cancel, parsed, [&parsed](Session& s) { return ctl::action_cancel(s, parsed.name); });
}

void add_decision_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* decision =
      app.add_subcommand("decision", "Decisions: why it did that, and why it did not")->require_subcommand(1);
  CLI::App* list = decision->add_subcommand("list", "The newest decisions, a line each");
  list->add_option("-n,--count", parsed.count, "How many")->check(CLI::Range(1, 10'000))->capture_default_str();
  on_session(list, parsed, [&parsed](Session& s) { return ctl::decision_list(s, parsed.count); });
  CLI::App* show = decision->add_subcommand("show", "One decision with all that was considered and refused");
  show->add_option("id", parsed.name, "The decision's ID")->required();
  on_session(show, parsed, [&parsed](Session& s) { return ctl::decision_show(s, parsed.name); });
}

void add_domain_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* domain = app.add_subcommand("domain", "Domains")->require_subcommand(1);
  CLI::App* list = domain->add_subcommand("list", "All domains, with load and where they run");
  list->add_option("--node", parsed.node, "Only on this node");
  on_session(list, parsed, [&parsed](Session& s) { return ctl::domain_list(s, parsed.node); });
}

void add_commands(CLI::App& app, Parsed& parsed) {
  ctl::on_each_session(app.add_subcommand("status", "Who leads, what it believes, what is wrong; of all clusters"),
                       parsed, ctl::status);
  ctl::add_node_commands(app, parsed);
  add_domain_commands(app, parsed);
  ctl::add_rule_commands(app, parsed);
  add_action_commands(app, parsed);
  add_decision_commands(app, parsed);
  ctl::add_hold_commands(app, parsed);
  ctl::add_mode_commands(app, parsed);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_DFL);
  CLI::App app{"See and steer Hotspot.\nExit codes: 0 done, 1 failed, 2 usage, 3 nothing to do or not found."};
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", std::string("hotspotctl ") + kVersion);
  Parsed parsed;
  const std::map<std::string, ctl::Format> formats{{"table", ctl::Format::kTable},
                                                   {"json", ctl::Format::kJson},
                                                   {"yaml", ctl::Format::kYaml},
                                                   {"prometheus", ctl::Format::kPrometheus}};
  app.add_option("-o,--output", parsed.options.format, "table, json or yaml; status: prometheus too")
      ->transform(CLI::CheckedTransformer(formats).description(""))
      ->option_text("FORMAT [table]");
  app.add_option("-c,--config", parsed.options.config_path, "hotspotd.yaml or a file with its keys cluster and redis")
      ->envname("HOTSPOT_CONFIG");
  app.add_option("--cluster", parsed.options.cluster, "The cluster, instead of the configured one");
  app.add_option("--redis", parsed.options.redis, "HOST:PORT[,...], unix:PATH or sentinel:MASTER@HOST:PORT[,...]");
  add_commands(app, parsed);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    if (const std::string sentence = ctl::wrong_command(app, argc, argv); !sentence.empty()) {
      ctl::fail(sentence);
      return ctl::kUsage;
    }
    return app.exit(problem) == 0 ? 0 : ctl::kUsage;
  }
  if (parsed.options.format == ctl::Format::kPrometheus && !app.got_subcommand("status")) {
    ctl::fail("-o prometheus is for 'status' alone");
    return ctl::kUsage;
  }
  return parsed.run();
}
