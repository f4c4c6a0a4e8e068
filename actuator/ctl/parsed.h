// The result of parsing the command line, and helpers for adding commands.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "actuator/ctl/commands.h"
#include "actuator/ctl/node_admission.h"
#include "actuator/ctl/screen.h"
#include "actuator/ctl/session.h"

namespace hotspot::ctl {

struct Parsed {
  Options options;
  std::string name, node, domain;
  std::vector<std::string> paths;
  std::size_t count = 20;
  HoldRequest hold;
  AdmissionRequest admission;
  bool waiting = false;
  bool wide = false, no_heads = false;
  Colours colours = Colours::kAuto;
  std::string watch;                 // an interval; empty: once
  bool once = false;                 // for `top`, which otherwise refreshes by itself
  Patience patience;                 // for commands that begin something
  std::vector<std::string> command;  // the command to show help for
  std::function<int()> run;
};

// The subcommand of `app` with this name; null: none.
CLI::App* subcommand_of(CLI::App& app, const std::string& name);
// --wait[=TIME].
void add_wait(CLI::App* command, Patience& patience, const std::string& until);

struct Choice {
  std::string name;  // "-o,--output"; without dashes: a positional argument
  std::string help;
  std::vector<std::string> words;
};
// An option with a fixed set of values; the message for a wrong value suggests the nearest.
CLI::Option* add_choice(CLI::App& command, const Choice& choice, std::function<void(const std::string&)> take);
// -n, --count: 1 to 10,000.
CLI::Option* add_count(CLI::App* command, Parsed& parsed);

// A command that needs only its arguments.
inline void on_call(CLI::App* command, Parsed& parsed, std::function<int()> run) {
  command->callback([&parsed, run = std::move(run)] { parsed.run = run; });
}

// Runs after parsing, unless a later subcommand sets another action.
inline void on_session_now(Parsed& parsed, std::function<int(Session&)> run) {
  parsed.run = [&parsed, run = std::move(run)] { return in_session(parsed.options, run); };
}

// A command that uses Redis.
inline void on_session(CLI::App* command, Parsed& parsed, std::function<int(Session&)> run) {
  command->callback([&parsed, run = std::move(run)] { on_session_now(parsed, run); });
}

// A command that shows all configured clusters unless --cluster names one. Returns the worst exit code.
inline void on_each_session(CLI::App* command, Parsed& parsed, std::function<int(Session&)> run) {
  on_call(command, parsed, [&parsed, run = std::move(run)] {
    std::vector<std::string> clusters{parsed.options.cluster};
    if (parsed.options.cluster.empty()) clusters = configured_clusters(parsed.options);
    int worst = clusters.empty() ? static_cast<int>(kUsage) : static_cast<int>(kDone);
    for (const std::string& cluster : clusters) {
      Options options = parsed.options;
      options.cluster = cluster;
      const int code = in_session(options, run);
      if (worst == kDone || code == kFailed) worst = code;
      if (cluster != clusters.back() && options.format == Format::kTable) std::puts("");
    }
    return worst;
  });
}

// "7d" on a command line; messages are those for durations in rule files.
CLI::Option* add_time(CLI::App* command, const std::string& name, Milliseconds& into, const std::string& help);

// Where RRD files are: from the option, otherwise from the configuration, otherwise collectd's default.
struct AskedHistory {
  std::vector<std::string>& rrd;
  std::string& rrdcached;
  std::string& plugin;
};
// --rrd, --rrdcached and --plugin. rrd: what the first is for, as help has it. The three must outlive the command.
void add_history_options(CLI::App* command, const AskedHistory& asked, const std::string& rrd);
void choose_history(const daemon::Config& config, const AskedHistory& asked);

// hotspotctl rule …
void add_rule_commands(CLI::App& app, Parsed& parsed);
// hotspotctl hold …, hotspotctl mode …
void add_hold_commands(CLI::App& app, Parsed& parsed);
void add_mode_commands(CLI::App& app, Parsed& parsed);
// hotspotctl graph
void add_graph_command(CLI::App& app, Parsed& parsed);
// hotspotctl report
void add_report_command(CLI::App& app, Parsed& parsed);
// hotspotctl top
void add_top_command(CLI::App& app, Parsed& parsed);
// hotspotctl plan …
void add_plan_commands(CLI::App& app, Parsed& parsed);
// hotspotctl domain …
void add_domain_commands(CLI::App& app, Parsed& parsed);
// hotspotctl node …
void add_node_commands(CLI::App& app, Parsed& parsed);

}  // namespace hotspot::ctl
