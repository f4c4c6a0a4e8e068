"""One node: what fills it, and which of its domains."""
from panels import ANY, FULL, HOT, ORANGE, RED, STEAL, WAITS, YELLOW, limit_of, panel, row, text, to_page

TITLE = "Hotspot: node"
VARIABLES = ["cluster", "node", "here"]
TO_DOMAIN = to_page("domain", "&${node:queryparam}")


def last(series, pattern, shown="\\1"):
    return f"aliasSub({series},'{pattern}','{shown}')"


PANELS = [
    text("**What fills this node, and which of its domains does?** Click a domain to see it alone."),
    panel("CPU", "stat", ["alias(<N>.percent-cpu,'CPU')"], "percent", "Of all CPUs: neither idle nor waiting for I/O.",
          w=4, h=4, steps=HOT),
    panel("Memory", "stat", ["alias(<N>.percent-memory,'memory')"], "percent", "1 − available ÷ memory.", w=4, h=4,
          steps=FULL),
    panel("Links", "stat", ["alias(<N>.percent-net,'links')"], "percent",
          "Of the links to the world the busiest: its busier direction ÷ its speed.", w=4, h=4, steps=HOT),
    panel("Volume", "stat", ["alias(<N>.gauge-volume,'volume')"], "none",
          "CPU, network and memory in one number: the product of 1 ÷ (1 − u).", w=4, h=4,
          steps=[(4, YELLOW), (8, ORANGE), (16, RED)]),
    panel("Domains", "stat", ["alias(<N>.gauge-domains,'domains')"], "none", "Domains that run here.", w=4, h=4),
    panel("Steal of the node", "stat", ["alias(<N>.percent-cpu_steal,'steal')"], "percent",
          "CPU time that the node, itself a guest, was not given. On hardware it is 0.", w=4, h=4,
          steps=[(5, YELLOW), (10, RED)]),
    panel("Hotspots", "status-history", ["alias(<F>.gauge-firing@$node,'fire')"], "none",
          "On what of this node rules fired, itself and its domains: the most of each minute.", w=24, h=3,
          steps=[(1, ORANGE), (5, RED)]),
    row("CPU"),
    panel("Its domains", "timeseries", ["aliasSub(<P>.percent-*@$node,'<legend>','\\1')"], "percent",
          "What each domain takes of all CPUs of this node, means of a minute. A domain that left ends where it left.",
          style="stacked", least=0, most=100, h=10, link=TO_DOMAIN),
    panel("CPU, and its domains' share", "timeseries",
          ["alias(<N>.percent-cpu,'all')", "alias(<N>.percent-cpu_domains,'domains')", limit_of("cpu"),
           limit_of("cpu_domains", "limit of domains")], "percent",
          "What is between the two lines is the node's own work. The dashed lines are the limits of the rules in force.",
          style="rules", least=0, most=100, h=10),
    panel("CPU by kind", "timeseries", [last("<N>.percent-cpu_{user,system,iowait,steal}", "^.*cpu_([a-z]+).*$")],
          "percent", "Guests count as user.", style="stacked", least=0, most=100),
    panel("Who is robbed", "timeseries", ["aliasByNode(highestAverage(<H>.percent-steal,10),<host>)"], "percent",
          "Share of time in which the vCPUs of a domain could run but did not, of the ten worst.", steps=STEAL,
          style="limit", least=0, link=TO_DOMAIN),
    panel("Load against CPUs", "timeseries",
          ["aliasByNode(<N>.load.{shortterm,midterm,longterm},-1)", "alias(<N>.gauge-cpus,'CPUs')"], "none",
          "Tasks that run or want to, over 1, 5 and 15 minutes.", least=0),
    panel("Pressure", "timeseries", [last("<N>.percent-pressure_*", "^.*pressure_([a-z_]+).*$")], "percent",
          "Share of time in which some tasks (full: all) waited, the kernel's mean of ten seconds.", steps=WAITS,
          style="limit", least=0),
    row("Memory"),
    panel("Memory", "timeseries", [last("<N>.memory-{used,cached,buffered,slab,free}", "^.*memory-([a-z]+).*$")],
          "bytes", "Used is memory − available, so what could be given back (most of cached, buffered, slab) is beside "
          "it and partly in it.", least=0),
    panel("Memory used", "timeseries", ["alias(<N>.percent-memory,'used')", limit_of("memory_used")], "percent",
          "1 − available ÷ memory. The dashed lines are the limits of the rules in force.", style="rules", least=0, most=100),
    panel("Swapping", "timeseries", [last("<N>.swap_io-{in,out}", "^.*swap_io-([a-z]+).*$")], "Bps",
          "What the node reads back from its swap, and writes to it.", steps=ANY, least=0),
    panel("Swap", "timeseries", [last("<N>.swap-{used,free}", "^.*swap-([a-z]+).*$")], "bytes", "Where there is any.",
          style="stacked", least=0),
    panel("Huge pages", "timeseries", [last("<N>.memory-{huge_pages,huge_pages_free}", "^.*memory-(huge_pages[a-z_]*).*$")], "bytes",
          "The pool of huge pages of the default size, and what of it nothing uses. Empty where there is none.", least=0,
          empty="no pool of huge pages"),
    panel("Largest domains", "timeseries", ["aliasByNode(highestCurrent(<H>.memory-rss,10),<host>)"], "bytes",
          "What the QEMU of each of the ten largest holds of its node's memory, also where it went elsewhere in this time.",
          least=0, link=TO_DOMAIN),
    panel("Free memory by NUMA cell", "timeseries", [last("<N>.memory-numa*_free", "^.*memory-(numa[0-9]+)_free.*$")],
          "bytes", "A domain that does not fit into one cell is slower.", least=0),
    panel("Saved by page merging", "timeseries", ["alias(<N>.memory-ksm_saved,'saved')"], "bytes",
          "What kernel same-page merging (KSM) saves; 0 where it is off. It must be found again elsewhere when a domain "
          "leaves.", least=0),
    row("Links"),
    panel("Links", "timeseries", [last("<N>.if_octets-*.{rx,tx}", r"^.*if_octets-([^.]+)\.([a-z]+).*$", "\\1 \\2")],
          "Bps", "Links to the world. Received is above zero, sent below.", style="out"),
    panel("Links in use", "timeseries",
          ["alias(asPercent(scale(sumSeries(<N>.if_octets-*.rx),8),sumSeries(<N>.link_speed-*)),'received')",
           "alias(asPercent(scale(sumSeries(<N>.if_octets-*.tx),8),sumSeries(<N>.link_speed-*)),'sent')"], "percent",
          "All links together, of what all could carry.", steps=HOT, style="limit", least=0),
]
