"""How series are named in Graphite: what write_graphite and hotspot.so are configured to, and the variables of a page."""
import dataclasses

# What Graphite can be asked for by name. Other characters mean something in its queries (a domain named * would be all
# domains), or are not read there (beyond ASCII, unless it has UTF8_METRICS), so such names are in no list; stacks show them.
SAFE = r"[A-Za-z0-9_:@+#~!&^-]+"
# HostnameFormat: how the leaf of a place says its domain, how a list of them shows it, and the other way round.
DOMAINS = {
    "name": {"regex": f"/^percent-({SAFE})@[^@]+$/", "leaf": "percent-$domain@*",
             "legend": r"^.*\.percent-(.+)@[^@]*$", "own": rf"^.*\.percent-({SAFE})@[^@]*$"},
    "uuid": {"regex": r"/^percent-(?<value>[0-9a-f-]+)~(?<text>.+)@[^@]+$/", "leaf": "percent-$domain~*@*",
             "legend": r"^.*\.percent-[^~]+~(.+)@[^@]*$", "own": r"^.*\.percent-([0-9a-f-]+)~.+@[^@]*$"},
}


@dataclasses.dataclass(frozen=True)
class Names:
    """prefix: of write_graphite, with the dot at its end. domains: HostnameFormat, "name" or "uuid". plugin: PluginName.
    redis_memory: maxmemory of a Redis that collectd's plugin redis reads, in bytes; None: hotspotd says how full it is."""
    prefix: str = "collectd."
    domains: str = "name"
    plugin: str = "virt"
    redis_memory: float | None = None

    def __post_init__(self):
        if self.domains not in DOMAINS:
            raise ValueError(f"domains is '{self.domains}'; it is one of: {', '.join(sorted(DOMAINS))}")
        if self.prefix and not self.prefix.endswith("."):
            raise ValueError(f"prefix is '{self.prefix}'; it ends with a dot, as Prefix of write_graphite does")

        if self.redis_memory is not None and not 0 < self.redis_memory < float("inf"):
            raise ValueError(f"redis-memory is {self.redis_memory:g}; it is a number of bytes above 0")

    def fill(self, text):
        """A query of a page: F fleet, P places, N node, D domain, H the domains of the node, in < and >."""
        known = {"F": f"{self.prefix}hotspot.fleet-$cluster", "P": f"{self.prefix}hotspot.place-$cluster",
                 "N": f"{self.prefix}$node.hotspot", "D": f"{self.prefix}$domain.{self.plugin}",
                 "H": f"{self.prefix}$here.{self.plugin}", "root": f"{self.prefix}hotspot", "every": f"{self.prefix}*",
                 "host": str(self.prefix.count(".")), **DOMAINS[self.domains]}
        for word, meant in known.items():
            text = text.replace(f"<{word}>", meant)
        return text
