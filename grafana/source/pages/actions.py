"""What was moved: arrivals and departures by node, and each migration's course."""
from panels import ANY, HOT, ORANGE, RED, YELLOW, panel, row, text, to_page

TITLE = "Hotspot: migrations"
VARIABLES = ["cluster", "node", "here"]

PANELS = [
    text("**What was moved, and how did it go?** Marks are events; a migration is also where a domain's row ends on one "
         "node and begins on another."),
    panel("Domains of this node, when", "state-timeline",
          ["aliasSub(sortByMaxima(<P>.percent-*@$node),'<legend>','\\1')"], "percent",
          "A row for each domain that was here: it begins when it came and ends when it left. Colour: what it took of the "
          "node's CPUs.", w=24, h=12, steps=HOT, link=to_page("domain", "&${node:queryparam}")),
    panel("Domains by node", "timeseries", ["aliasSub(<F>.gauge-domains@*,'^.*@([^,()]+).*$','\\1')"], "none",
          "A step up is an arrival or a start, a step down a departure or a stop.", style="steps", least=0, w=24,
          link=to_page("node")),
    row("Migrations under way"),
    panel("Left to copy", "timeseries", ["aliasByNode(<H>.bytes-job_remaining,<host>)"], "bytes",
          "Of each domain that migrates away from this node. It should fall; where it saws, the guest rewrites faster "
          "than the link copies. Needs job_stats_background in the plugin's ExtraStats, which is there by default.",
          least=0),
    panel("Copied", "timeseries", ["aliasByNode(<H>.job_stats-data_processed,<host>)"], "Bps",
          "What each migration copies in a second.", least=0),
    panel("Memory that is rewritten", "timeseries", ["aliasByNode(<H>.virt_dirty_rate,<host>)"], "Bps",
          "By each guest of this node. Only where the plugin's DirtyRate is set.", least=0),
    panel("Links in use", "timeseries", ["alias(<N>.percent-net,'links')"], "percent",
          "Of the links to the world the busiest. Migrations share it with the guests.", steps=HOT, style="limit",
          least=0, most=100),
]
