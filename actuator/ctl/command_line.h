// What is wrong with a command line, where CLI11 says less than it could.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace hotspot::ctl {

// "there is no command 'frobnicate', did you mean 'format'?": if a command is not known, or is missing. Empty: neither.
std::string wrong_command(CLI::App& app, int argc, const char* const* argv);

// The words that are commands, in order: "-o json node list h1" ▶ node, list.
std::vector<std::string> command_words(CLI::App& root, int argc, const char* const* argv);

// What is wrong with a command line that CLI11 has refused, in our own words.
std::string wrong_arguments(CLI::App& app, const CLI::ParseError& problem, int argc, const char* const* argv);

}  // namespace hotspot::ctl
