// hotspotctl domain VERB: the arguments.
#include <charconv>
#include <memory>

#include "actuator/ctl/domain_order.h"
#include "actuator/ctl/parsed.h"
#include "actuator/ctl/show.h"
#include "actuator/daemon/config_values.h"

namespace hotspot::ctl {
namespace {

using AskedOrder = std::shared_ptr<DomainOrder>;

void add_order_options(CLI::App* command, const AskedOrder& asked) {
  command->add_option("-r,--reason", asked->reason, "Why; recorded in the decision")->option_text("TEXT");
  command->add_option("--owner", asked->owner, "Who does it, instead of who is logged in")->option_text("NAME");
  command->add_flag("--dry-run", asked->dry_run, "Only say what would be done, with which effect, or what forbids it");
  add_wait(command, asked->patience, "Wait until the action has ended, and exit with its code");
}

// "150%", "none": as rules have it.
int parsed_cap(const std::string& text) {
  if (text == "none") return 0;
  int percent = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, percent);
  if (fault != std::errc() || rest + 1 != end || *rest != '%' || percent < 1 || percent > record::kMostCapPercent)
    throw CLI::ValidationError("cap", "'" + text + "' is no cap: '150%' of one CPU, for all vCPUs together, or 'none'");
  return percent;
}

void run_order(CLI::App* command, Parsed& parsed, const AskedOrder& asked, int (*order)(Session&, const DomainOrder&)) {
  on_session(command, parsed, [asked, order](Session& s) {
    if (const auto limit = limit_of(asked->patience); !limit)
      return fail("--wait: " + limit.error().message), static_cast<int>(kUsage);
    return order(s, *asked);
  });
}

void add_migrate(CLI::App* domain, Parsed& parsed) {
  const AskedOrder asked = std::make_shared<DomainOrder>();
  CLI::App* migrate = domain->add_subcommand("migrate", "Move a domain to another node, live");
  migrate->add_option("domain", asked->domain, "Its name or UUID")->required();
  migrate->add_option("node", asked->target, "The target, by name or host UUID; by default the planner chooses it");
  add_order_options(migrate, asked);
  run_order(migrate, parsed, asked, domain_migrate);
}

void add_scale(CLI::App* domain, Parsed& parsed) {
  const AskedOrder asked = std::make_shared<DomainOrder>();
  CLI::App* scale = domain->add_subcommand("scale", "Change the vCPUs and the memory of a running domain");
  scale->add_option("domain", asked->domain, "Its name or UUID")->required();
  scale->add_option("--vcpus", asked->vcpus, "The new number of vCPUs")
      ->check(CLI::Range(1, record::kMostVcpus))
      ->option_text("COUNT");
  scale
      ->add_option_function<std::string>(
          "--memory",
          [asked](const std::string& text) {
            const auto bytes = daemon::parse_bytes(text);
            if (!bytes) throw CLI::ValidationError("--memory", bytes.error().message);
            if (*bytes < 1 || *bytes > record::kMostMemoryBytes)
              throw CLI::ValidationError("--memory", "'" + text + "' is no size of a machine; '4GiB' is one");
            asked->memory_bytes = *bytes;
          },
          "The new total of its memory")
      ->option_text("SIZE");
  add_order_options(scale, asked);
  run_order(scale, parsed, asked, domain_scale);
}

void add_cap(CLI::App* domain, Parsed& parsed) {
  const AskedOrder asked = std::make_shared<DomainOrder>();
  CLI::App* cap = domain->add_subcommand("cap", "Cap the CPU time of a domain, or lift the cap");
  cap->add_option("domain", asked->domain, "Its name or UUID")->required();
  cap->add_option_function<std::string>(
         "cap", [asked](const std::string& text) { asked->cap_percent = parsed_cap(text); },
         "In per cent of one CPU, for all vCPUs together (150%); none lifts it")
      ->required();
  add_order_options(cap, asked);
  run_order(cap, parsed, asked, domain_cap);
}

}  // namespace

void add_domain_commands(CLI::App& app, Parsed& parsed) {
  CLI::App* domain = app.add_subcommand("domain", "Domains: see, move and scale them")->require_subcommand(1);
  CLI::App* list = domain->add_subcommand("list", "All domains, with load and where they run");
  list->add_option("--node", parsed.node, "Only on this node");
  on_session(list, parsed, [&parsed](Session& s) { return domain_list(s, parsed.node); });
  CLI::App* show = domain->add_subcommand("show", "All that is known of one domain");
  show->add_option("domain", parsed.domain, "Its name or UUID")->required();
  on_session(show, parsed, [&parsed](Session& s) { return domain_show(s, parsed.domain); });
  add_migrate(domain, parsed);
  add_scale(domain, parsed);
  add_cap(domain, parsed);
}

}  // namespace hotspot::ctl
