#include "actuator/rules/template.h"

#include <gtest/gtest.h>

#include <limits>

#include "actuator/rules/humanize.h"

namespace hotspot::rules {
namespace {

std::string expand(std::string_view text, double value) {
  return expand_template(text, value, {{"domain", "vm-1"}, {"node", "h1"}});
}

std::string template_problem(std::string_view text) {
  const auto problems = check_template(text, LabelNames{{"node"}, false});
  if (problems.empty()) return "none";
  return std::to_string(problems[0].offset) + ": " + problems[0].message +
         (problems[0].suggestion.empty() ? "" : " → " + problems[0].suggestion);
}

TEST(Template, TakesPipelinesAndFormats) {
  EXPECT_EQ(expand("{{ printf \"%.1f\" $value }} {{ $value | printf \"%05.2f\" }}", 3.14159), "3.1 03.14");
  EXPECT_EQ(expand("{{ $value | humanize | toUpper }} {{ $labels.domain | title }}", 12345), "12.35K Vm-1");
  EXPECT_EQ(expand("{{ .Value }} on {{ .Labels.node | toUpper }}", 2), "2 on H1");
  EXPECT_EQ(expand("{{ $labels.node | printf \"100%% <%s>\" }}", 2), "100% <h1>");
  EXPECT_EQ(expand("{{ $value | humanizeTimestamp }}", 1763700000.25), "2025-11-21 04:40:00.25 +0000 UTC");
  EXPECT_EQ(template_problem("{{ printf \"%d\" $value }}"),
            "10: printf needs a format with one verb in quotes, such as \"%.1f\"; the verbs are %f %e %g %v and %s");
  EXPECT_EQ(template_problem("{{ $value | printf }}"),
            "12: printf needs a format with one verb in quotes, such as \"%.1f\"; the verbs are %f %e %g %v and %s");
}

TEST(Template, ShowsValuesAndLabels) {
  EXPECT_EQ(expand("{{ $labels.domain }} uses {{ $value | humanizePercentage }} on {{$labels.node}}", 0.925),
            "vm-1 uses 92.5% on h1");
  EXPECT_EQ(expand("{{ $value }}", 0.95), "0.95");
  EXPECT_EQ(expand("{{ humanize1024 $value }}B", 1536.0 * 1024), "1.5MiB");
  EXPECT_EQ(expand("[{{ $labels.vcpu }}]", 1), "[]");
  EXPECT_EQ(expand("plain { text }", 1), "plain { text }");
}

TEST(Template, HumanizesAsPrometheusDoes) {
  EXPECT_EQ(humanize(0), "0");
  EXPECT_EQ(humanize(1234567), "1.235M");
  EXPECT_EQ(humanize(0.00012), "120u");
  EXPECT_EQ(humanize(-999), "-999");
  EXPECT_EQ(humanize(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(humanize_1024(1), "1");
  EXPECT_EQ(humanize_1024(1048576), "1Mi");
  EXPECT_EQ(humanize_duration(0), "0s");
  EXPECT_EQ(humanize_duration(59.5), "59.5s");
  EXPECT_EQ(humanize_duration(90), "1m 30s");
  EXPECT_EQ(humanize_duration(-3661), "-1h 1m 1s");
  EXPECT_EQ(humanize_duration(90061), "1d 1h 1m 1s");
  EXPECT_EQ(humanize_duration(0.0015), "1.5ms");
  EXPECT_EQ(humanize_percentage(0.12345), "12.35%");
  EXPECT_EQ(number_text(1e21), "1e+21");
  EXPECT_EQ(number_text(100000), "100000");
  EXPECT_EQ(number_text(0.00001), "1e-05");
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(Template, SaysWhatIsWrongWhenItIsChecked) {
  EXPECT_EQ(template_problem("{{ $value | humanizePercentage }} {{ $labels.node }}"), "none");
  EXPECT_EQ(template_problem("a {{ $value"), "2: '{{' without its '}}'");
  EXPECT_EQ(template_problem("{{ $valeu }}"), "3: unknown variable '$valeu' → $value");
  EXPECT_EQ(template_problem("{{ $labels.domain }}"), "3: no value of the expression has a label 'domain'");
  EXPECT_EQ(template_problem("{{ $labels.nod }}"), "3: no value of the expression has a label 'nod' → $labels.node");
  EXPECT_EQ(template_problem("{{ $value | humanzie }}"), "12: unknown template function 'humanzie' → humanize");
  EXPECT_EQ(
      template_problem("{{ $value | bytes }}"),
      "12: unknown template function 'bytes'; there are humanize, humanize1024, humanizeDuration, humanizePercentage, "
      "humanizeTimestamp, printf, title, toLower and toUpper");
  EXPECT_EQ(template_problem("{{ $labels.node | humanize }}"), "3: only $value is a number that a function can show");
  EXPECT_EQ(template_problem("{{ $value $value }}"),
            "10: a template can show $value and $labels.NAME, each through functions");
  EXPECT_EQ(template_problem("{{ }}"), "0: there is nothing between '{{' and '}}'");
}

}  // namespace
}  // namespace hotspot::rules
