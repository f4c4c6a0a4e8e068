// hotspotctl help, --help: usage, examples, arguments and options of a command, in that order; and the exit codes.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace hotspot::ctl {

// Of the command that is named so ("node drain"); of all, if there is no word.
std::string help_text(CLI::App& root, const std::vector<std::string>& command);

// Prints it. kUsage, after a sentence, where there is no such command.
int show_help(CLI::App& root, const std::vector<std::string>& command);

// A line for each exit code, the same for every command; hotspotctl(1) has the same table.
std::string exit_codes_text();

// "NODE" of a positional, "--node NODE", "-w, --watch[=TIME]".
std::string usage_of(const CLI::Option& option);

}  // namespace hotspot::ctl
