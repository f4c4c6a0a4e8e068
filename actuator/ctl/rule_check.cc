// hotspotctl rule check: all that is wrong in a set of rule files, at once.
#include <cstdio>

#include "actuator/ctl/rule_verbs.h"
#include "actuator/daemon/rule_files.h"

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

}  // namespace

int rule_check(const std::vector<std::string>& paths, Format format) {
  std::vector<rules::SourceFile> files;
  for (const std::string& path : paths) {
    auto read = daemon::read_rule_files(path);
    if (!read) return fail(read.error().message);
    for (rules::SourceFile& file : *read) files.push_back(std::move(file));
  }
  const rules::CheckedRules checked = rules::check(files);
  if (format != Format::kTable) {
    Json all = Json::array();
    for (const rules::Diagnostic& one : checked.diagnostics) all.push_back(diagnostic_json(one));
    std::fputs(to_text({{"ok", checked.ok()}, {"files", files.size()}, {"diagnostics", all}}, format).c_str(), stdout);
    return checked.ok() ? kDone : kFailed;
  }
  std::fputs(rules::format(checked.diagnostics, files).c_str(), stderr);
  if (!checked.ok()) return kFailed;
  std::printf("%zu rules of %zu files are right\n", checked.rules->rules.size(), files.size());
  return files.empty() ? kNothing : kDone;
}

}  // namespace hotspot::ctl
