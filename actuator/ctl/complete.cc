#include "actuator/ctl/complete.h"

#include <algorithm>
#include <cstdio>

#include "actuator/ctl/application.h"
#include "actuator/ctl/complete_values.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

// What has been typed so far.
struct Place {
  CLI::App* command = nullptr;
  std::vector<std::string> path;        // the names of commands
  std::vector<std::string> positional;  // the arguments after them
  const CLI::Option* waits = nullptr;   // the option whose value is next
};

// bash splits words at = and ":"; this joins them again.
std::vector<std::string> whole_words(const std::vector<std::string>& typed) {
  std::vector<std::string> words;
  bool glue = false;
  for (const std::string& word : typed) {
    const bool equals = word == "=" && !words.empty() && words.back().starts_with("--");
    const bool colons = !word.empty() && word.find_first_not_of(':') == std::string::npos && !words.empty();
    if (glue || equals || colons)
      words.back() += word;
    else
      words.push_back(word);
    glue = equals || colons;
  }
  if (words.empty()) words.emplace_back();
  return words;
}

const CLI::Option* option_of(Place& place, CLI::App& root, const std::string& name) {
  for (CLI::App* app : {place.command, &root})
    if (const CLI::Option* option = app->get_option_no_throw(name)) return option;
  return nullptr;
}

void keep_value(const CLI::Option& option, const std::string& value, Options& options) {
  if (option.check_lname("config")) options.config_path = value;
  if (option.check_lname("cluster")) options.cluster = value;
  if (option.check_lname("redis")) options.redis = value;
}

void take(Place& place, CLI::App& root, const std::string& word, Options& options) {
  if (place.waits != nullptr) {
    keep_value(*place.waits, word, options);
    place.waits = nullptr;
  } else if (word.size() > 1 && word.front() == '-') {
    const std::size_t equals = word.find('=');
    const CLI::Option* option = option_of(place, root, word.substr(0, equals));
    if (option == nullptr || option->get_expected_max() == 0) return;
    if (equals == std::string::npos)
      place.waits = option;
    else
      keep_value(*option, word.substr(equals + 1), options);
  } else if (CLI::App* next = subcommand_of(*place.command, word)) {
    place.command = next;
    place.path.push_back(word);
  } else {
    place.positional.push_back(word);
  }
}

std::vector<Offer> command_offers(CLI::App& app) {
  std::vector<Offer> offers;
  for (const CLI::App* one : app.get_subcommands([](CLI::App*) { return true; }))
    offers.push_back({one->get_name(), one->get_description()});
  return offers;
}

std::vector<Offer> options_of(Place& place, CLI::App& root) {
  std::vector<Offer> offers;
  for (CLI::App* app : {place.command, &root}) {
    for (const CLI::Option* option : app->get_options())
      for (const std::string& name : option->get_lnames()) offers.push_back({"--" + name, option->get_description()});
    if (place.command == &root) break;
  }
  return offers;
}

// The positional argument that the word at the cursor would be; null: none is left.
const CLI::Option* positional_of(const Place& place) {
  std::size_t index = place.positional.size();
  for (const CLI::Option* option : place.command->get_options()) {
    if (!option->get_positional()) continue;
    if (index == 0 || option->get_expected_max() > 1) return option;
    --index;
  }
  return nullptr;
}

void print(const std::vector<Offer>& offers, const std::string& before, const std::string& typed) {
  for (const Offer& one : offers) {
    const std::string whole = before + one.value;
    if (one.value == kFiles) {
      std::puts(kFiles);
    } else if (whole.starts_with(typed) && text::visible(one.value) == one.value) {
      // A name that contains invisible characters is not offered: the shell would type it.
      std::printf("%s\t%s\n", whole.c_str(), text::visible(one.about).c_str());
    }
  }
}

}  // namespace

int complete(const std::vector<std::string>& typed) {
  if (std::freopen("/dev/null", "w", stderr) == nullptr) return kDone;
  CLI::App app;
  Parsed parsed;
  build(app, parsed);
  std::vector<std::string> words = whole_words(typed);
  std::string cursor = words.back();
  words.pop_back();
  if (!cursor.empty() && (cursor.front() == '"' || cursor.front() == '\'')) cursor.erase(0, 1);
  Place place{.command = &app, .path = {}, .positional = {}, .waits = nullptr};
  for (const std::string& word : words) take(place, app, word, parsed.options);
  Asked asked{.path = place.path, .before = place.positional, .options = parsed.options};
  const std::size_t equals = cursor.starts_with("--") ? cursor.find('=') : std::string::npos;
  if (place.waits != nullptr) {
    print(values_of(*place.waits, asked), "", cursor);
  } else if (equals != std::string::npos) {
    const CLI::Option* option = option_of(place, app, cursor.substr(0, equals));
    if (option != nullptr) print(values_of(*option, asked), cursor.substr(0, equals + 1), cursor);
  } else if (cursor.starts_with("-")) {
    print(options_of(place, app), "", cursor);
  } else if (place.path == std::vector<std::string>{"help"}) {
    CLI::App* at = &app;
    for (const std::string& word : place.positional)
      if (at != nullptr) at = subcommand_of(*at, word);
    if (at != nullptr) print(command_offers(*at), "", cursor);
  } else if (const auto commands = command_offers(*place.command); !commands.empty()) {
    print(commands, "", cursor);
  } else if (const CLI::Option* option = positional_of(place)) {
    print(values_of(*option, asked), "", cursor);
  }
  return kDone;
}

}  // namespace hotspot::ctl
