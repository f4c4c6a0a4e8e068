"""One domain: what it uses, what it lacks, and where it ran."""
from panels import ANY, FULL, HOT, ORANGE, RED, STEAL, YELLOW, by_the_hour, limit_of, panel, row, text, to_page

TITLE = "Hotspot: domain"
VARIABLES = ["cluster", "node", "domain"]
STATES = ["no state", "running", "blocked", "paused", "shutting down", "shut off", "crashed", "suspended"]
COLORS = ["purple", "green", "green", "yellow", "orange", "blue", "red", "yellow"]
MAPPINGS = [{"type": "value", "options": {str(i): {"text": word, "color": COLORS[i], "index": i}
                                          for i, word in enumerate(STATES)}}]


def last(series, pattern, shown="\\1"):
    return f"aliasSub({series},'{pattern}','{shown}')"


def pairs(kind):
    return last(f"<D>.{kind}", r"^.*" + kind.split("-")[0] + r"-([^.]+)\.([a-z]+).*$", "\\1 \\2")


def latency(direction):
    return (f"aliasSub(divideSeriesLists(sortByName(<D>.disk_time-*.{direction}),sortByName(<D>.disk_ops-*.{direction})),"
            "'^.*disk_time-([^.]+).*$','\\1')")


def a_request(direction):
    return (f"aliasSub(divideSeriesLists(sortByName(<D>.disk_octets-*.{direction}),sortByName(<D>.disk_ops-*.{direction})),"
            "'^.*disk_octets-([^.]+).*$','\\1')")


SLOW = [(20, YELLOW), (50, RED)]
PANELS = [
    text("**What does this domain use, what does it lack, and where was it?** Gaps are times at which nothing was measured."),
    panel("Where it ran, when", "state-timeline", ["aliasSub(<P>.<leaf>,'^.*@([^,()]+).*$','\\1')"], "percent",
          "A row for each node, in it what the domain took of that node's CPUs. Means of a minute.", w=24, h=5, steps=HOT,
          link=to_page("node")),
    panel("State", "state-timeline", ["alias(<D>.domain_state.state,'state')"], "none", "As libvirt says it. While it migrates, the copy that waits on the other node is paused, and is seen here too.", w=24, h=3,
          mappings=MAPPINGS),
    row("Why it was moved or changed, and whether that helped"),
    panel("CPU of node $node", "timeseries",
          ["alias(<N>.percent-cpu,'all')", "alias(<N>.percent-cpu_domains,'domains')", limit_of("cpu"),
           limit_of("cpu_domains", "limit of domains")], "percent",
          "Of the node that is chosen above, for instance of the one that it left: it goes below the limit if the move helped. The "
          "dashed lines are the limits of the rules in force.", style="rules", least=0, most=100, w=8),
    panel("Hotspots of node $node", "timeseries", ["alias(<F>.gauge-firing@$node,'fire')"], "none",
          "On what of that node rules fired, itself and its domains: the most of each minute.", style="steps", least=0, w=8,
          steps=[(1, ORANGE)]),
    panel("Done in the cluster", "timeseries",
          [by_the_hour("actions-$cluster.derive-*_done@*", "^.*derive-([a-z_]+)_done@([^,()]+).*$", "\\1 \\2")], "none",
          "Actions that ended well, by kind and by the rule that asked for them. `hotspotctl action list` has those of this domain; "
          "where hotspotd writes events, marks on all graphs of this page are of it.", style="bars", least=0, w=8),
    row("CPU"),
    panel("CPU of its vCPUs, and steal", "timeseries",
          ["alias(<D>.percent-vcpus,'used')", "alias(<D>.percent-steal,'stolen')", limit_of("domain_cpu")], "percent",
          "Used: how full the guest is, of all its vCPUs. Stolen: its vCPUs could run but did not. The dashed lines are "
          "the limits of the rules in force.", style="rules", least=0, most=100),
    panel("vCPUs", "timeseries", [last("<D>.gauge-{vcpus,vcpus_max}", "^.*gauge-([a-z_]+).*$")], "none",
          "Now, and at most.", style="steps", least=0),
    panel("Each vCPU", "timeseries", [last("scale(<D>.virt_vcpu-*,0.0000001)", "^.*virt_vcpu-([0-9]+).*$", "vCPU \\1")],
          "percent", "Of one CPU.", steps=HOT, least=0, most=100),
    panel("Each vCPU's delay", "timeseries",
          [last("scale(<D>.virt_vcpu_delay-*,0.0000001)", "^.*virt_vcpu_delay-([0-9]+).*$", "vCPU \\1")], "percent",
          "Share of time in which it could run but did not.", steps=STEAL, style="limit", least=0),
    panel("CPU by kind", "timeseries",
          [last("scale(<D>.ps_cputime.{user,syst},0.000000001)", r"^.*ps_cputime\.([a-z]+).*$")], "none",
          "In CPUs of the node, all threads of its QEMU: 1.5 is one and a half.", style="stacked", least=0),
    panel("CPU of all threads", "timeseries", ["alias(scale(<D>.virt_cpu_total,0.000000001),'all threads')"], "none",
          "In CPUs of the node. What is above its vCPUs is emulation and I/O.", least=0),
    row("Memory"),
    panel("Memory as the guest sees it", "timeseries",
          ["alias(diffSeries(<D>.memory-available,<D>.memory-usable),'used')",
           last("<D>.memory-{unused,disk_caches,available}", "^.*memory-([a-z_]+).*$")], "bytes",
          "The guest's own words; missing where its balloon driver has no statistics period.", least=0),
    panel("Memory used", "timeseries", ["alias(<D>.percent-memory,'used')", limit_of("domain_memory_used")], "percent",
          "By the guest's own view: 1 − usable ÷ available. The dashed lines are the limits of the rules in force.",
          style="rules", least=0, most=100),
    panel("Balloon, its limit, resident", "timeseries",
          [last("<D>.memory-{total,max_balloon,rss}", "^.*memory-([a-z_]+).*$")], "bytes",
          "total: what the guest may use now. max_balloon: what it can have. rss: what its QEMU holds of the node.",
          style="steps", least=0),
    panel("The guest's swapping", "timeseries", [last("<D>.swap_io-{in,out}", "^.*swap_io-([a-z]+).*$")], "Bps",
          "Read back from its swap, and written to it. Read back for long: it has too little memory.", steps=ANY, least=0),
    panel("The guest's major faults", "timeseries", ["alias(<D>.ps_pagefaults.majflt,'major faults')"], "cps",
          "Page faults that needed a disk.", least=0),
    panel("The guest's minor faults", "timeseries", ["alias(<D>.ps_pagefaults.minflt,'minor faults')"], "cps",
          "Page faults that needed no disk.", least=0),
    panel("Memory that is rewritten", "timeseries", ["alias(<D>.virt_dirty_rate,'rewritten')"], "Bps",
          "A migration must copy faster than this. Only where the plugin's DirtyRate is set.", least=0, empty="not measured: DirtyRate"),
    row("Disks"),
    panel("Disks", "timeseries", [pairs("disk_octets-*.{read,write}")], "Bps", "Read is above zero, written below.",
          style="out"),
    panel("Requests to disks", "timeseries", [pairs("disk_ops-*.{read,write}")], "iops",
          "Reads are above zero, writes below.", style="out"),
    panel("Latency of reads", "timeseries", [latency("read")], "ms", "Mean of the requests that ended; none, no value.",
          steps=SLOW, style="limit", least=0, w=8),
    panel("Latency of writes", "timeseries", [latency("write")], "ms", "Mean of the requests that ended.", steps=SLOW,
          style="limit", least=0, w=8),
    panel("Latency of flushes", "timeseries",
          ["aliasSub(divideSeriesLists(sortByName(<D>.total_time_in_ms-flush-*),"
           "sortByName(<D>.total_requests-flush-*)),'^.*ms-flush-([^.,)]+).*$','\\1')"], "ms",
          "Mean time of a flush; where it is long, databases wait.", steps=[(50, YELLOW), (200, RED)], style="limit",
          least=0, w=8, empty="no flush in this time"),
    panel("Size of a read", "timeseries", [a_request("read")], "bytes", "Mean of the requests that ended; small ones cost more.",
          least=0),
    panel("Size of a write", "timeseries", [a_request("write")], "bytes", "Mean of the requests that ended.", least=0),
    panel("Size of its disks", "bargauge",
          [last("<D>.disk_{allocation,capacity,physical}-*", "^.*disk_([a-z]+)-([^.,()]+).*$", "\\2 \\1")], "bytes",
          "capacity: what the guest sees. allocation: what is written. physical: what it takes of the storage.", w=24,
          h=6, least=0),
    row("Network"),
    panel("Network", "timeseries", [pairs("if_octets-*.{rx,tx}")], "Bps",
          "Received by the guest is above zero, sent below.", style="out"),
    panel("Packets", "timeseries", [pairs("if_packets-*.{rx,tx}")], "pps", "Received is above zero, sent below.",
          style="out"),
    panel("Errors and drops", "timeseries", [pairs("if_errors-*.{rx,tx}").replace("\\1 \\2", "\\1 \\2 errors"),
                                             pairs("if_dropped-*.{rx,tx}").replace("\\1 \\2", "\\1 \\2 drops")], "pps",
          "Anything but 0 is a fault, or an interface that is full.", steps=[(0.001, RED)], w=24, least=0),
]
