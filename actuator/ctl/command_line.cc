#include "actuator/ctl/command_line.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "actuator/ctl/parsed.h"
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

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

}  // namespace

CLI::Option* add_choice(CLI::App& command, const std::string& name, const std::string& help,
                        const std::vector<std::string>& words, std::function<void(const std::string&)> take) {
  const std::string option = name.substr(name.find("--"), name.find(',', name.find("--")) - name.find("--"));
  return command.add_option_function<std::string>(
      name,
      [option, words, take = std::move(take)](const std::string& word) {
        if (std::find(words.begin(), words.end(), word) != words.end()) return take(word);
        const std::string near = rules::nearest(word, {words.begin(), words.end()});
        throw CLI::ValidationError(option, "'" + word + "' is none of " + listed(words) +
                                               (near.empty() ? "" : "; did you mean '" + near + "'?"));
      },
      help);
}

CLI::Option* add_count(CLI::App* command, Parsed& parsed) {
  return command
      ->add_option_function<std::string>(
          "-n,--count",
          [&parsed](const std::string& text) {
            constexpr std::size_t kMost = 10'000;
            std::size_t count = 0;
            const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
            if (problem != std::errc() || end != text.data() + text.size() || count < 1 || count > kMost)
              throw CLI::ValidationError("--count", "'" + text + "' is no number from 1 to 10000");
            parsed.count = count;
          },
          "How many, 1 to 10000")
      ->option_text("COUNT [20]");
}

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
