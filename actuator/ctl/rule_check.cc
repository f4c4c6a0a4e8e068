// hotspotctl rule check: reports all errors in a set of rule files at once.
#include <cstdio>
#include <iterator>

#include "actuator/client/admitted.h"
#include "actuator/ctl/configuration_files.h"
#include "actuator/ctl/rule_sets.h"
#include "actuator/ctl/rule_verbs.h"
#include "actuator/rules/advice/advice.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

Json diagnostic_json(const rules::Diagnostic& one) {
  return {{"file", one.file},
          {"line", one.position.line},
          {"column", one.position.column},
          {"severity", one.severity == rules::Severity::kError ? "error" : "warning"},
          {"message", one.message},
          {"suggestion", one.suggestion}};
}

// The present values of each label, for advise_labels.
Result<rules::LabelValues> live_labels(Session& session) {
  const auto newest = client::newest_of_admitted(session.connection(), std::chrono::hours(1));
  if (!newest) return newest.error();
  rules::LabelValues values{{"node", {}}, {"domain", {}}};
  for (const ports::Arrival& arrival : newest->newest.snapshots) {
    values["node"].insert(arrival.snapshot.node.name);
    for (const auto& domain : arrival.snapshot.domains) values["domain"].insert(domain.name);
  }
  return values;
}

// Adds warnings about rules that are valid by themselves.
Result<void> add_advice(const std::vector<rules::SourceFile>& files, Session* live, rules::CheckedRules& checked) {
  const auto append = [&](std::vector<rules::Diagnostic> more) {
    std::move(more.begin(), more.end(), std::back_inserter(checked.diagnostics));
  };
  append(rules::advise(*checked.rules, files));
  if (live == nullptr) return {};
  const auto values = live_labels(*live);
  if (!values) return values.error();
  append(rules::advise_labels(*checked.rules, files, *values));
  return {};
}

// Checks configurations as such and adds their errors to the rest. False: one is invalid.
bool check_configurations(const std::vector<rules::SourceFile>& files, Format format, rules::CheckedRules& checked) {
  bool right = true;
  for (const rules::SourceFile& file : files) {
    const daemon::CheckedConfig config = daemon::check_config(file);
    right = right && config.config.has_value();
    checked.diagnostics.insert(checked.diagnostics.end(), config.diagnostics.begin(), config.diagnostics.end());
    if (config.config && format == Format::kTable)
      say(file.path + " is a configuration of hotspotd, and right; it has no rules");
  }
  return right;
}

}  // namespace

int rule_check(const std::vector<std::string>& paths, Format format, Session* live) {
  auto read = read_rule_paths(paths);
  if (!read) return fail(read.error().message);
  const std::vector<rules::SourceFile> configurations = take_configurations(*read);
  std::vector<rules::SourceFile>& files = *read;
  rules::CheckedRules checked = rules::check(files);
  if (checked.ok()) {
    const auto advised = add_advice(files, live, checked);
    if (!advised) return fail(advised.error().message);
  }
  const bool rules_are_right = checked.ok();
  const bool right = check_configurations(configurations, format, checked) && rules_are_right;
  if (format != Format::kTable) {
    Json all = Json::array(), others = Json::array();
    for (const rules::Diagnostic& one : checked.diagnostics) all.push_back(diagnostic_json(one));
    for (const rules::SourceFile& one : configurations) others.push_back(one.path);
    const Json json = {{"ok", right}, {"files", files.size()}, {"configurations", others}, {"diagnostics", all}};
    std::fputs(to_text(json, format).c_str(), stdout);
    return right ? kDone : kFailed;
  }
  std::vector<rules::SourceFile> sources = files;
  sources.insert(sources.end(), configurations.begin(), configurations.end());
  std::fputs(rules::format(checked.diagnostics, sources).c_str(), stderr);
  if (!right) return kFailed;
  std::printf("%zu rules in %zu files are right\n", checked.rules->rules.size(), files.size());
  return files.empty() && configurations.empty() ? kNothing : kDone;
}

}  // namespace hotspot::ctl
