// hotspotctl rule check: all that is wrong in a set of rule files, at once.
#include <cstdio>
#include <iterator>

#include "actuator/ctl/admitted.h"
#include "actuator/ctl/rule_sets.h"
#include "actuator/ctl/rule_verbs.h"
#include "actuator/rules/advice/advice.h"

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

// What each label has now, for advise_labels.
Result<rules::LabelValues> live_labels(Session& session) {
  const auto newest = newest_of_admitted(session, std::chrono::hours(1));
  if (!newest) return newest.error();
  rules::LabelValues values{{"node", {}}, {"domain", {}}};
  for (const ports::Arrival& arrival : newest->newest.snapshots) {
    values["node"].insert(arrival.snapshot.node.name);
    for (const auto& domain : arrival.snapshot.domains) values["domain"].insert(domain.name);
  }
  return values;
}

// Adds the warnings about rules that are right by themselves.
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

}  // namespace

int rule_check(const std::vector<std::string>& paths, Format format, Session* live) {
  const auto read = read_rule_paths(paths);
  if (!read) return fail(read.error().message);
  const std::vector<rules::SourceFile>& files = *read;
  rules::CheckedRules checked = rules::check(files);
  if (checked.ok()) {
    const auto advised = add_advice(files, live, checked);
    if (!advised) return fail(advised.error().message);
  }
  if (format != Format::kTable) {
    Json all = Json::array();
    for (const rules::Diagnostic& one : checked.diagnostics) all.push_back(diagnostic_json(one));
    std::fputs(to_text({{"ok", checked.ok()}, {"files", files.size()}, {"diagnostics", all}}, format).c_str(), stdout);
    return checked.ok() ? kDone : kFailed;
  }
  std::fputs(rules::format(checked.diagnostics, files).c_str(), stderr);
  if (!checked.ok()) return kFailed;
  std::printf("%zu rules in %zu files are right\n", checked.rules->rules.size(), files.size());
  return files.empty() ? kNothing : kDone;
}

}  // namespace hotspot::ctl
