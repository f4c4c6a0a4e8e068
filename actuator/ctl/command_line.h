// Explains what is wrong with a command line, where CLI11's own message is too terse.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace hotspot::ctl {

// If a command is unknown or missing: "there is no command 'frobnicate', did you mean 'format'?". Empty: neither.
std::string wrong_command(CLI::App& app, int argc, const char* const* argv);

// The words that are commands, in order: "-o json node list h1" → node, list.
std::vector<std::string> command_words(CLI::App& root, int argc, const char* const* argv);

// What is wrong with a command line that CLI11 refused, in our own words.
std::string wrong_arguments(CLI::App& app, const CLI::ParseError& problem, int argc, const char* const* argv);

}  // namespace hotspot::ctl
