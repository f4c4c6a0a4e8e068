// hotspotctl node VERB: the arguments.
#include "actuator/ctl/commands.h"
#include "actuator/ctl/node_admission.h"
#include "actuator/ctl/node_fit.h"
#include "actuator/ctl/parsed.h"
#include "actuator/ctl/show.h"

namespace hotspot::ctl {
namespace {

void add_yes(CLI::App* command, Parsed& parsed) {
  command->add_flag("-y,--yes", parsed.admission.yes, "Without asking");
}

void add_admission(CLI::App* node, Parsed& parsed) {
  CLI::App* admit =
      node->add_subcommand("admit", "Admit nodes: hotspotd connects to them and uses the snapshots that they sign");
  admit->add_option("node", parsed.admission.node, "Its name or host UUID");
  admit->add_flag("--all-seen", parsed.admission.all_seen, "All that wait; shows each, and asks once");
  admit->add_option("--uri", parsed.admission.uri, "The libvirt URI that it must have");
  admit->add_option("--fingerprint", parsed.admission.fingerprint, "The key that it must sign with, SHA256:...");
  add_yes(admit, parsed);
  on_session(admit, parsed, [&parsed](Session& s) { return node_admit(s, parsed.admission); });
  CLI::App* forget = node->add_subcommand("forget", "Let a node count no more; it waits again if it sends");
  forget->add_option("node", parsed.admission.node, "Its name, as it was admitted")->required();
  add_yes(forget, parsed);
  on_session(forget, parsed, [&parsed](Session& s) { return node_forget(s, parsed.admission); });
  CLI::App* rekey = node->add_subcommand("rekey", "Believe another key, or host UUID, of an admitted node");
  rekey->add_option("node", parsed.admission.node, "Its name, as it was admitted")->required();
  rekey->add_option("--fingerprint", parsed.admission.fingerprint, "The new key, SHA256:...");
  add_yes(rekey, parsed);
  on_session(rekey, parsed, [&parsed](Session& s) { return node_rekey(s, parsed.admission); });
}

}  // namespace

void add_node_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* node = app.add_subcommand("node", "Nodes")->require_subcommand(1);
  CLI::App* list = node->add_subcommand("list", "All nodes, with load and age of data");
  list->add_flag("--waiting", parsed.waiting, "Those that send and were not admitted, with URI and key");
  on_session(list, parsed, [&parsed](Session& s) { return parsed.waiting ? node_waiting(s) : node_list(s); });
  CLI::App* show = node->add_subcommand("show", "All that is known of one node");
  show->add_option("node", parsed.node, "The node's name or host UUID")->required();
  on_session(show, parsed, [&parsed](Session& s) { return node_show(s, parsed.node); });
  CLI::App* drain =
      node->add_subcommand("drain", "Drain a node: nothing is moved there, and rules may move its domains away");
  drain->add_option("node", parsed.node, "The node's name or host UUID")->required();
  drain->add_option("--reason", parsed.name, "Why, for those who come after")->option_text("TEXT");
  add_wait(drain, parsed.patience, "Wait until no domain runs there");
  on_session(drain, parsed, [&parsed](Session& s) { return node_drain(s, parsed.node, parsed.name, parsed.patience); });
  CLI::App* undrain = node->add_subcommand("undrain", "Use the node again");
  undrain->add_option("node", parsed.node, "The node's name or host UUID")->required();
  on_session(undrain, parsed, [&parsed](Session& s) { return node_undrain(s, parsed.node); });
  add_node_fit(node, parsed);
  add_admission(node, parsed);
}

}  // namespace hotspot::ctl
