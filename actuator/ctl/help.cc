#include "actuator/ctl/help.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "actuator/ctl/command_line.h"
#include "actuator/ctl/help_examples.h"
#include "actuator/ctl/layout.h"
#include "actuator/ctl/parsed.h"
#include "actuator/ctl/screen.h"
#include "actuator/ctl/session.h"
#include "common/text/ascii.h"
#include "common/text/characters.h"

namespace hotspot::ctl {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

std::string upper(std::string text) {
  for (char& c : text) c = c == '-' ? '_' : text::upper_case(c);
  return text;
}

std::vector<CLI::App*> commands_in(CLI::App& app) {
  return app.get_subcommands([](CLI::App* one) { return !one->get_name().empty() && !one->get_group().empty(); });
}

// Titles on the left with their meaning beside them, within the width of the screen.
std::string section(const std::string& title, const Texts& texts) {
  constexpr std::size_t kMostLeft = 26;
  if (texts.empty()) return "";
  std::size_t left = 0;
  for (const auto& [name, text] : texts)
    if (const std::size_t width = text::columns_of(name); width <= kMostLeft) left = std::max(left, width);
  std::string lines = "\n" + inked(title, Ink::kTitle) + "\n";
  const std::size_t indent = left + 4;
  for (const auto& [name, text] : texts) {
    const std::size_t width = text::columns_of(name);
    const std::string head =
        "  " + name +
        (width <= left ? std::string(left - width + 2, ' ') : "\n" + std::string(text.empty() ? 0 : indent, ' '));
    std::string body = wrapped(std::string(indent, ' ') + text, screen().width, indent).substr(indent);
    lines += head + body + "\n";
  }
  return lines;
}

Texts options_of(CLI::App& app, bool positional) {
  Texts texts;
  for (const CLI::Option* option : app.get_options()) {
    const bool of_all = app.get_parent() != nullptr && option == app.get_help_ptr();
    if (option->get_positional() != positional || option->get_group().empty() || of_all) continue;
    const std::string must = option->get_required() && !positional ? " (must be given)" : "";
    texts.emplace_back(usage_of(*option), option->get_description() + must);
  }
  return texts;
}

CLI::App* descend(CLI::App& root, const std::vector<std::string>& words) {
  CLI::App* at = &root;
  for (const std::string& word : words) {
    CLI::App* next = subcommand_of(*at, word);
    if (next == nullptr) break;
    at = next;
  }
  return at;
}

std::string usage(CLI::App& app, const std::string& name) {
  std::string text = "Usage: " + name;
  const auto commands = commands_in(app);
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string many = option->get_expected_max() > 1 ? "..." : "";
    text += option->get_required() ? " " + usage_of(*option) + many : " [" + usage_of(*option) + many + "]";
  }
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_required() && !option->get_positional())
      text += " --" + option->get_lnames().front() + " " + option->get_option_text();
  }
  if (!commands.empty()) text += app.get_require_subcommand_min() > 0 ? " COMMAND" : " [COMMAND]";
  return wrapped(text + " [OPTIONS]", screen().width, 7) + "\n";
}

}  // namespace

std::string usage_of(const CLI::Option& option) {
  if (option.get_positional()) return upper(option.get_name(true));
  std::string text;
  for (const std::string& name : option.get_snames()) text += (text.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) text += (text.empty() ? "--" : ", --") + name;
  const std::string& value = option.get_option_text();
  if (!value.empty()) return text + (value.starts_with("[=") ? "" : " ") + value;
  const bool takes = option.get_expected_max() > 0;
  return takes && !option.get_lnames().empty() ? text + " " + upper(option.get_lnames().front()) : text;
}

std::string exit_codes_text() {
  return section("Exit codes:",
                 {{"0", "done; also of an empty list"},
                  {"1", "failed, or refused by the leader, or not within --wait"},
                  {"2", "the command line or the configuration is wrong"},
                  {"3",
                   "what was named is not there: a node, domain, rule, action, decision or hold; "
                   "no value; nobody leads yet"},
                  {"4", "something was skipped, because it no longer holds or is so already; nothing failed"},
                  {"130", "ended by Ctrl-C"}});
}

std::string help_text(CLI::App& root, const std::vector<std::string>& command) {
  CLI::App* app = descend(root, command);
  std::string name = "hotspotctl", path;
  for (const CLI::App* one = app; one != &root; one = one->get_parent())
    path = one->get_name() + (path.empty() ? "" : " ") + path;
  if (!path.empty()) name += " " + path;
  std::string text = usage(*app, name) + "\n" + wrapped(app->get_description() + ".", screen().width, 0) + "\n";
  Texts examples;
  for (const Example& one : kExamples)
    if (path == one.command) examples.emplace_back(one.line, one.meaning);
  text += section("Examples:", examples);
  Texts commands;
  for (CLI::App* one : commands_in(*app)) commands.emplace_back(one->get_name(), one->get_description());
  text += section("Commands:", commands) + section("Arguments:", options_of(*app, true));
  if (app != &root) text += section("Options:", options_of(*app, false));
  text += section(app == &root ? "Options:" : "Options of all commands:", options_of(root, false)) + exit_codes_text();
  if (!commands.empty())
    text +=
        "\nhotspotctl help " + (path.empty() ? "" : path + " ") + "COMMAND says more of each; man hotspotctl of all.\n";
  return text;
}

int show_help(CLI::App& root, const std::vector<std::string>& command) {
  std::vector<const char*> words{"hotspotctl"};
  for (const std::string& word : command) words.push_back(word.c_str());
  CLI::App* at = &root;
  for (const std::string& word : command) {
    if (CLI::App* next = subcommand_of(*at, word)) {
      at = next;
      continue;
    }
    const std::string wrong = wrong_command(root, static_cast<int>(words.size()), words.data());
    fail(wrong.empty() ? "'" + word + "' is no command" : wrong);
    return kUsage;
  }
  std::fputs(help_text(root, command).c_str(), stdout);
  return kDone;
}

}  // namespace hotspot::ctl
