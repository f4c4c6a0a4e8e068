// What the command line was parsed into, and how a command is hung in.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

struct Parsed {
  Options options;
  std::string name, node, domain;
  std::vector<std::string> paths;
  std::size_t count = 20;
  std::function<int()> run;
};

// A command that needs nothing but its arguments.
inline void on_call(CLI::App* command, Parsed& parsed, std::function<int()> run) {
  command->callback([&parsed, run = std::move(run)] { parsed.run = run; });
}

// A command that talks to Redis.
inline void on_session(CLI::App* command, Parsed& parsed, std::function<int(Session&)> run) {
  on_call(command, parsed, [&parsed, run = std::move(run)] {
    const auto session = Session::open(parsed.options);
    return session == nullptr ? static_cast<int>(kUsage) : run(*session);
  });
}

// hotspotctl rule …
void add_rule_commands(CLI::App& app, Parsed& parsed);

}  // namespace hotspot::ctl
