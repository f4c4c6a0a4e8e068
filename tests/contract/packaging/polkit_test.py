#!/usr/bin/env python3
"""The two rule files for polkit, asked as polkitd asks them: by the JavaScript engine that Debian's polkitd has.

polkit_test.py [-v]
"""
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3]
WIDE = SOURCE / "packaging/polkit/hotspot.rules"
LEAST = SOURCE / "packaging/polkit/hotspot-least.rules"
HARNESS = """
var rules = [];
var polkit = { Result: { NO: "no", YES: "yes", NOT_HANDLED: null }, addRule: function (rule) { rules.push(rule); } };
%s
var questions = %s;
questions.forEach(function (question) {
  var action = { id: question[0], lookup: function (name) { return "web1"; } };
  var answer = rules.map(function (rule) { return rule(action, { user: question[1] }); })
      .filter(function (answer) { return answer; })[0];
  print(answer || "not handled");
});
"""
ACTING = ("connect.getattr", "connect.read", "connect.write", "connect.search-domains", "domain.getattr", "domain.read",
          "domain.read-secure", "domain.write", "domain.save", "domain.migrate", "network.getattr", "network.read",
          "storage-pool.getattr", "storage-pool.read", "storage-pool.refresh", "storage-vol.getattr", "storage-vol.read")
TOO_MUCH = ("domain.stop", "domain.start", "domain.delete", "domain.suspend", "domain.reset", "domain.init-control",
            "domain.hibernate", "domain.core-dump", "domain.mem-read", "domain.block-read", "domain.block-write",
            "domain.snapshot", "domain.checkpoint", "domain.screenshot", "domain.send-input", "domain.open-device",
            "domain.open-graphics", "domain.set-password", "domain.fs-freeze", "network.start", "network.stop",
            "network.delete", "network.write", "storage-pool.stop", "storage-pool.delete", "storage-pool.format",
            "storage-vol.create", "storage-vol.delete", "storage-vol.data-read", "storage-vol.data-write",
            "secret.read-secure", "secret.write", "connect.pm-control", "node-device.detach", "nwfilter.write",
            "interface.stop", "domain.what-libvirt-adds-next")


def ask(rules, questions):
    with tempfile.NamedTemporaryFile("w", suffix=".js") as program:
        program.write(HARNESS % (rules.read_text(), json.dumps(questions)))
        program.flush()
        done = subprocess.run(["duk", program.name], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise AssertionError(f"{rules}: {done.stdout}")
    return dict(zip(map(tuple, questions), done.stdout.splitlines()))


class PolkitTest(unittest.TestCase):
    def answers(self, rules, rights, user="hotspot"):
        asked = ask(rules, [[f"org.libvirt.api.{right}", user] for right in rights])
        return {question[0].replace("org.libvirt.api.", ""): answer for question, answer in asked.items()}

    def test_hotspot_may_connect_with_each_of_the_files_and_others_as_before(self):
        for rules in (WIDE, LEAST):
            asked = ask(rules, [["org.libvirt.unix.manage", user] for user in ("hotspot", "nobody", "root")])
            self.assertEqual(list(asked.values()), ["yes", "not handled", "not handled"], rules)

    def test_the_least_rights_let_hotspotd_see_and_act(self):
        for user in ("hotspot", "hotspot-ssh"):
            self.assertEqual(self.answers(LEAST, ACTING, user), dict.fromkeys(ACTING, "yes"))

    def test_the_least_rights_let_it_do_nothing_else(self):
        self.assertEqual(self.answers(LEAST, TOO_MUCH), dict.fromkeys(TOO_MUCH, "no"))

    def test_what_others_may_do_with_libvirt_is_not_changed(self):
        for rules in (WIDE, LEAST):
            rights = self.answers(rules, ACTING + TOO_MUCH, "nobody")
            self.assertEqual(set(rights.values()), {"not handled"}, rules)

    def test_what_is_not_libvirts_is_not_answered(self):
        for rules in (WIDE, LEAST):
            asked = ask(rules, [["org.freedesktop.systemd1.manage-units", "hotspot"], ["org.libvirt.unix.monitor", "hotspot"]])
            self.assertEqual(set(asked.values()), {"not handled"}, rules)

    def test_the_page_names_the_rights_of_the_file(self):
        page = (SOURCE / "docs/nodes.md").read_text()
        for right in ACTING:
            group = right.split(".")[0] + ".*"
            self.assertTrue(f"`{right}`" in page or f"`{group}`" in page, f"docs/nodes.md does not name {right}")

    def test_what_is_commented_out_is_what_the_page_says(self):
        offered = re.findall(r'(?m)^\s*// , (.*)$', LEAST.read_text())
        self.assertEqual(offered, ['"storage-vol.create", "storage-vol.delete"'])


if __name__ == "__main__":
    unittest.main()
