// hotspotd: follows the snapshots of a cluster's nodes, evaluates the rules, and acts. See hotspotd(8).
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "actuator/daemon/config.h"
#include "actuator/daemon/config_windows.h"
#include "actuator/daemon/log.h"
#include "actuator/daemon/rule_files.h"
#include "actuator/daemon/run.h"
#include "actuator/rules/language/diagnostic.h"
#include "common/text/visible.h"
#include "hotspot_version.h"

using namespace hotspot;

namespace {

constexpr int kUsage = 2;

// Empty: the errors were printed on standard error.
std::vector<daemon::Config> read_config(const rules::SourceFile& file) {
  daemon::CheckedConfig checked = daemon::check_config(file);
  if (!checked.config) std::fputs(rules::format(checked.diagnostics, {file}).c_str(), stderr);
  return std::move(checked.clusters);
}

int check_only(const std::vector<daemon::Config>& clusters, const rules::SourceFile& file) {
  std::vector<std::shared_ptr<const rules::RuleSet>> kept;
  std::vector<const rules::RuleSet*> sets;
  for (const daemon::Config& config : clusters) {
    const loop::LoadedRules loaded = daemon::load_rules(config.rules_path, config.rule_operations);
    if (!loaded.problem.empty()) std::fprintf(stderr, "hotspotd: %s\n", text::visible(loaded.problem).c_str());
    std::fputs(rules::format(loaded.checked.diagnostics, loaded.files).c_str(), stderr);
    if (!loaded.problem.empty() || !loaded.checked.ok()) continue;
    kept.push_back(loaded.checked.rules);
    sets.push_back(kept.back().get());
  }
  if (sets.size() < clusters.size()) return 1;
  const auto unknown = loop::unknown_window_rules(clusters.front().window_rules, sets, rules::Severity::kError);
  std::fputs(rules::format(unknown, {file}).c_str(), stderr);
  return unknown.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Follows the snapshots of a cluster's nodes, evaluates hotspot rules, and acts through libvirt.",
               "hotspotd"};
  std::string config_path = "/etc/hotspot/hotspotd.yaml";
  std::string mode;
  bool dry_run = false;
  bool check = false;
  app.add_option("-c,--config", config_path, "Configuration file")->option_text("FILE [" + config_path + "]");
  app.add_option("--mode", mode, "observe, recommend or enforce, instead of the configured mode")
      ->option_text("MODE")
      ->check(CLI::IsMember({"observe", "recommend", "enforce"}));
  app.add_flag("--dry-run", dry_run, "Decide and journal, but ask libvirt to change nothing");
  app.add_flag("--check", check, "Check the configuration and the rules, say what is wrong, and end");
  app.set_version_flag("--version", std::string("hotspotd ") + kVersion);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : kUsage;
  }
  const auto file = daemon::read_file(config_path);
  if (!file) return std::fprintf(stderr, "hotspotd: %s\n", text::visible(file.error().message).c_str()), kUsage;
  std::vector<daemon::Config> clusters = read_config(*file);
  if (clusters.empty()) return kUsage;
  for (daemon::Config& config : clusters) {
    if (!mode.empty()) config.mode = *rules::mode_from_string(mode);
    config.dry_run = config.dry_run || dry_run;
  }
  if (check) return check_only(clusters, *file);
  daemon::set_up_log(clusters.front().log_level);
  const int status = daemon::run(clusters, *file);
  daemon::end_log();
  return status;
}
