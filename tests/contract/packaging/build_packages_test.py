#!/usr/bin/env python3
"""packaging/build-packages.sh up to where it compiles, with a cmake that only says how it was called.

build_packages_test.py [-v]
"""
import os
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "packaging/build-packages.sh"


class BuildPackagesTest(unittest.TestCase):
    def built(self, folder, cmake):
        """The exit code and what was said, where cmake is this script."""
        programs = folder / "bin"
        programs.mkdir()
        for name, text in (("cmake", cmake), ("dpkg-buildflags", "echo -O2")):
            (programs / name).write_text(f"#!/bin/sh\n{text}\n")
            (programs / name).chmod(0o755)
        done = subprocess.run([SCRIPT, folder / "out"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "HOTSPOT_PACKAGE_BUILD": str(folder / "build/packages")})
        return done.returncode, done.stdout

    def test_in_a_checkout_where_nothing_was_built_yet_it_configures_and_builds(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            code, said = self.built(folder, 'echo "$@" >> "${0%/*}/calls"\ncase $1 in --build) exit 3 ;; esac')
            self.assertTrue((folder / "bin/calls").exists(), f"cmake was not called: {said}")
            calls = (folder / "bin/calls").read_text().splitlines()
            self.assertEqual([call.split()[0] for call in calls], ["--preset", "--build"], said)
            self.assertEqual(code, 3, said)

    def test_what_cannot_be_configured_is_said(self):
        with tempfile.TemporaryDirectory() as name:
            code, said = self.built(pathlib.Path(name), 'echo "no compiler at all"; exit 1')
            self.assertEqual(code, 1)
            self.assertEqual(said, "no compiler at all\n")


if __name__ == "__main__":
    unittest.main()
