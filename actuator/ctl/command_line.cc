#include "actuator/ctl/command_line.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "actuator/ctl/help.h"
#include "actuator/ctl/parsed.h"
#include "actuator/rules/language/diagnostic.h"
#include "common/text/nearest.h"
#include "common/text/words.h"

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
  const std::string near = text::nearest(word, {names.begin(), names.end()});
  return "there is no command '" + path + word + "'" +
         (near.empty() ? "; there are " + names_of(known) : ", did you mean '" + path + near + "'?");
}

// Does the next word belong to this option?
bool takes_value(CLI::App& root, CLI::App& at, const std::string& option) {
  if (option.find('=') != std::string::npos) return false;
  for (CLI::App* app : {&at, &root}) {
    if (const CLI::Option* known = app->get_option_no_throw(option)) return known->get_expected_max() > 0;
  }
  return false;
}

CLI::App* last_command(CLI::App& root, int argc, const char* const* argv) {
  CLI::App* at = &root;
  for (const std::string& word : command_words(root, argc, argv)) at = subcommand_of(*at, word);
  return at;
}

// An option that neither the command nor hotspotctl has; empty: all are known.
std::string unknown_option(CLI::App& root, CLI::App& at, int argc, const char* const* argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string word = argv[i], name = word.substr(0, word.find('='));
    if (word.size() < 2 || word.front() != '-') continue;
    if (name == "--help" || name == "--version") continue;
    const bool is_long = name.starts_with("--");
    const std::string one = is_long ? name : name.substr(0, 2);
    if (one == "-h") continue;
    if (at.get_option_no_throw(one) == nullptr && root.get_option_no_throw(one) == nullptr) return one;
    if ((is_long || word.size() == 2) && takes_value(root, at, word)) ++i;
  }
  return "";
}

std::string say_option(CLI::App& root, CLI::App& at, const std::string& name) {
  std::vector<std::string> names;
  for (CLI::App* app : {&at, &root})
    for (const CLI::Option* option : app->get_options())
      for (const std::string& one : option->get_lnames()) names.push_back("--" + one);
  const std::string near = text::nearest(name, {names.begin(), names.end()});
  return "there is no option '" + name + "'" + (near.empty() ? "" : ", did you mean '" + near + "'?");
}

// The first required argument or option that is missing.
const CLI::Option* missing(CLI::App& at) {
  for (const CLI::Option* option : at.get_options())
    if (option->get_required() && option->count() == 0) return option;
  return nullptr;
}

std::string path_of(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? "hotspotctl" : path_of(*parent) + " " + app.get_name();
}

}  // namespace

CLI::Option* add_choice(CLI::App& command, const Choice& choice, std::function<void(const std::string&)> take) {
  const std::string& name = choice.name;
  const std::size_t dashes = name.find("--");  // none: a positional argument
  const std::string option = dashes == std::string::npos ? name : name.substr(dashes, name.find(',', dashes) - dashes);
  return command.add_option_function<std::string>(
      name,
      [option, words = choice.words, take = std::move(take)](const std::string& word) {
        if (std::find(words.begin(), words.end(), word) != words.end()) return take(word);
        const std::string near = text::nearest(word, {words.begin(), words.end()});
        throw CLI::ValidationError(option, "'" + word + "' is none of " + text::listed(words, " or ") +
                                               (near.empty() ? "" : "; did you mean '" + near + "'?"));
      },
      choice.help);
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

CLI::App* subcommand_of(CLI::App& app, const std::string& name) {
  const auto found = app.get_subcommands([&](CLI::App* one) { return one->get_name() == name; });
  return found.empty() ? nullptr : found.front();
}

std::vector<std::string> command_words(CLI::App& root, int argc, const char* const* argv) {
  std::vector<std::string> words;
  CLI::App* at = &root;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with("-")) {
      if (takes_value(root, *at, word)) ++i;
    } else if (CLI::App* next = subcommand_of(*at, word)) {
      words.push_back(word);
      at = next;
    }
  }
  return words;
}

std::string wrong_arguments(CLI::App& app, const CLI::ParseError& problem, int argc, const char* const* argv) {
  CLI::App& at = *last_command(app, argc, argv);
  const std::string text = problem.what();
  const std::string name = text.substr(0, text.find(':'));  // of the option concerned, if there is one
  if (const std::string option = unknown_option(app, at, argc, argv); !option.empty())
    return say_option(app, at, option);
  if (dynamic_cast<const CLI::ValidationError*>(&problem) != nullptr) return text;  // ours: "--count: 'x' is no number"
  if (dynamic_cast<const CLI::RequiredError*>(&problem) != nullptr) {
    if (const CLI::Option* option = missing(at)) {
      const std::string what = option->get_positional() ? usage_of(*option) : "--" + option->get_lnames().front();
      return what + " is required by '" + path_of(at) + "': " + option->get_description();
    }
  }
  if (dynamic_cast<const CLI::ExcludesError*>(&problem) != nullptr)
    return "--for and --until exclude each other: give one of them";
  if (dynamic_cast<const CLI::RequiresError*>(&problem) != nullptr) return text;  // "--domain-more requires --vcpus"
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&problem) != nullptr) return name + " needs a value";
  if (dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr) {
    const auto extra = app.remaining(true);
    return "'" + path_of(at) + "' takes no " + (extra.empty() ? "more words" : "'" + extra.front() + "'");
  }
  return "what is given to '" + path_of(at) + "' does not fit: a word where none or another is wanted";
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
