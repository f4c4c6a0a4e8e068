#include "actuator/ctl/command_line.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "actuator/rules/diagnostic.h"

namespace hotspot::ctl {
namespace {

using Commands = std::vector<CLI::App*>;

Commands commands_of(CLI::App& app) {
  return app.get_subcommands([](CLI::App*) { return true; });
}

std::string names_of(const Commands& commands) {
  std::string text;
  for (const CLI::App* command : commands) text += (text.empty() ? "" : ", ") + command->get_name();
  return text;
}

std::string unknown(const std::string& path, const std::string& word, const Commands& known) {
  std::vector<std::string> names;
  for (const CLI::App* command : known) names.push_back(command->get_name());
  const std::string near = rules::nearest(word, {names.begin(), names.end()});
  return "there is no command '" + path + word + "'" +
         (near.empty() ? "; there are " + names_of(known) : ", did you mean '" + path + near + "'?");
}

// Does the word that follows belong to this option?
bool takes_value(CLI::App& root, CLI::App& at, const std::string& option) {
  if (option.find('=') != std::string::npos) return false;
  for (CLI::App* app : {&at, &root}) {
    if (const CLI::Option* known = app->get_option_no_throw(option)) return known->get_expected_max() > 0;
  }
  return false;
}

}  // namespace

std::string wrong_command(CLI::App& app, int argc, const char* const* argv) {
  CLI::App* at = &app;
  std::string path;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "-h" || word == "--help" || word == "--version" || word == "--") return "";
    if (word.starts_with("-")) {
      if (takes_value(app, *at, word)) ++i;
      continue;
    }
    const Commands known = commands_of(*at);
    if (known.empty()) return "";
    const auto next =
        std::find_if(known.begin(), known.end(), [&](const CLI::App* command) { return command->get_name() == word; });
    if (next == known.end()) return unknown(path, word, known);
    at = *next;
    path += word + " ";
  }
  const Commands known = commands_of(*at);
  if (known.empty()) return "";
  return (path.empty() ? "name a command" : "'hotspotctl " + path.substr(0, path.size() - 1) + "' needs a word more") +
         ": " + names_of(known) + "; --help says what each does";
}

}  // namespace hotspot::ctl
