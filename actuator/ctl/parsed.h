// What the command line was parsed into, and how a command is hung in.
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
  bool once = false;                 // of `top`, which otherwise shows it again by itself
  Patience patience;                 // of what begins something
  std::vector<std::string> command;  // that help is asked of
  std::function<int()> run;
};

// The command below `app` that is called so; null: none.
CLI::App* subcommand_of(CLI::App& app, const std::string& name);
// --wait[=TIME].
void add_wait(CLI::App* command, Patience& patience, const std::string& until);

// An option that takes one of some words; what is wrong with another is said with the nearest.
CLI::Option* add_choice(CLI::App& command, const std::string& name, const std::string& help,
                        const std::vector<std::string>& words, std::function<void(const std::string&)> take);
// -n, --count: 1 to 10,000.
CLI::Option* add_count(CLI::App* command, Parsed& parsed);

// A command that needs nothing but its arguments.
inline void on_call(CLI::App* command, Parsed& parsed, std::function<int()> run) {
  command->callback([&parsed, run = std::move(run)] { parsed.run = run; });
}

// What is run once all is parsed, unless a command behind this one says something else.
inline void on_session_now(Parsed& parsed, std::function<int(Session&)> run) {
  parsed.run = [&parsed, run = std::move(run)] { return in_session(parsed.options, run); };
}

// A command that talks to Redis.
inline void on_session(CLI::App* command, Parsed& parsed, std::function<int(Session&)> run) {
  command->callback([&parsed, run = std::move(run)] { on_session_now(parsed, run); });
}

// A command that shows every cluster that is configured, unless --cluster names one. The worst exit code of all.
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

// "7d" on a command line; what is wrong is said in the words of rule files.
CLI::Option* add_time(CLI::App* command, const std::string& name, Milliseconds& into, const std::string& help);

// Where RRD files are: as asked, otherwise as configured, otherwise where collectd has them.
struct AskedHistory {
  std::vector<std::string>& rrd;
  std::string& rrdcached;
  std::string& plugin;
};
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
// hotspotctl node …
void add_node_commands(CLI::App& app, Parsed& parsed);

}  // namespace hotspot::ctl
