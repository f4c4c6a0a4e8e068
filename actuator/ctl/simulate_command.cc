#include "actuator/ctl/simulate_command.h"

#include <charconv>
#include <memory>

#include "actuator/ctl/simulate.h"

namespace hotspot::ctl {

void add_simulate_command(CLI::App& app, Parsed& parsed) {
  CLI::App* command =
      app.add_subcommand("simulate", "What rules would do to a cluster, in simulated time, against doing nothing");
  const auto asked = std::make_shared<SimulateQuestion>();
  command
      ->add_option("--cluster", asked->cluster,
                   "A cluster file (with --rrd, nodes only), or recorded snapshots, a JSON object a line")
      ->required()
      ->option_text("FILE");
  command->add_option("--rules", asked->rules, "A rule file or directory; again for a set to compare with")
      ->allow_extra_args(false)
      ->option_text("PATH");
  command->add_option("--workload", asked->workload, "Traces of CPU use, a percentage a line for each 5 minutes")
      ->option_text("PATH");
  command->add_option("--rrd", asked->rrd, "The domains of RRD files, on the nodes of --cluster; may be repeated")
      ->allow_extra_args(false)
      ->option_text("[NODE=]DIR");
  command
      ->add_option("--rrdcached", asked->rrdcached, "unix:PATH or HOST[:PORT]; without --rrd it gives the files, too")
      ->option_text("ADDRESS");
  command->add_option("--plugin", asked->plugin, "The directories that have the domains' files")
      ->option_text("NAME [virt]");
  add_time(command, "--for", asked->length, "How long")
      ->option_text("TIME [1d, or as long as was recorded; of RRD files 30d]");
  add_time(command, "--step", asked->step, "Between two snapshots of a node, 1s to 5m")->option_text("TIME [1m]");
  command
      ->add_option_function<std::string>(
          "--seed",
          [asked](const std::string& text) {
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), asked->seed);
            if (error != std::errc() || end != text.data() + text.size())
              throw CLI::ValidationError("--seed", "'" + text + "' is no whole number of at least 0");
          },
          "Of what is random: the same seed gives the same output")
      ->option_text("NUMBER [1]");
  command->add_option("--png", asked->picture, "Draw hot nodes and moves over time; SVG if FILE ends in .svg")
      ->option_text("FILE");
  on_session(command, parsed, [asked](Session& session) {
    if (asked->from_rrd()) choose_history(session.config(), {asked->rrd, asked->rrdcached, asked->plugin});
    return simulate(session, *asked);
  });
}

}  // namespace hotspot::ctl
