#include "tests/unit/actuator/rules/world.h"

#include <gtest/gtest.h>

#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::rules::test {

std::shared_ptr<const RuleSet> rules(const std::string& yaml_of_rules, const std::string& group_settings) {
  const std::vector<SourceFile> files{
      {"test.yaml", "groups:\n- name: test\n" + group_settings + "  rules:\n" + yaml_of_rules}};
  const CheckedRules checked = check(files);
  EXPECT_TRUE(checked.ok()) << format(checked.diagnostics, files);
  return checked.rules;
}

std::vector<std::string> summary(const std::vector<Firing>& firings) {
  std::vector<std::string> lines;
  for (const Firing& firing : firings) {
    lines.push_back(std::string(to_string(firing.phase)) + " " + firing.rule->name + " " + firing.subject.key());
  }
  return lines;
}

}  // namespace hotspot::rules::test
