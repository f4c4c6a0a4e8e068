#!/usr/bin/env python3
"""The stock collectd loads hotspot.so, takes the sample configuration, and refuses mistakes by name.

collectd_test.py PLUGIN.SO
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
PLUGIN = pathlib.Path(sys.argv.pop()).resolve()
HEAD = """Hostname "node1"
FQDNLookup false
BaseDir "{dir}"
TypesDB "/usr/share/collectd/types.db"
LoadPlugin csv
<Plugin csv>
  DataDir "{dir}/csv"
</Plugin>
"""
LOAD = f"""PluginDir "{PLUGIN.parent}"
LoadPlugin hotspot
PluginDir "/usr/lib/collectd"
"""


class Collectd(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="hotspot-collectd-")
        self.addCleanup(self.folder.cleanup)
        self.dir = pathlib.Path(self.folder.name)

    def read_once(self, config):
        """collectd with this configuration, until it has read once."""
        file = self.dir / "collectd.conf"
        file.write_text(HEAD.format(dir=self.dir) + config)
        done = subprocess.run(["collectd", "-T", "-f", "-C", str(file), "-P", str(self.dir / "pid")], text=True,
                              capture_output=True, timeout=60, stdin=subprocess.DEVNULL, check=False)
        return done.returncode, done.stdout + done.stderr

    def stored(self):
        return {str(path.relative_to(self.dir / "csv")).rsplit("-", 3)[0] for path in self.dir.rglob("csv/*/*/*")}

    def test_values_of_libvirt_s_own_test_domain_are_stored_under_the_names_of_the_virt_plugin(self):
        code, said = self.read_once(LOAD + '<Plugin hotspot>\n  Connection "test:///default"\n</Plugin>\n')
        self.assertEqual(code, 0, said)
        self.assertIn("test/virt/domain_state", self.stored(), said)
        self.assertIn("node1/hotspot/gauge-domains", self.stored(), said)

    def test_each_mistake_is_named_with_plugin_and_key_and_all_at_once(self):
        code, said = self.read_once(LOAD + """<Plugin hotspot>
  Conection "qemu:///system"
  Timeout "soon"
  <Redis>
    Prot 6379
  </Redis>
</Plugin>
""")
        self.assertNotEqual(code, 0, said)
        self.assertIn("hotspot plugin: unknown key 'Conection' in <Plugin hotspot>, did you mean 'Connection'?", said)
        self.assertIn("hotspot plugin: Timeout in <Plugin hotspot>: takes one number", said)
        self.assertIn("hotspot plugin: unknown key 'Prot' in <Redis>, did you mean 'Port'?", said)

    def test_the_sample_configuration_is_taken_as_it_ships(self):
        sample = (ROOT / "collectd-plugin/collectd.conf.d/hotspot.conf").read_text()
        sample = sample.replace('# PluginDir "/usr/local/lib/collectd"', f'PluginDir "{PLUGIN.parent}"')
        sample = sample.replace('# PluginDir "/usr/lib/collectd"', 'PluginDir "/usr/lib/collectd"')
        sample = sample.replace('"qemu:///system"', '"test:///default"').replace("/var/lib/collectd/rrd", f"{self.dir}/rrd")
        code, said = self.read_once(sample)
        self.assertEqual(code, 0, said)
        self.assertNotIn("hotspot plugin:", said)

    def test_the_keys_of_the_virt_plugin_are_taken_and_what_has_no_effect_is_said(self):
        code, said = self.read_once(LOAD + '''<Plugin hotspot>
  Connection "test:///default"
  RefreshInterval 60
  Domain "/^te/"
  BlockDevice "/:hdb/"
  IgnoreSelected false
  BlockDeviceFormat target
  BlockDeviceFormatBasename false
  HostnameFormat uuid
  InterfaceFormat name
  PluginInstanceFormat name
  ReportBlockDevices true
  ReportNetworkInterfaces true
  ExtraStats "cpu_util domain_state"
  PersistentNotification false
  Instances 2
  <GroupInterval>
    Memory 10
  </GroupInterval>
</Plugin>
''')
        self.assertEqual(code, 0, said)
        self.assertIn("6695eb01-f6a4-8304-79aa-97f2502e193f/virt-test/domain_state", self.stored(), said)
        self.assertEqual(said.count("hotspot plugin:"), 1, said)
        self.assertIn("Instances in <Plugin hotspot> has no effect", said)

    def test_each_type_that_is_stored_is_in_collectd_s_types_db_or_in_ours_and_in_one_only(self):
        def types(path):
            return {line.split()[0] for line in pathlib.Path(path).read_text().splitlines() if line[:1] not in ("", "#")}

        stock, own = types("/usr/share/collectd/types.db"), types(ROOT / "collectd-plugin/hotspot_types.db")
        used = set()
        for path in [path for path in (ROOT / "collectd-plugin").rglob("*") if re.search("/dispatch.*[.](cc|h)$", str(path))]:
            used |= set(re.findall(r'\b(?:gauge|gauge_count|counter|counters|add)\("(\w+)"', path.read_text()))
            used |= set(re.findall(r'\bgather\(fleet_, \{"(\w+)"', path.read_text()))
        self.assertGreater(len(used), 25)
        self.assertEqual(used - stock - own, set())
        self.assertEqual(own & stock, set())
        self.assertEqual(own - used, set())

    def test_libvirt_that_is_away_does_not_keep_collectd_from_starting(self):
        _, said = self.read_once(LOAD + '<Plugin hotspot>\n  Connection "qemu+unix:///system?socket=/nowhere"\n</Plugin>\n')
        self.assertEqual(said.count("is away: cannot connect to libvirt"), 1, said)


if __name__ == "__main__":
    unittest.main()
