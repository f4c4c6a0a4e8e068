// hotspot-console: the web console and HTTP API of a cluster. See hotspot-console(8).
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "actuator/console/config.h"
#include "actuator/console/log.h"
#include "actuator/console/run.h"
#include "actuator/console/token_commands.h"
#include "common/files/regular_file.h"
#include "common/text/visible.h"
#include "hotspot_version.h"

using namespace hotspot;

namespace {

constexpr int kUsage = 2;
constexpr const char* kUsualConfig = "/etc/hotspot/hotspot-console.yaml";
constexpr std::size_t kMostConfigBytes = 1u << 20;

struct Words {
  std::string config_path, listen, cluster, redis;
  console::NewToken token{.name = "", .role = "", .expires = "90d"};
  std::string removed;
  bool check = false;
};

void complain(const std::string& message) {
  std::fprintf(stderr, "hotspot-console: %s\n", text::visible(message, text::kMostLineBytes).c_str());
}

// What the command line says instead of the file.
Result<void> override_by(const Words& words, console::Config& config) {
  if (!words.cluster.empty()) config.cluster = words.cluster;
  if (!words.redis.empty())
    if (const auto set = redis::set_address(words.redis, config.redis); !set) return set.error();
  if (!words.listen.empty()) {
    const auto address = console::listen_address(words.listen);
    if (!address) return address.error();
    config.listen = *address;
  }
  if (const std::string wrong = console::problem_of(config); !wrong.empty()) return Error{wrong};
  return {};
}

// Empty: the errors were printed on standard error. Without a file: the defaults.
std::optional<console::Config> read_config(const Words& words) {
  console::Config config;
  const std::string path = words.config_path.empty() ? kUsualConfig : words.config_path;
  if (!words.config_path.empty() || access(path.c_str(), F_OK) == 0) {
    auto text = files::read_text(path, kMostConfigBytes);
    if (!text) return complain(text.error().message), std::nullopt;
    const rules::SourceFile file{path, std::move(*text)};
    console::CheckedConfig checked = console::check_config(file);
    if (!checked.config) return std::fputs(rules::format(checked.diagnostics, {file}).c_str(), stderr), std::nullopt;
    config = std::move(*checked.config);
  }
  if (const auto done = override_by(words, config); !done) return complain(done.error().message), std::nullopt;
  return config;
}

void define(CLI::App& app, Words& words) {
  app.add_option("-c,--config", words.config_path, "Configuration file")
      ->option_text(std::string("FILE [") + kUsualConfig + "]");
  app.add_option("--listen", words.listen, "Address to listen on")->option_text("HOST:PORT [127.0.0.1:8400]");
  app.add_option("--cluster", words.cluster, "The cluster")->option_text("NAME");
  app.add_option("--redis", words.redis, "Where Redis is")->option_text("HOST:PORT|unix:PATH|sentinel:NAME@HOST:PORT");
  app.add_flag("--check", words.check, "Check the configuration, say what is wrong, and end");
  app.set_version_flag("--version", std::string("hotspot-console ") + kVersion);
  CLI::App* token = app.add_subcommand("token", "Who may use the console")->require_subcommand(1);
  CLI::App* add = token->add_subcommand("add", "Make a token, and print it once");
  add->add_option("NAME", words.token.name, "Its user")->required();
  add->add_option("--role", words.token.role, "viewer, operator or admin")->option_text("ROLE")->required();
  add->add_option("--expires", words.token.expires, "When it ends")->option_text("TIME|never [90d]");
  token->add_subcommand("list", "List the tokens");
  token->add_subcommand("remove", "Take a user's token away, and end its sessions")
      ->add_option("NAME", words.removed, "Its user")
      ->required();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Serves the web console and the HTTP API of a cluster of Hotspot.", "hotspot-console"};
  Words words;
  define(app, words);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : kUsage;
  }
  const auto config = read_config(words);
  if (!config) return kUsage;
  if (words.check) return 0;
  CLI::App* token = app.get_subcommand("token");
  if (token->get_subcommand("add")->parsed()) return console::add_token(*config, words.token);
  if (token->get_subcommand("list")->parsed()) return console::list_tokens(*config);
  if (token->get_subcommand("remove")->parsed()) return console::remove_token(*config, words.removed);
  const int status = console::run(*config);
  console::end_log();
  return status;
}
