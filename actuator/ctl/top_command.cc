// The arguments of hotspotctl top.
#include <memory>

#include "actuator/ctl/parsed.h"
#include "actuator/ctl/top/top.h"
#include "actuator/ctl/watch.h"

namespace hotspot::ctl {

void add_top_command(CLI::App& app, Parsed& parsed) {
  CLI::App* command = app.add_subcommand("top", "Domains by load, live, with hotspots and what is done about them");
  const auto asked = std::make_shared<TopQuestion>();
  command->add_flag("--nodes", asked->nodes, "Nodes instead of domains");
  command
      ->add_option("--sort", asked->sort,
                   "The column: the largest, or A, first; -COLUMN: last. In the terminal its key, see the last line")
      ->option_text("COLUMN [cpu]");
  command->add_flag("--once", parsed.once, "One table, and no more; for scripts, also with -o json");
  on_call(command, parsed, [asked, &parsed] {
    asked->once = parsed.once;
    if (!parsed.watch.empty()) asked->interval = *watch_interval(parsed.watch);
    return in_session(parsed.options, [&](Session& session) { return top(session, *asked); });
  });
}

}  // namespace hotspot::ctl
