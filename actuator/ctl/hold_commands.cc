// hotspotctl hold VERB and hotspotctl mode VERB: their arguments.
#include "actuator/ctl/commands.h"
#include "actuator/ctl/parsed.h"
#include "actuator/ctl/show.h"

namespace hotspot::ctl {
namespace {

void add_owner(CLI::App* command, Parsed& parsed) {
  command->add_option("--owner", parsed.hold.owner, "Who holds it, instead of who is logged in")->option_text("NAME");
  command->add_flag("--dry-run", parsed.hold.dry_run, "Say what would be done");
}

void add_reason_and_end(CLI::App* command, Parsed& parsed) {
  command->add_option("-r,--reason", parsed.hold.reason, "Why")->required()->option_text("TEXT");
  CLI::Option* length =
      command->add_option("--for", parsed.hold.length, "For so long: 90m, 2h, 3d")->option_text("TIME");
  command->add_option("--until", parsed.hold.until, "Until then: 18:00, \"2026-11-24 18:00\"")
      ->excludes(length)
      ->option_text("TIME");
  command->add_flag("--cancel", parsed.hold.cancel, "End what is under way on it, too");
  add_owner(command, parsed);
}

}  // namespace

void add_hold_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* hold = app.add_subcommand("hold", "Holds: domains, nodes, rules or the cluster that are left alone")
                       ->require_subcommand(1);
  CLI::App* add = hold->add_subcommand("add", "Leave something alone: nothing is planned for it");
  add_choice(*add, {"on", "domain, node, rule or cluster", {"domain", "node", "rule", "cluster"}},
             [&parsed](const std::string& word) { parsed.hold.on = word; })
      ->required();
  add->add_option("name", parsed.hold.name, "Its name, or of a domain or node its UUID; none for the cluster");
  add_reason_and_end(add, parsed);
  on_session(add, parsed, [&parsed](Session& s) { return hold_add(s, parsed.hold); });
  on_session(hold->add_subcommand("list", "What is held, by whom, until when and why"), parsed, hold_list);
  CLI::App* show = hold->add_subcommand("show", "One hold, with its whole reason");
  show->add_option("id", parsed.name, "The hold's number, or pause")->required();
  on_session(show, parsed, [&parsed](Session& s) { return hold_show(s, parsed.name); });
  CLI::App* remove = hold->add_subcommand("remove", "End a hold");
  remove->add_option("id", parsed.name, "The hold's number")->required();
  add_owner(remove, parsed);
  remove->add_flag("-y,--yes", parsed.hold.yes, "Also if it is somebody else's, without asking");
  on_session(remove, parsed, [&parsed](Session& s) { return hold_remove(s, parsed.name, parsed.hold); });
}

void add_mode_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* mode = app.add_subcommand(
      "mode", "Show the mode, set it (observe, recommend, enforce), or pause everything for a while and resume");
  mode->require_subcommand(0, 1);
  mode->preparse_callback([&parsed](std::size_t) {
    // If a verb follows, its callback comes later and replaces this one.
    on_session_now(parsed, [](Session& s) { return ctl::mode(s, "", {}); });
  });
  for (const char* name : {"observe", "recommend", "enforce"}) {
    CLI::App* set = mode->add_subcommand(name, std::string("Set the mode ") + name);
    add_wait(set, parsed.patience, "Wait until nothing is under way that the mode would not begin");
    on_session(set, parsed, [&parsed, name](Session& s) { return ctl::mode(s, name, parsed.patience); });
  }
  CLI::App* pause = mode->add_subcommand("pause", "Begin nothing until it is resumed; the mode stays");
  add_reason_and_end(pause, parsed);
  add_wait(pause, parsed.hold.patience, "Wait until nothing is under way");
  pause->add_flag("-y,--yes", parsed.hold.yes, "Also in the place of somebody else's pause, without asking");
  on_session(pause, parsed, [&parsed](Session& s) { return ctl::pause(s, parsed.hold); });
  CLI::App* resume = mode->add_subcommand("resume", "End the pause");
  add_owner(resume, parsed);
  resume->add_flag("-y,--yes", parsed.hold.yes, "Also if somebody else has paused it, without asking");
  on_session(resume, parsed, [&parsed](Session& s) { return ctl::resume(s, parsed.hold); });
}

}  // namespace hotspot::ctl
