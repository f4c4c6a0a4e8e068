// hotspotctl rule test: unit tests in promtool's format.
#include <glob.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "actuator/ctl/rule_sets.h"
#include "actuator/ctl/rule_verbs.h"
#include "actuator/daemon/rule_files.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/testing/junit.h"

namespace hotspot::ctl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

bool is_test_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with("_test.yaml") || name.ends_with("_test.yml");
}

std::vector<std::string> expand(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  return paths;
}

// Series of Hotspot must have their real labels; any other name is a series too, as in promtool.
Result<std::shared_ptr<const rules::RuleSet>> check_for_test(const std::vector<rules::SourceFile>& files) {
  rules::CheckedRules strict = rules::check(files);
  if (strict.ok()) return strict.rules;
  const rules::CheckedRules any = rules::check(files, {.any_series = true});
  if (any.ok()) return any.rules;
  const bool ours = std::any_of(files.begin(), files.end(), [](const rules::SourceFile& file) {
    return file.text.find("hotspot:") != std::string::npos;
  });
  const auto& diagnostics = ours ? strict.diagnostics : any.diagnostics;
  std::vector<rules::Diagnostic> errors;
  std::copy_if(diagnostics.begin(), diagnostics.end(), std::back_inserter(errors),
               [](const rules::Diagnostic& one) { return one.severity == rules::Severity::kError; });
  return Error{rules::format(errors, files)};
}

// The rule files that a test file names, as one set; null if it names none.
Result<std::shared_ptr<const rules::RuleSet>> rules_of(const rules::TestFile& test, const rules::SourceFile& source) {
  std::vector<rules::SourceFile> files;
  for (const rules::RuleFilePattern& one : test.rule_files) {
    const fs::path pattern = fs::path(one.pattern).is_absolute() || one.pattern.empty()
                                 ? fs::path(one.pattern)
                                 : fs::path(test.path).parent_path() / one.pattern;
    const auto paths = expand(pattern.string());
    if (paths.empty()) {
      std::fputs(rules::format(
                     {test.path, one.position, rules::Severity::kWarning, "no file is called " + pattern.string(), ""},
                     {source})
                     .c_str(),
                 stderr);
    }
    for (const std::string& path : paths) {
      auto file = daemon::read_file(path);
      if (!file) return file.error();
      files.push_back(std::move(*file));
    }
  }
  if (files.empty()) return std::shared_ptr<const rules::RuleSet>();
  return check_for_test(files);
}

rules::TestFileResult run_file(const std::string& path) {
  rules::TestFileResult refused{.path = path, .groups = {}, .problems = {}};
  const auto source = daemon::read_file(path);
  if (!source) {
    refused.problems.push_back(source.error().message);
    return refused;
  }
  const rules::CheckedTestFile checked = rules::read_test_file(*source);
  if (!checked.file) {
    refused.problems.push_back(rules::format(checked.diagnostics, {*source}));
    return refused;
  }
  std::fputs(rules::format(checked.diagnostics, {*source}).c_str(), stderr);  // warnings
  const auto set = rules_of(*checked.file, *source);
  if (!set) {
    refused.problems.push_back(set.error().message);
    return refused;
  }
  return rules::run_tests(*checked.file, *set);
}

// In promtool's format, with the line of each failed test.
void show(const rules::TestFileResult& result) {
  say("Unit Testing:  " + result.path);
  if (result.ok()) {
    std::puts("  SUCCESS\n");
    return;
  }
  std::puts("  FAILED:");
  for (const std::string& problem : result.problems) say_whole(problem + "\n");
  for (const rules::TestGroupResult& group : result.groups) {
    for (const rules::TestFailure& failure : group.failures) {
      say(result.path + ":" + std::to_string(failure.position.line) + ":");
      say_whole(failure.text + "\n\n");
    }
  }
}

Json json_of(const rules::TestFileResult& result) {
  Json tests = Json::array();
  for (const rules::TestGroupResult& group : result.groups) {
    Json failures = Json::array();
    for (const rules::TestFailure& failure : group.failures) {
      failures.push_back({{"line", failure.position.line}, {"message", failure.text}});
    }
    tests.push_back(
        {{"name", group.name}, {"line", group.position.line}, {"checks", group.checks}, {"failures", failures}});
  }
  return {{"file", result.path}, {"ok", result.ok()}, {"problems", result.problems}, {"tests", tests}};
}

bool write_junit(const std::string& path, const std::vector<rules::TestFileResult>& results) {
  if (path.empty()) return true;
  std::ofstream file(path, std::ios::binary);
  file << rules::junit_xml(results);
  file.flush();
  if (!file) fail("cannot write " + path);
  return static_cast<bool>(file);
}

}  // namespace

int rule_test(const std::vector<std::string>& paths, const std::string& junit_path, Format format) {
  const auto files = files_named_by(paths, is_test_file);
  if (!files) return fail(files.error().message);
  std::vector<rules::TestFileResult> results;
  std::size_t checks = 0, failed = 0, failed_files = 0;
  for (const std::string& path : *files) {
    results.push_back(run_file(path));
    checks += results.back().checks();
    failed += results.back().failures();
    if (!results.back().ok()) ++failed_files;
    if (format == Format::kTable) show(results.back());
  }
  const bool written = write_junit(junit_path, results);
  if (format != Format::kTable) {
    Json all = Json::array();
    for (const rules::TestFileResult& result : results) all.push_back(json_of(result));
    std::fputs(to_text(all, format).c_str(), stdout);
  } else if (!results.empty()) {
    std::printf("%zu files, %zu checks: %s\n", results.size(), checks,
                failed_files == 0 ? "all passed" : (std::to_string(failed) + " failed").c_str());
  }
  if (failed_files > 0 || !written) return kFailed;
  if (files->empty()) {
    fail("no unit tests there: they are files whose names end in _test.yml or _test.yaml");
    return kNothing;
  }
  return kDone;
}

}  // namespace hotspot::ctl
