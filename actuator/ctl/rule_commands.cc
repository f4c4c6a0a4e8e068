// hotspotctl rule VERB: the arguments.
#include <memory>

#include "actuator/ctl/commands.h"
#include "actuator/ctl/parsed.h"
#include "actuator/ctl/rule_verbs.h"
#include "actuator/ctl/show.h"
#include "common/text/duration.h"

namespace hotspot::ctl {
namespace {

// The arguments of one command, shared by the functions that CLI11 stores.
template <typename T>
std::shared_ptr<T> kept() {
  return std::make_shared<T>();
}

void add_check(CLI::App& rule, Parsed& parsed) {
  CLI::App* check = rule.add_subcommand("check", "Check rule files, or directories of them, as one set");
  const auto live = kept<bool>();
  check->add_option("path", parsed.paths, "Files or directories; - for standard input")->required();
  check->add_flag("--live", *live, "Warn of named nodes and domains that do not exist (asks Redis)");
  on_call(check, parsed, [&parsed, live] {
    if (!*live) return rule_check(parsed.paths, parsed.options.format, nullptr);
    return in_session(parsed.options, [&](Session& s) { return rule_check(parsed.paths, parsed.options.format, &s); });
  });
}

void add_test(CLI::App& rule, Parsed& parsed) {
  CLI::App* test = rule.add_subcommand("test", "Run unit tests of rules, in promtool's format");
  const auto junit = kept<std::string>();
  test->add_option("path", parsed.paths, "Test files, or directories with *_test.yml")->required();
  test->add_option("--junit", *junit, "Write the results as JUnit XML to this file, too")->option_text("FILE");
  on_call(test, parsed, [&parsed, junit] { return rule_test(parsed.paths, *junit, parsed.options.format); });
}

void add_fmt(CLI::App& rule, Parsed& parsed) {
  CLI::App* fmt = rule.add_subcommand("fmt", "Write rule files the one way, comments kept");
  const auto only_check = kept<bool>();
  fmt->add_option("path", parsed.paths, "Files or directories; - for standard input")->required();
  fmt->add_flag("--check", *only_check, "Change nothing; say which files would change, and exit 1 if one would");
  on_call(fmt, parsed, [&parsed, only_check] {
    return rule_fmt(parsed.paths, *only_check ? FmtMode::kCheck : FmtMode::kWrite, parsed.options.format);
  });
}

void add_list(CLI::App& rule, Parsed& parsed) {
  CLI::App* list = rule.add_subcommand("list", "What is pending and firing now; of files, the rules in them");
  list->add_option("path", parsed.paths, "Files or directories, instead of what Redis holds");
  on_call(list, parsed, [&parsed] {
    if (!parsed.paths.empty()) return rule_list_files(parsed.paths, parsed.options.format);
    return in_session(parsed.options, rule_list);
  });
}

void add_show(CLI::App& rule, Parsed& parsed) {
  CLI::App* show = rule.add_subcommand("show", "What a rule says, which mode counts for it, and on what it fires");
  show->add_option("rule", parsed.name, "The rule's name, as the configured files have it")->required();
  on_session(show, parsed, [&parsed](Session& s) { return rule_show(s, parsed.name); });
}

void add_trust(CLI::App& rule, Parsed& parsed) {
  CLI::App* trust =
      rule.add_subcommand("trust", "Give a rule back its right to act, which it lost by relieving too little");
  const auto asked = kept<TrustRequest>();
  trust->add_option("rule", asked->rule, "The rule's name")->required();
  trust->add_option("-r,--reason", asked->reason, "Why")->required()->option_text("TEXT");
  trust->add_option("--owner", asked->owner, "Who does it, instead of who is logged in")->option_text("NAME");
  on_session(trust, parsed, [asked](Session& s) { return rule_trust(s, *asked); });
}

void add_explain(CLI::App& rule, Parsed& parsed) {
  CLI::App* explain = rule.add_subcommand("explain", "Why a rule holds now, or does not, part by part");
  const auto paths = kept<std::vector<std::string>>();
  explain->add_option("rule", parsed.name, "The rule's name")->required();
  explain->add_option("subject", parsed.domain, "A node or a domain; all if it is left out");
  explain->add_option("--rules", *paths, "Rule files or directories, instead of the configured ones")
      ->option_text("PATH...");
  on_session(explain, parsed,
             [&parsed, paths](Session& s) { return rule_explain(s, parsed.name, parsed.domain, *paths); });
}

void add_eval(CLI::App& rule, Parsed& parsed) {
  CLI::App* eval = rule.add_subcommand("eval", "Evaluate an expression on what Redis holds now");
  eval->add_option("expression", parsed.name, "The expression, in quotes")->required();
  on_session(eval, parsed, [&parsed](Session& s) { return rule_eval(s, parsed.name); });
}

void add_replay(CLI::App& rule, Parsed& parsed) {
  CLI::App* replay = rule.add_subcommand("replay", "What rules would have found hot in the past, and asked for");
  const auto asked = kept<ReplayQuestion>();
  replay->add_option("path", asked->rules, "Rule files or directories; the configured ones if left out");
  replay->add_option("--against", asked->against, "A second set, side by side with the first")->option_text("PATH...");
  add_time(replay, "--since", asked->since, "How far back")->option_text("TIME [7d]");
  add_time(replay, "--until", asked->until, "Up to so long ago")->option_text("TIME [0s]");
  add_history_options(replay, {asked->rrd, asked->rrdcached, asked->plugin}, "collectd's DataDir, or NODE=DIR");
  replay->add_option("--snapshots", asked->snapshots, "Recorded snapshots instead of RRD files, a JSON object a line")
      ->option_text("FILE");
  replay->add_option("--node", asked->nodes, "Only these nodes");
  replay->add_option("--domain", asked->domains, "Only these domains");
  replay->add_flag("--max", asked->maximum, "The highest value of each row of history, instead of its mean");
  replay->add_flag("--placed-as-now", asked->placed_as_now,
                   "Domains whose files do not say the node: where they are now (asks Redis)");
  replay->add_option("--png", asked->picture, "Draw values, limits and firings over time; SVG if FILE ends in .svg")
      ->option_text("FILE");
  on_session(replay, parsed, [asked](Session& s) {
    choose_history(s.config(), {asked->rrd, asked->rrdcached, asked->plugin});
    return rule_replay(s, *asked);
  });
}

}  // namespace

CLI::Option* add_time(CLI::App* command, const std::string& name, Milliseconds& into, const std::string& help) {
  return command->add_option_function<std::string>(
      name,
      [name, &into](const std::string& text) {
        const auto time = text::parse_loose_duration(text);
        if (!time) throw CLI::ValidationError(name, text::sentence(time.error()));
        into = *time;
      },
      help);
}

void add_history_options(CLI::App* command, const AskedHistory& asked, const std::string& rrd) {
  command->add_option("--rrd", asked.rrd, rrd + "; may be repeated")
      ->option_text("DIR [as configured, or /var/lib/collectd/rrd]");
  command->add_option("--rrdcached", asked.rrdcached, "unix:PATH or HOST[:PORT]; without --rrd it gives the files, too")
      ->option_text("ADDRESS");
  command->add_option("--plugin", asked.plugin, "The PluginName of hotspot.so")->option_text("NAME [virt]");
}

void choose_history(const daemon::Config& config, const AskedHistory& asked) {
  const daemon::HistoryConfig& configured = config.history;
  if (asked.plugin.empty()) asked.plugin = configured.plugin;
  if (!asked.rrd.empty() || !asked.rrdcached.empty()) return;
  asked.rrd = configured.rrd;
  asked.rrdcached = configured.rrdcached;
  if (!configured.has_rrd()) asked.rrd = {"/var/lib/collectd/rrd"};
}

void add_rule_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* rule =
      app.add_subcommand("rule", "Rules: check, test and format files; see, explain and replay what they do")
          ->require_subcommand(1);
  add_check(*rule, parsed);
  add_test(*rule, parsed);
  add_fmt(*rule, parsed);
  add_list(*rule, parsed);
  add_show(*rule, parsed);
  add_trust(*rule, parsed);
  add_explain(*rule, parsed);
  add_eval(*rule, parsed);
  add_replay(*rule, parsed);
  on_session(rule->add_subcommand("reload", "Have the leader read its rule files again"), parsed, reload);
}

}  // namespace hotspot::ctl
