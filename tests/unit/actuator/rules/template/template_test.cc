#include "actuator/rules/template/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "actuator/rules/language/humanize.h"

namespace hotspot::rules {
namespace {

using testing::HasSubstr;

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
  EXPECT_EQ(expand("{{ $value | humanizeTimestamp }}", 1763700000.25), "2025-11-21 04:40:00.249 +0000 UTC");
  EXPECT_EQ(expand("{{ printf \"%d\" $value }}", 2), "%!d(float64=2)");
}

TEST(Template, HasTheLanguageOfGo) {
  EXPECT_EQ(expand("{{ $labels }}", 1), "map[domain:vm-1 node:h1]");
  EXPECT_EQ(expand("a  {{- /* c */ -}}  b {{- 1 }}", 1), "ab1");
  EXPECT_EQ(expand("{{ if gt $value 1.0 }}hot{{ else if eq $value 1.0 }}one{{ else }}cold{{ end }}", 1), "one");
  EXPECT_EQ(expand("{{ with $x := $labels.node }}{{ $x }}{{ end }}{{ with $labels.no }}a{{ else }}b{{ end }}", 1),
            "h1b");
  EXPECT_EQ(
      expand("{{ range $k, $v := $labels }}{{ if eq $k \"node\" }}{{ break }}{{ end }}{{ $k }}={{ $v }};{{ end }}", 1),
      "domain=vm-1;");
  EXPECT_EQ(expand("{{ range $i := len $labels }}{{ $i }}{{ . }},{{ end }}{{ range 0 }}x{{ else }}none{{ end }}", 1),
            "00,11,none");
  EXPECT_THAT(expand("{{ range $i, $n := 3 }}x{{ end }}", 1),
              ::testing::HasSubstr("can't use 3 to iterate over more than one variable"));
  EXPECT_EQ(expand("{{ define \"t\" }}[{{ . }}]{{ end }}{{ template \"t\" index $labels \"node\" }}", 1), "[h1]");
  EXPECT_EQ(expand("{{ reReplaceAll \"(.*)-(.*)\" \"$2-$1\" $labels.domain | toUpper | printf \"%-6s|\" }}", 1),
            "1-VM  |");
  EXPECT_EQ(expand("{{ $value }}", 1234567), "1.234567e+06");
}

TEST(Template, PutsWhatGoesWrongIntoTheText) {
  EXPECT_EQ(
      expand("x {{ humanize $labels.node }}", 1),
      "<error expanding template: error executing template __alert_: template: __alert_:1:117: executing \"__alert_\" "
      "at <humanize $labels.node>: error calling humanize: strconv.ParseFloat: parsing \"h1\": invalid syntax>");
}

TEST(Template, IsBoundedInTimeAndSize) {
  const auto ends_with_error = [](const std::string& text) { return expand(text, 1).starts_with("<error expanding"); };
  EXPECT_TRUE(ends_with_error("{{ define \"t\" }}{{ template \"t\" . }}{{ end }}{{ template \"t\" . }}"));
  EXPECT_TRUE(ends_with_error("{{ range 9000000000000000000 }}{{ end }}"));
  EXPECT_TRUE(ends_with_error("{{ printf \"%99999s\" \"\" }}"));
  std::string doubling = "{{ $x := \"0123456789abcdef\" }}";
  for (int i = 0; i < 40; ++i) doubling += "{{ $x = print $x $x }}";
  EXPECT_TRUE(ends_with_error(doubling));
  std::string loops = "{{ $a := args 1 2 3 4 5 6 7 8 9 10 }}";
  for (int i = 0; i < 8; ++i) loops += "{{ range $a }}";
  for (int i = 0; i < 8; ++i) loops += "{{ end }}";
  EXPECT_TRUE(ends_with_error(loops));
  EXPECT_EQ(template_problem(std::string(5000, '(').insert(0, "{{ ") + "1"), "103: parentheses nested too deep");
  EXPECT_EQ(template_problem("{{ 1 }}" + std::string(65536, 'a')), "0: the template is longer than 64 KiB");
}

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST(Template, EndsBeforeTheStackDoes) {
  const std::string blocks = "{{ define \"t\" }}" + times(97, "{{ if true }}") + "{{ template \"t\" . }}" +
                             times(97, "{{ end }}") + "{{ end }}";
  EXPECT_THAT(expand(blocks + "{{ template \"t\" . }}", 1),
              HasSubstr("blocks and templates nested more than 1000 deep"));
  const std::string maps = "{{ $x := args 1 }}" + times(200, "{{ $x = args $x }}");
  EXPECT_THAT(expand(maps + "{{ $x }}", 1), HasSubstr("maps nested more than 100 deep"));
}

TEST(Template, PrintsNoMoreThanItMayOfAMapThatHoldsItselfTwice) {
  const std::string maps = "{{ $x := args 1 }}" + times(40, "{{ $x = args $x $x }}");
  EXPECT_THAT(expand(maps + "{{ $x }}", 1), HasSubstr("the text grew beyond 64 KiB"));
  EXPECT_THAT(expand(maps + "{{ if eq $x $x }}{{ end }}", 1), HasSubstr("non-comparable type"));
}

TEST(Template, IsParsedOnceForAllAlertsOfAList) {
  TemplateWorld world;
  world.parsed = std::make_shared<ParsedTemplates>();
  const std::string text = "{{ $labels.node }} {{ $value }}";
  const std::map<std::string, std::string> first{{"node", "h1"}}, second{{"node", "h2"}};
  EXPECT_EQ(expand_template(text, {"r", 1, first}, world), "h1 1");
  ASSERT_EQ(world.parsed->size(), 1u);
  const auto parsed = world.parsed->at(text);
  EXPECT_EQ(expand_template(text, {"r", 2, second}, world), "h2 2");
  EXPECT_EQ(world.parsed->at(text), parsed);
  EXPECT_THAT(expand_template("{{ nonsense }}", {"r", 2, second}, world), HasSubstr("unknown template function"));
  EXPECT_THAT(expand_template("{{ nonsense }}", {"r", 2, second}, world), HasSubstr("unknown template function"));
}

TEST(Template, CompilesAPatternOnce) {
  const std::string often = "{{ $a := args 1 2 3 4 5 6 7 8 9 10 }}" + times(3, "{{ range $a }}");
  const auto found = [&](const std::string& pattern) {
    return expand(often + "{{ if match " + pattern + " \"vm-1\" }}x{{ end }}" + times(3, "{{ end }}"), 1);
  };
  EXPECT_EQ(found("\"^vm\""), std::string(1000, 'x'));
  EXPECT_THAT(expand("{{ $p := \"\" }}" + often + "{{ $p = print $p \"a\" }}{{ if match $p \"\" }}x{{ end }}" +
                         times(3, "{{ end }}"),
                     1),
              HasSubstr("the template does too much"));
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
  EXPECT_EQ(template_problem("{{ $labels.domain }}"),
            "3: no value of the expression has a label 'domain'; it is always empty");
  EXPECT_EQ(template_problem("{{ $labels.nod }}"),
            "3: no value of the expression has a label 'nod'; it is always empty → $labels.node");
  EXPECT_EQ(template_problem("{{ $value | humanzie }}"), "12: unknown template function 'humanzie' → humanize");
  EXPECT_TRUE(template_problem("{{ $value | bytes }}").starts_with("12: unknown template function 'bytes'"));
  EXPECT_EQ(template_problem("{{ }}"), "3: there is no value in an action");
  EXPECT_EQ(template_problem("{{ if $value }}x"), "3: this is not closed; '{{end}}' is missing");
  EXPECT_EQ(template_problem("{{ $value | 1 }}"), "12: a function must follow '|', and this is none");
  EXPECT_EQ(template_problem("{{ \"a }}"), "3: the string is not closed");
}

}  // namespace
}  // namespace hotspot::rules
