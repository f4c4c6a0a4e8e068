// What is wrong with a command line, where CLI11 says less than it could.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace hotspot::ctl {

// "there is no command 'frobnicate', did you mean 'format'?": if a command is not known, or is missing. Empty: neither.
std::string wrong_command(CLI::App& app, int argc, const char* const* argv);

}  // namespace hotspot::ctl
