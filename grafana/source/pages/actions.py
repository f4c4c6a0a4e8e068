"""What was moved: arrivals and departures by node, and each migration's course."""
from panels import HOT, by_the_hour, panel, row, text, to_page

TITLE = "Hotspot: migrations"
VARIABLES = ["cluster", "node", "here"]

PANELS = [
    text("**What was moved, and how did it go?** Marks are events; a migration is also where a domain's row ends on one "
         "node and begins on another."),
    panel("Domains of this node, when", "state-timeline",
          ["aliasSub(sortByMaxima(<P>.percent-*@$node),'<legend>','\\1')"], "percent",
          "A row for each domain that was here: it begins when it came and ends when it left. Colour: what it took of the "
          "node's CPUs.", w=24, h=12, steps=HOT, link=to_page("domain", "&${node:queryparam}")),
    panel("Domains by node", "timeseries", ["aliasSub(highest(<F>.gauge-domains@*,20,'range'),'^.*@([^,()]+).*$','\\1')"],
          "none", "Of the twenty nodes where it changed most. A step up is an arrival or a start, a step down a departure or a stop.", style="steps", least=0, w=24,
          link=to_page("node")),
    row("Migrations under way"),
    panel("Left to copy", "timeseries", ["aliasByNode(<H>.bytes-job_remaining,<host>)"], "bytes",
          "Of each domain that migrates away from this node. It should fall; where it saws, the guest rewrites faster "
          "than the link copies. Needs job_stats_background in the plugin's ExtraStats, which is there by default.",
          least=0, empty="no migration away from this node in this time"),
    panel("Copied", "timeseries", ["aliasByNode(<H>.job_stats-data_processed,<host>)"], "Bps",
          "What each migration copies in a second.", least=0, empty="no migration away from this node in this time"),
    panel("Memory that is rewritten", "timeseries", ["aliasByNode(<H>.virt_dirty_rate,<host>)"], "Bps",
          "By each guest of this node. Only where the plugin's DirtyRate is set.", least=0, empty="not measured: DirtyRate"),
    panel("Links in use", "timeseries", ["alias(<N>.percent-net,'links')"], "percent",
          "Of the links to the world the busiest. Migrations share it with the guests.", steps=HOT, style="limit",
          least=0, most=100),
    row("What hotspotd did, in the whole cluster"),
    panel("Actions by the hour", "timeseries",
          [by_the_hour("actions-$cluster.derive-*_done@*", "^.*derive-([a-z_]+)_done@([^,()]+).*$", "\\1 \\2")], "none",
          "Actions that ended well, by kind and by the rule that asked for them.", style="bars", least=0),
    panel("Failures by the hour", "timeseries",
          [by_the_hour("actions-$cluster.derive-*_failed@*", "^.*derive-([a-z_]+)_failed@([^,()]+).*$", "\\1 \\2"),
           by_the_hour("actions-$cluster.derive-*_aborted@*", "^.*derive-([a-z_]+)_aborted@([^,()]+).*$", "aborted: \\1 \\2")],
          "none", "Actions that failed, and that were ended before their time. `hotspotctl action list` says why.", style="bars",
          least=0),
    panel("Decisions by the hour", "timeseries",
          [by_the_hour("actuator-$cluster.derive-decisions_*", "^.*decisions_([a-z]+).*$")], "none",
          "What was concluded: act, recommend, or nothing and why. `hotspotctl decision list` has the reasons.", style="bars",
          least=0),
    panel("How long migrations took", "timeseries",
          [by_the_hour("actions-$cluster.derive-migrate_duration_ms_le_*", "^.*_ms_le_([0-9a-z]+).*$", "up to \\1 ms")], "none",
          "Migrations an hour, by how long they took: each up to that and longer than the bound before.", style="bars", least=0),
    panel("How long domains stood still", "timeseries",
          [by_the_hour("actions-$cluster.derive-migrate_downtime_ms_le_*", "^.*_ms_le_([0-9a-z]+).*$", "up to \\1 ms")], "none",
          "Migrations an hour, by the downtime that libvirt measured.", style="bars", least=0),
    panel("Measured against predicted", "timeseries",
          [by_the_hour("actions-$cluster.derive-migrate_prediction_percent_le_*", "^.*_percent_le_([0-9a-z]+).*$", "up to \\1 %")],
          "none", "Migrations an hour, by measured ÷ predicted duration: 100 % is as predicted.", style="bars", least=0),
]
