// The arguments of hotspotctl graph.
#include <memory>

#include "actuator/ctl/graph/graph.h"
#include "actuator/ctl/parsed.h"
#include "actuator/ctl/picture/kind.h"

namespace hotspot::ctl {

void add_graph_command(CLI::App& app, Parsed& parsed) {
  CLI::App* command =
      app.add_subcommand("graph", "Draw values of nodes and domains from RRD files, with limits of rules and actions");
  const auto asked = std::make_shared<GraphQuestion>();
  command->add_option("subject", asked->names, "Nodes and domains, one below the other")->required();
  add_time(command, "--since", asked->since, "How far back")->option_text("TIME [6h]");
  add_time(command, "--until", asked->until, "Up to so long ago")->option_text("TIME [0s]");
  command
      ->add_option_function<std::string>(
          "-o,--file",
          [asked](const std::string& file) {
            const auto kind = picture_kind(file);
            if (!kind) throw CLI::ValidationError("--file", kind.error().message);
            asked->file = file;
          },
          "The picture to write, .png or .svg")
      ->option_text("FILE [NAME.png]");
  add_history_options(command, {asked->rrd, asked->rrdcached, asked->plugin}, "collectd's DataDir, or NODE=DIR");
  command->add_option("--rules", asked->rules, "Rule files or directories, instead of the configured ones")
      ->option_text("PATH...");
  on_session(command, parsed, [asked](Session& session) {
    choose_history(session.config(), {asked->rrd, asked->rrdcached, asked->plugin});
    return graph(session, *asked);
  });
}

}  // namespace hotspot::ctl
