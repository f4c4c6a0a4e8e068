// The arguments of hotspotctl rule VERB.
#include <memory>

#include "actuator/ctl/commands.h"
#include "actuator/ctl/parsed.h"
#include "actuator/ctl/rule_verbs.h"

namespace hotspot::ctl {
namespace {

void add_check(CLI::App& rule, Parsed& parsed) {
  CLI::App* check = rule.add_subcommand("check", "Check rule files, or directories of them, as one set");
  check->add_option("path", parsed.paths, "Files or directories")->required();
  on_call(check, parsed, [&parsed] { return rule_check(parsed.paths, parsed.options.format); });
}

void add_fmt(CLI::App& rule, Parsed& parsed) {
  CLI::App* fmt = rule.add_subcommand("fmt", "Write rule files the one way, comments kept");
  fmt->add_option("path", parsed.paths, "Files or directories; - for standard input")->required();
  auto only_check = std::make_shared<bool>(false);
  fmt->add_flag("--check", *only_check, "Change nothing; say which files would change, and exit 1 if one would");
  on_call(fmt, parsed, [&parsed, only_check] {
    return rule_fmt(parsed.paths, *only_check ? FmtMode::kCheck : FmtMode::kWrite, parsed.options.format);
  });
}

}  // namespace

void add_rule_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* rule = app.add_subcommand("rule", "Rules: check, test and format files; see and explain what they do")
                       ->require_subcommand(1);
  add_check(*rule, parsed);
  add_fmt(*rule, parsed);
  on_session(rule->add_subcommand("list", "What is pending and firing now"), parsed, rule_list);
  on_session(rule->add_subcommand("reload", "Have the leader read its rule files again"), parsed, reload);
}

}  // namespace hotspot::ctl
