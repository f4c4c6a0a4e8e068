// hotspotctl help, --help: usage, examples, arguments and options of a command, in that order; and the exit codes.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace hotspot::ctl {

// Help for the named command ("node drain"); the overview if no command is given.
std::string help_text(CLI::App& root, const std::vector<std::string>& command);

// Prints it. kUsage, after a message, if there is no such command.
int show_help(CLI::App& root, const std::vector<std::string>& command);

// One line per exit code, the same for every command; hotspotctl(1) has the same table.
std::string exit_codes_text();

// "NODE" for a positional argument, "--node NODE", "-w, --watch[=TIME]".
std::string usage_of(const CLI::Option& option);

}  // namespace hotspot::ctl
