#include "actuator/ctl/session.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "actuator/ctl/screen.h"
#include "actuator/daemon/redis_address.h"
#include "actuator/daemon/rule_files.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

std::string default_config_path() {
  if (const char* path = std::getenv("HOTSPOT_CONFIG")) return path;
  const char* xdg = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  const std::string own = xdg != nullptr ? xdg : (home != nullptr ? std::string(home) + "/.config" : std::string());
  for (const std::string& path : {own + "/hotspot/hotspotctl.yaml", std::string("/etc/hotspot/hotspotctl.yaml"),
                                  std::string("/etc/hotspot/hotspotd.yaml")}) {
    if (access(path.c_str(), R_OK) == 0) return path;
  }
  return "";
}

// For each cluster; empty after printing what is wrong.
std::vector<daemon::Config> read_configs(const Options& options) {
  const std::string path = options.config_path.empty() ? default_config_path() : options.config_path;
  if (path.empty()) return {daemon::Config()};
  const auto file = daemon::read_file(path);
  if (!file) {
    fail(file.error().message);
    return {};
  }
  daemon::CheckedConfig checked = daemon::check_config(*file);
  if (!checked.config) std::fputs(rules::format(checked.diagnostics, {*file}).c_str(), stderr);
  return std::move(checked.clusters);
}

std::optional<daemon::Config> choose(std::vector<daemon::Config> configs, const Options& options) {
  if (configs.empty()) return std::nullopt;
  std::string names;
  for (daemon::Config& one : configs) {
    if (one.cluster == options.cluster) return std::move(one);
    names += (names.empty() ? "" : ", ") + one.cluster;
  }
  if (configs.size() > 1) {
    fail((options.cluster.empty() ? "several clusters are configured; say which with --cluster: "
                                  : "no cluster '" + options.cluster + "' is configured; there are: ") +
         names);
    return std::nullopt;
  }
  if (!options.cluster.empty()) configs.front().cluster = options.cluster;
  return std::move(configs.front());
}

}  // namespace

std::vector<std::string> configured_clusters(const Options& options) {
  std::vector<std::string> names;
  for (const daemon::Config& one : read_configs(options)) names.push_back(one.cluster);
  return names;
}

std::unique_ptr<Session> Session::open(const Options& options) {
  std::optional<daemon::Config> config = choose(read_configs(options), options);
  if (!config) return nullptr;
  if (!options.redis.empty()) {
    auto problem = redis::set_address(options.redis, config->redis);
    const auto wrong = problem ? redis::check(config->redis) : problem.error().message;
    if (wrong) {
      fail("--redis: " + *wrong);
      return nullptr;
    }
  }
  auto connection = client::Connection::open({.cluster = config->cluster,
                                              .redis = daemon::redis_options(*config, "hotspotctl"),
                                              .freshness = config->freshness});
  if (!connection) {
    fail(connection.error().message);
    return nullptr;
  }
  std::unique_ptr<Session> session(new Session());
  session->config_ = *config;
  session->format_ = options.format;
  session->connection_ = std::move(*connection);
  return session;
}

int Session::show(const std::vector<Column>& columns, const std::vector<Cells>& rows, const nlohmann::json& json,
                  const std::string& nothing) const {
  if (format_ != Format::kTable) {
    std::fputs(to_text(json, format_).c_str(), stdout);
  } else if (rows.empty()) {
    std::fprintf(stderr, "%s\n",
                 wrapped(text::visible(nothing, text::kMostLineBytes), screen().error_width, 2).c_str());
  } else {
    std::fputs(table(columns, rows).c_str(), stdout);
  }
  return kDone;
}

int in_session(const Options& options, const std::function<int(Session&)>& run) {
  const auto session = Session::open(options);
  if (session == nullptr) return kUsage;
  try {
    return run(*session);
  } catch (const nlohmann::json::exception& problem) {
    return fail("what Redis holds of the cluster '" + session->config().cluster +
                "' is of another version, or damaged: " + problem.what());
  }
}

int say_nobody_led(const Session& session) {
  fail("no hotspotd has led the cluster '" + session.config().cluster + "' yet");
  return kNothing;
}

int fail(const std::string& message) {
  std::fflush(stdout);  // if both go to the same terminal or file, the message must follow the output
  const std::string text = "hotspotctl: " + text::visible_lines(message);
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::fprintf(stderr, "%s\n", wrapped(text.substr(begin, end - begin), screen().error_width, 2).c_str());
    begin = end + 1;
  }
  return kFailed;
}

}  // namespace hotspot::ctl
