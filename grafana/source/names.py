"""How series are named in Graphite: what write_graphite and hotspot.so are configured to, and the variables of a page."""
import dataclasses

# HostnameFormat: how the leaf of a place says its domain, how a list of them shows it, and the other way round.
DOMAINS = {
    "name": {"regex": r"/^percent-(.+)@[^@]+$/", "leaf": "percent-$domain@*",
             "legend": r"^.*percent-([^,()]+)@[^@]*$", "own": r"^.*percent-([^,()]+)@[^@]*$"},
    "uuid": {"regex": r"/^percent-(?<value>[^~]+)~(?<text>.+)@[^@]+$/", "leaf": "percent-$domain~*@*",
             "legend": r"^.*percent-[^~,()]+~([^,()]+)@[^@]*$", "own": r"^.*percent-([^~,()]+)~[^@]+@[^@]*$"},
}


@dataclasses.dataclass(frozen=True)
class Names:
    """prefix: of write_graphite, with the dot at its end. domains: HostnameFormat, "name" or "uuid". plugin: PluginName."""
    prefix: str = "collectd."
    domains: str = "name"
    plugin: str = "virt"

    def __post_init__(self):
        if self.domains not in DOMAINS:
            raise ValueError(f"domains is '{self.domains}'; it is one of: {', '.join(sorted(DOMAINS))}")
        if self.prefix and not self.prefix.endswith("."):
            raise ValueError(f"prefix is '{self.prefix}'; it ends with a dot, as Prefix of write_graphite does")

    def fill(self, text):
        """A query of a page: F fleet, P places, N node, D domain, H the domains of the node, in < and >."""
        known = {"F": f"{self.prefix}hotspot.fleet-$cluster", "P": f"{self.prefix}hotspot.place-$cluster",
                 "N": f"{self.prefix}$node.hotspot", "D": f"{self.prefix}$domain.{self.plugin}",
                 "H": f"{self.prefix}$here.{self.plugin}", "root": f"{self.prefix}hotspot",
                 "host": str(self.prefix.count(".")), **DOMAINS[self.domains]}
        for word, meant in known.items():
            text = text.replace(f"<{word}>", meant)
        return text
