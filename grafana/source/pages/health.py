"""The collectors: who is silent, slow or cut off from Redis."""
from panels import ORANGE, RED, YELLOW, panel, row, text, to_page

TITLE = "Hotspot: health"
VARIABLES = ["cluster", "node"]

PANELS = [
    text("**Does every node tell, and in time?** hotspotd acts on no node whose data are old."),
    panel("Who tells", "status-history", ["aliasSub(<F>.gauge-domains@*,'^.*@([^,()]+).*$','\\1')"], "none",
          "A gap is a minute in which a node's collectd stored nothing; the number is that of its domains.", h=9,
          link=to_page("health", variable="node")),
    panel("Longest reads", "timeseries", ["aliasSub(highestMax(<F>.duration-read@*,10),'^.*@([^,()]+).*$','\\1')"], "s",
          "The longest read of each minute, of the ten slowest nodes. It must stay below the plugin's Interval.", h=9,
          steps=[(1, YELLOW), (5, RED)], least=0, link=to_page("health", variable="node")),
    panel("Domains whose QEMU does not answer", "timeseries",
          ["aliasSub(highestMax(<F>.gauge-domains_timed_out@*,10),'^.*@([^,()]+).*$','\\1')"], "none",
          "Running domains that were asked and did not answer. Their memory and disks are not known.", w=24,
          steps=[(1, RED)], style="limit", least=0, link=to_page("health", variable="node")),
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
