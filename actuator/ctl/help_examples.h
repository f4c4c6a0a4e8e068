// The examples that help shows; a test runs the parser on each of them.
#pragma once

#include <array>

namespace hotspot::ctl {

struct Example {
  const char* command;
  const char* line;
  const char* meaning;
};

inline constexpr std::array kExamples{
    Example{"", "hotspotctl status", "who leads, what fires, what is under way"},
    Example{"", "hotspotctl node list --watch", "the nodes, again every two seconds"},
    Example{"", "hotspotctl domain show web1", "all that is known of a domain"},
    Example{"", "hotspotctl mode pause --reason storage --for 2h", "nothing is begun for two hours"},
    Example{"status", "hotspotctl status", "for people"},
    Example{"status", "hotspotctl status --watch=5s", "again every five seconds"},
    Example{"status", "hotspotctl -o prometheus status", "hotspotd's metrics"},
    Example{"top", "hotspotctl top", "live; q ends"},
    Example{"top", "hotspotctl top --nodes --sort mem --watch=5s", "nodes, the fullest first"},
    Example{"top", "hotspotctl top --once --sort=-cpu --no-headers", "for scripts, the idlest first"},
    Example{"graph", "hotspotctl graph web1", "its last six hours, into web1.png"},
    Example{"graph", "hotspotctl graph h1 web1 --since 2d -o hot.svg", "one below the other"},
    Example{"report", "hotspotctl report", "what the last seven days showed"},
    Example{"report", "hotspotctl report --since 14d --html trial.html", "a page to be mailed"},
    Example{"report", "hotspotctl report --rule DomainCpuHot", "of one rule"},
    Example{"node", "hotspotctl node list", "all nodes"},
    Example{"node", "hotspotctl node drain h1 --reason kernel --wait", "empty it, and wait until it is"},
    Example{"node list", "hotspotctl node list -o wide", "nothing left out"},
    Example{"node list", "hotspotctl node list --waiting", "those that want to be admitted"},
    Example{"node show", "hotspotctl node show h1", "by name"},
    Example{"node drain", "hotspotctl node drain h1 --reason 'new kernel'", "begin"},
    Example{"node drain", "hotspotctl node drain h1 --wait=30m", "and wait for half an hour at most"},
    Example{"node undrain", "hotspotctl node undrain h1", "use it again"},
    Example{"node fit", "hotspotctl node fit --vcpus 2 --memory 4GiB", "where it goes, and why not elsewhere"},
    Example{"node fit", "hotspotctl node fit --vcpus 8 --memory 32GiB --busy 25%", "a guest that is mostly idle"},
    Example{"node fit", "hotspotctl node fit --vcpus 2 --memory 4GiB -o name", "the nodes, the best first"},
    Example{"node admit", "hotspotctl node admit h1", "shows its URI and key, and asks"},
    Example{"node admit", "hotspotctl node admit --all-seen", "all that wait; asks once"},
    Example{"node forget", "hotspotctl node forget h1", "it counts no more"},
    Example{"node rekey", "hotspotctl node rekey h1", "the key that it signs with now"},
    Example{"domain", "hotspotctl domain list --node h1", "what runs there"},
    Example{"domain list", "hotspotctl domain list --node h1", "what runs there"},
    Example{"domain list", "hotspotctl domain list -o name", "a name a line, for the shell"},
    Example{"domain show", "hotspotctl domain show web1", "by name or UUID"},
    Example{"rule", "hotspotctl rule check /etc/hotspot/rules.d", "before a reload"},
    Example{"rule check", "hotspotctl rule check /etc/hotspot/rules.d", "all errors at once"},
    Example{"rule test", "hotspotctl rule test rules/", "all *_test.yml there"},
    Example{"rule fmt", "hotspotctl rule fmt --check rules/", "changes nothing"},
    Example{"rule list", "hotspotctl rule list", "what is pending and firing"},
    Example{"rule list", "hotspotctl rule list /etc/hotspot/rules.d", "the rules in files"},
    Example{"rule show", "hotspotctl rule show DomainCpuHot", "what it says, and on what it fires"},
    Example{"rule trust", "hotspotctl rule trust NodeCpuHot --reason 'mark raised'", "it may act again"},
    Example{"rule explain", "hotspotctl rule explain DomainCpuHot web1", "why it holds, or not"},
    Example{"rule eval", "hotspotctl rule eval 'node_cpu_ratio > 50%'", "now"},
    Example{"rule replay", "hotspotctl rule replay new.yml --since 7d", "what would have fired"},
    Example{"rule reload", "hotspotctl rule reload", "the leader reads its files again"},
    Example{"action", "hotspotctl action list -n 5", "the newest five"},
    Example{"action list", "hotspotctl action list --domain web1", "of one domain"},
    Example{"action show", "hotspotctl action show 1795-1-a0 --wait", "follow it to its end"},
    Example{"action cancel", "hotspotctl action cancel 1795-1-a0", "the domain stays where it was"},
    Example{"decision", "hotspotctl decision list", "the newest"},
    Example{"decision list", "hotspotctl decision list -n 50", "the newest fifty"},
    Example{"decision show", "hotspotctl decision show 1795-1-d0", "with all that was refused"},
    Example{"decision verify", "hotspotctl decision verify", "whether they are as they were recorded"},
    Example{"plan", "hotspotctl plan why-not web1 h2", "what keeps it from going there"},
    Example{"plan why-not", "hotspotctl plan why-not web1 h2", "and what would make it possible"},
    Example{"hold", "hotspotctl hold list", "what is left alone"},
    Example{"hold add", "hotspotctl hold add domain db1 --for 2h --reason backup", "for two hours"},
    Example{"hold list", "hotspotctl hold list", "by whom, until when and why"},
    Example{"hold show", "hotspotctl hold show 1", "with its whole reason"},
    Example{"hold remove", "hotspotctl hold remove 1", "end it"},
    Example{"mode", "hotspotctl mode", "which it is, and what keeps it from acting"},
    Example{"mode", "hotspotctl mode recommend", "decide, and do nothing"},
    Example{"mode observe", "hotspotctl mode observe --wait", "until nothing is under way"},
    Example{"mode recommend", "hotspotctl mode recommend", "decide, and do nothing"},
    Example{"mode enforce", "hotspotctl mode enforce", "act"},
    Example{"mode pause", "hotspotctl mode pause --reason storage --until 18:00", "until then"},
    Example{"mode resume", "hotspotctl mode resume", "end the pause"},
    Example{"completion", "source <(hotspotctl completion bash)", "in this shell"},
    Example{"schema", "hotspotctl schema > hotspotctl.schema.json", "what -o json looks like"},
    Example{"help", "hotspotctl help node drain", "of one command"},
};

}  // namespace hotspot::ctl
