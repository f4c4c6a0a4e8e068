"""The collectors: who is silent, slow or cut off from Redis."""
from panels import ORANGE, RED, YELLOW, panel, row, text, to_page

TITLE = "Hotspot: health"
VARIABLES = ["cluster", "node"]
YES_NO = [{"type": "value", "options": {"0": {"text": "nobody", "color": "red", "index": 0},
                                         "1": {"text": "yes", "color": "green", "index": 1}}}]

PANELS = [
    text("**Does every node tell, and in time?** hotspotd acts on no node whose data are old."),
    panel("Who tells", "status-history", ["aliasSub(lowest(removeEmptySeries(<F>.gauge-domains@*),40,'count'),'^.*@([^,()]+).*$','\\1')"], "none",
          "The forty nodes that told least. A gap is a minute in which a node's collectd stored nothing; the number is that of "
          "its domains.", h=9,
          link=to_page("health", variable="node")),
    panel("Longest reads", "timeseries", ["aliasSub(highestMax(<F>.duration-read@*,10),'^.*@([^,()]+).*$','\\1')"], "s",
          "The longest read of each minute, of the ten slowest nodes. It must stay below the plugin's Interval.", h=9,
          steps=[(1, YELLOW), (5, RED)], least=0, link=to_page("health", variable="node")),
    panel("Domains whose QEMU does not answer", "timeseries",
          ["aliasSub(highestMax(<F>.gauge-domains_timed_out@*,10),'^.*@([^,()]+).*$','\\1')"], "none",
          "Running domains that were asked and did not answer. Their memory and disks are not known.", w=24,
          steps=[(1, RED)], style="limit", least=0, link=to_page("health", variable="node")),
    row("hotspotd"),
    panel("Leads", "stat", ["alias(<root>.actuator-$cluster.gauge-leader,'leads')"], "none",
          "1: a hotspotd leads this cluster; 0: none does.", w=4, h=4, mappings=YES_NO),
    panel("Age of what it says", "stat", ["alias(<root>.actuator-$cluster.duration-leader_age,'age')"], "s",
          "It writes each second; an old record is a hotspotd that lags.", w=4, h=4, steps=[(10, YELLOW), (30, RED)]),
    panel("Age of what it sees", "stat", ["alias(<root>.actuator-$cluster.duration-snapshot_lag,'lag')"], "s",
          "The oldest of the newest data of the nodes that count.", w=4, h=4, steps=[(30, YELLOW), (60, RED)]),
    panel("Nodes set aside", "stat", ["alias(<root>.actuator-$cluster.gauge-nodes_stale,'stale')"], "none",
          "Nodes whose data are old: nothing is done there.", w=4, h=4, steps=[(1, RED)]),
    panel("Rule files refused", "stat", ["alias(<root>.actuator-$cluster.gauge-rules_refused,'refused')"], "none",
          "1: the newest files were refused, and the set of before is in force.", w=4, h=4, steps=[(1, RED)]),
    panel("On two nodes", "stat", ["alias(<root>.actuator-$cluster.gauge-domains_on_two_nodes,'domains')"], "none",
          "Domains that run on two nodes at once. An alarm unless 0.", w=4, h=4, steps=[(1, RED)]),
    panel("Snapshots taken in", "timeseries", ["alias(<root>.actuator-$cluster.derive-snapshots_taken,'taken')",
                                               "alias(<root>.actuator-$cluster.derive-snapshots_refused,'refused')"], "cps",
          "A second. Refused: not signed as they should be, or not to be read.", least=0),
    panel("Evaluation of the rules", "timeseries", ["alias(<root>.actuator-$cluster.duration-evaluation,'evaluation')"], "s",
          "What the newest evaluation of the whole set took.", steps=[(0.5, YELLOW), (1, RED)], least=0),
    row("The collector of this node"),
    panel("Snapshots to Redis", "timeseries",
          ["alias(<N>.derive-snapshots_published,'published')", "alias(<N>.derive-snapshots_dropped,'dropped')"], "cps",
          "A second. Dropped: Redis was away for longer than the backlog lasts.", least=0, w=8),
    panel("Connected to Redis again", "timeseries", ["alias(<N>.derive-redis_reconnects,'reconnects')"], "cps",
          "A second; often is a network or a Redis that is not well.", steps=[(0.001, ORANGE)], least=0, w=8),
    panel("Reads that libvirt did not answer", "timeseries", ["alias(<N>.derive-reads_timed_out,'timed out')"], "cps",
          "A second. libvirtd hangs, or has too much to do.", steps=[(0.001, RED)], least=0, w=8),
    panel("Length of a read", "timeseries", ["alias(<N>.duration-read,'read')"], "s",
          "Until the last QEMU had answered or was no longer waited for.", steps=[(1, YELLOW), (5, RED)], least=0),
    panel("Size of a snapshot", "timeseries", ["alias(<N>.bytes-snapshot,'snapshot')"], "bytes",
          "What goes to Redis at each read.", least=0),
]
