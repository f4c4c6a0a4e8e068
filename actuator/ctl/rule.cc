// hotspotctl rule check, rule list.
#include <cstdio>

#include "actuator/ctl/commands.h"
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

int rule_list(Session& session) {
  const auto state = session.redis().state();
  if (!state) return fail(state.error().message);
  const auto text = state->find("status");
  const Json status = text == state->end() ? Json() : Json::parse(text->second, nullptr, false);
  if (!status.is_object() || !status.contains("firings")) {
    fail("no hotspotd has led the cluster '" + session.config().cluster + "' yet");
    return kNothing;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Json& firing : status.at("firings")) {
    const Json labels = firing.value("labels", Json::object());
    rows.push_back({firing.value("rule", ""), firing.value("phase", ""), labels.value("node", "-"),
                    labels.value("domain", "-"), firing.at("value").dump(), firing.value("held", ""),
                    ago_cell(firing.value("pending_since", 0.0), session.now_seconds()),
                    firing.value("fresh", true) ? "" : "stale"});
  }
  return session.show({{"RULE"}, {"PHASE"}, {"NODE"}, {"DOMAIN"}, {"VALUE", true}, {"HELD"}, {"SINCE", true}, {"DATA"}},
                      rows, status.at("firings"));
}

}  // namespace hotspot::ctl
