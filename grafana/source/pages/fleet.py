"""All nodes of a cluster: which is hot, how even the load is, who takes most."""
from panels import ANY, FULL, HOT, RED, WAITS, YELLOW, ORANGE, by_the_hour, panel, row, text, to_page

TITLE = "Hotspot: fleet"
VARIABLES = ["cluster"]
MINUTE = " A value is the mean of a minute, written by each node itself."


def ranked(series, function, most):
    return [f"aliasSub({function}(<F>.{series}@*,{most}),'^.*@([^,()]+).*$','\\1')"]


def of_all(function, series):
    """Over all nodes. They store one after the other, so that the newest minute is of some of them: the others count as before."""
    return f"{function}(keepLastValue(<F>.{series}@*,2))"


PANELS = [
    text("**Which nodes are hot, and is the load even?** Click a node to see what makes it so."),
    panel("Hottest", "stat", [f"alias({of_all('maxSeries', 'percent-cpu')},'hottest')"], "percent",
          "The CPU of the fullest node." + MINUTE, w=4, h=4, steps=HOT),
    panel("Mean", "stat", [f"alias({of_all('averageSeries', 'percent-cpu')},'mean')"], "percent",
          "CPU, mean over the nodes." + MINUTE, w=4, h=4, steps=HOT),
    panel("Spread", "stat", [f"alias({of_all('stddevSeries', 'percent-cpu')},'spread')"], "percent",
          "Standard deviation of the nodes' CPU." + MINUTE, w=4, h=4, steps=[(15, YELLOW), (30, RED)]),
    panel("Nodes", "stat", ["alias(countSeries(<F>.gauge-domains@*),'nodes')"], "none",
          "Nodes that ever were of this cluster, as Graphite knows them; a node that is silent has a gap on the page "
          "of health.", w=4, h=4),
    panel("Domains", "stat", [f"alias({of_all('sumSeries', 'gauge-domains')},'domains')"], "none",
          "Domains that run on all nodes.", w=4, h=4),
    panel("Memory that could be used", "stat", [f"alias({of_all('sumSeries', 'memory-available')},'available')"], "bytes",
          "Of all nodes: what domains could take without swapping (MemAvailable)." + MINUTE, w=4, h=4),
    panel("Nodes by CPU, how many", "heatmap", ["aliasSub(<F>.percent-cpu@*,'^.*@','')"], "percent",
          "How many nodes are how full, over time: one band is an even load, two are an uneven one. 48 columns, in each the "
          "nodes' means over that time.", w=12, h=9, points=48),
    panel("Hottest nodes", "status-history", ranked("percent-cpu", "highestAverage", 20), "percent",
          "CPU of the twenty nodes that were fullest in this time." + MINUTE, w=12, h=9, steps=HOT, least=0, most=100,
          link=to_page("node")),
    row("Hotspots, and what is done"),
    panel("Hotspots now", "stat", ["alias(sumSeries(<root>.actuator-$cluster.gauge-firing),'firing')"], "none",
          "Nodes and domains on which a rule fires, also one that only tells.", w=4, h=7, steps=[(1, ORANGE)]),
    panel("Under way", "stat", ["alias(sumSeries(<root>.actuator-$cluster.gauge-actions_in_flight),'under way')"], "none",
          "Actions that have begun and not ended.", w=4, h=7, steps=[]),
    panel("Hotspots by rule", "timeseries", ["aliasSub(<root>.actuator-$cluster.gauge-firing@*,'^.*@([^,()]+).*$','\\1')"], "none",
          "Nodes and domains on which each rule fires, those that only tell among them.", style="steps", least=0, w=8, h=7),
    panel("Done by the hour", "timeseries",
          [by_the_hour("actions-$cluster.derive-*_done@*", "^.*derive-([a-z_]+)_done@([^,()]+).*$", "\\1 \\2"),
           by_the_hour("actions-$cluster.derive-*_failed@*", "^.*derive-([a-z_]+)_failed@([^,()]+).*$", "failed: \\1 \\2")], "none",
          "Actions that ended well, and that failed, by kind and rule.", style="bars", least=0, w=8, h=7),
    panel("Hotspots by node", "status-history", ranked("gauge-firing", "highestMax", 20), "none",
          "On what of each node a rule fired, itself and its domains: the most of each minute, of the twenty nodes with most. Stored "
          "by each node itself, where its collector may read what the leader publishes.", w=24, h=7, steps=[(1, ORANGE), (5, RED)],
          link=to_page("node")),
    row("Nodes by resource"),
    panel("By CPU", "bargauge", ranked("percent-cpu", "highestCurrent", 15), "percent",
          "CPU of the fullest nodes, now." + MINUTE, w=6, h=10, steps=HOT, least=0, most=100, link=to_page("node")),
    panel("By memory", "bargauge", ranked("percent-memory", "highestCurrent", 15), "percent",
          "1 − available ÷ memory, of the fullest nodes, now." + MINUTE, w=6, h=10, steps=FULL, least=0, most=100,
          link=to_page("node")),
    panel("By links", "bargauge", ranked("percent-net", "highestCurrent", 15), "percent",
          "Of each node's links to the world the busiest: its busier direction ÷ its speed. Nodes whose links tell no "
          "speed are not here." + MINUTE, w=6, h=10, steps=HOT, least=0, most=100, link=to_page("node")),
    panel("By volume", "bargauge", ranked("gauge-volume", "highestCurrent", 15), "none",
          "One number for CPU, network and memory: the product of 1 ÷ (1 − u). 1 is idle, 8 is half full in all three.",
          w=6, h=10, steps=[(4, YELLOW), (8, ORANGE), (16, RED)], least=1, most=32, link=to_page("node")),
    row("Over time"),
    panel("Imbalance", "timeseries", [f"alias({of_all('stddevSeries', 'percent-cpu')},'spread')",
                                      f"alias({of_all('averageSeries', 'percent-cpu')},'mean')",
                                      f"alias({of_all('maxSeries', 'percent-cpu')},'hottest')"], "percent",
          "Spread is the standard deviation of the nodes' CPU: as long as it is small beside the mean, moving domains "
          "gains little." + MINUTE, least=0, most=100),
    panel("Time above 80 %", "timeseries",
          ["aliasSub(movingAverage(scale(isNonNull(removeBelowValue(highestMax(<F>.percent-cpu@*,10),80)),100),'1h'),"
           "'^.*@([^,()]+).*$','\\1')"], "percent",
          "Share of the hour before in which the CPU of a node was above 80 %, of the ten that were fullest. A peak passes; "
          "what is above half for long is a hotspot.", steps=[(25, YELLOW), (50, RED)], style="limit", least=0, most=100,
          link=to_page("node")),
    panel("Nodes under pressure", "timeseries", ranked("percent-pressure_memory", "highestAverage", 10), "percent",
          "Share of time in which some tasks waited for memory (the kernel's pressure stall information), of the ten "
          "worst nodes." + MINUTE, steps=WAITS, least=0, style="limit"),
    panel("Waiting for a CPU", "timeseries", ranked("percent-pressure_cpu", "highestAverage", 10), "percent",
          "Share of time in which some tasks waited for a CPU, of the ten worst nodes." + MINUTE, steps=WAITS, least=0),
    panel("Steal of the nodes", "timeseries", ranked("percent-cpu_steal", "highestAverage", 10), "percent",
          "CPU time that a node, itself a guest, was not given. 0 on hardware." + MINUTE, steps=ANY, least=0),
    panel("Memory that could be used, by node", "timeseries", ranked("memory-available", "lowestCurrent", 10), "bytes",
          "Of the ten nodes with the least of it." + MINUTE, least=0, link=to_page("node")),
    panel("Domains by node", "timeseries", ranked("gauge-domains", "highestCurrent", 20), "none",
          "Running domains of the twenty nodes with most of them.", least=0, style="steps", w=24, link=to_page("node")),
    row("Who takes most"),
    panel("Top consumers", "table", ["aliasSub(highestAverage(<P>.percent-*,20),'^.*\\.percent-(.+)$','\\1')"],
          "percent", "Domain@node, in per cent of that node's CPUs. Reads a file of each domain of the cluster: good up "
          "to some 2,000 of them." + MINUTE, w=24, h=12, steps=HOT),
]
