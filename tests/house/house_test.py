#!/usr/bin/env python3
"""Keeps the house in order: who includes whom, what is pure, how long files are, that tests do not sleep.

Run alone: tests/house/house_test.py [-v]
"""
import pathlib
import re
import unittest

import signatures
from checkout import ROOT, tracked

# design.md: telemetry ◀ model ◀ rules ◀ plan ◀ act ▶ ports ◀ io; record ◀ client. Only daemon, ctl and console see both sides.
MAY_INCLUDE = {
    "telemetry": set(),
    "common/text": {"telemetry"},
    "common/files": {"telemetry"},
    "common/pattern": {"telemetry", "common/text"},
    "common/crypto": {"telemetry"},
    "common/deflate": {"telemetry"},
    "common/redis": {"telemetry", "common/text", "common/files"},
    "common/libvirt": {"telemetry"},
    "collectd-plugin": {"telemetry", "common/text", "common/files", "common/pattern", "common/crypto", "common/redis",
                        "common/libvirt"},
    "actuator/model": {"telemetry", "common/text"},
    "actuator/record": {"telemetry", "common/text", "actuator/model"},
    # Values alone are at the top of rules/; its folders are further below.
    "actuator/rules": {"telemetry", "common/text", "common/pattern", "actuator/model"},
    "actuator/plan": {"telemetry", "common/text", "actuator/model", "actuator/rules"},
    "actuator/ports": {"telemetry", "actuator/model", "actuator/record"},
    "actuator/act": {"telemetry", "common/text", "actuator/model", "actuator/rules", "actuator/plan",
                     "actuator/ports"},
    "actuator/loop": {"telemetry", "common/text", "common/crypto", "actuator/model", "actuator/rules",
                      "actuator/plan", "actuator/act", "actuator/ports", "actuator/record"},
    "actuator/io": {"telemetry", "common/text", "common/files", "common/crypto", "common/deflate", "common/redis", "common/libvirt",
                    "actuator/model", "actuator/ports", "actuator/record"},
    # Of io/ only what a test below says.
    "actuator/client": {"telemetry", "common/text", "common/crypto", "common/redis", "actuator/model", "actuator/plan",
                        "actuator/ports", "actuator/record", "actuator/io"},
    "actuator/sim": {"telemetry", "common/text", "actuator/model", "actuator/rules", "actuator/plan", "actuator/act",
                     "actuator/ports", "actuator/record", "actuator/loop"},
}
# The folders of rules/, each with those that it may include; the values at the top are for all.
RULES = {
    "language": set(),
    "store": {"language"},
    "evaluate": {"language", "store"},
    "template": {"language", "store", "evaluate"},
    "files": {"language", "store", "evaluate", "template"},
    "engine": {"language", "store", "evaluate", "template"},
}
# Of the ports' bodies, no technology knows another.
IO = {"redis", "libvirt", "rrd", "graphite"}
# What else plan/, act/ may include of the rules: the values.
RULE_VALUES = {"actuator/rules/aim.h",
               "actuator/rules/firing.h", "actuator/rules/rule_set.h", "actuator/rules/grow_mark.h",
               "actuator/rules/node_mark.h",
               "actuator/rules/position.h"}
EVERYTHING = {"actuator/daemon", "actuator/ctl", "actuator/console"}

# Pure folders: the standard library and what is named, no clock, no thread, no input or output.
PURE = {
    "telemetry": {"simdjson.h"},
    "common/text": set(),
    "common/pattern": {"re2/re2.h"},
    "actuator/model": set(),
    "actuator/record": {"nlohmann/json.hpp"},
    "actuator/rules": {"yaml-cpp/yaml.h", "yaml-cpp/eventhandler.h"},
    "actuator/plan": set(),
}
PURE_FILES = ["actuator/act/action_machine.cc", "actuator/act/action_machine.h",
              "actuator/act/step_checks.cc", "actuator/act/step_checks.h", "actuator/act/final_check.cc",
              "actuator/act/final_check.h", "actuator/act/executor.cc", "actuator/act/executor_impl.h",
              "actuator/act/executor_shrink.cc", "actuator/act/stall.h",
              "actuator/act/migration_watch.h", "actuator/ports/migration_fate.h", "actuator/ports/migration_fate.cc",
              *(f"actuator/ctl/report/{name}" for name in (
                  "evidence.h", "facts.cc", "facts.h", "html.cc", "html.h", "index.cc", "judge.cc", "judge.h",
                  "report.cc", "report.h", "verdict.cc"))]
IMPURE_HEADERS = {"thread", "mutex", "condition_variable", "future", "fstream", "iostream", "cstdio", "filesystem",
                  "ctime", "random"}
IMPURE_CALLS = re.compile(r"_clock::now|\bstd::thread\b|\bgetenv\b|\bfopen\b|\bgettimeofday\b|\btime\(nullptr\)|\bprintf\(")

STD_HEADER = re.compile(r"^[a-z_0-9]+$")
INCLUDE = re.compile(r'^\s*#include\s+([<"])([^>"]+)[>"]', re.M)
SPLIT_AT_LINES = 400
MOST_FUNCTION_LINES = 40
MOST_PARAMETERS = 4
BOOL_BY_VALUE = re.compile(r"^(?:const )?bool(?: \w+)?(?: = .*)?$")

# Where functions, parameter lists and bools may be as they are, each with the reason.
TABLE = "a table: one line for each name"
CALLBACK = "the signature is the library's"
AS_THEY_ARE = {
    "actuator/model/refusal.cc to_string": TABLE,
    "actuator/rules/language/functions.cc make_all": TABLE,
    "actuator/rules/template/value.cc type_name": TABLE,
    "telemetry/codec_fields.h of_domain": TABLE,
    "telemetry/codec_fields.h of_node": TABLE,
    "actuator/rules/template/value.h of_bool": "the bool is the value",
    "actuator/console/http_server.cc on_request": CALLBACK,
    "actuator/daemon/metrics_endpoint.cc on_request": CALLBACK,
    "actuator/io/libvirt/domain_events.cc on_tunable": CALLBACK,
    "actuator/io/libvirt/migration_events.cc on_lifecycle": CALLBACK,
}


def sources(folder):
    base = ROOT / folder
    return sorted(p for p in base.rglob("*") if p.suffix in {".h", ".cc"}) if base.exists() else []


def folder_of(path):
    parts = pathlib.PurePosixPath(path).parts
    return "/".join(parts[:2]) if parts[0] in ("actuator", "common") else parts[0]


def includes(path):
    return INCLUDE.findall(path.read_text())


def product_functions():
    """(path, function) of all that the programs are made of."""
    for path in tracked("*.cc", "*.h"):
        relative = path.relative_to(ROOT).as_posix()
        if not relative.startswith(("tests/", "bench/")):
            for function in signatures.functions(path.read_text()):
                yield relative, function


def stays(place):
    return any(place.startswith(known) for known in AS_THEY_ARE)


class House(unittest.TestCase):
    maxDiff = None
    def test_each_folder_includes_only_what_it_may(self):
        wrong = []
        for folder, allowed in MAY_INCLUDE.items():
            for path in sources(folder):
                for kind, name in includes(path):
                    if kind != '"' or "/" not in name:
                        continue
                    target = folder_of(name)
                    if target != folder and target not in allowed:
                        wrong.append(f"{path.relative_to(ROOT)} includes {name}")
        self.assertEqual(wrong, [])

    def test_the_folders_of_the_rules_include_only_those_before_them(self):
        wrong = []
        for path in sources("actuator/rules"):
            folder = path.relative_to(ROOT / "actuator/rules").parts[0]
            allowed = RULES.get(folder, set(RULES) | {folder}) if "/" in str(path.relative_to(ROOT / "actuator/rules")) \
                else set()
            for _, name in includes(path):
                if not name.startswith("actuator/rules/") or name in RULE_VALUES:
                    continue
                target = name.split("/")[2]
                if target != folder and target not in allowed:
                    wrong.append(f"{path.relative_to(ROOT)} includes {name}")
        self.assertEqual(wrong, [])

    def test_plans_and_actions_know_the_values_of_the_rules_alone(self):
        wrong = [f"{path.relative_to(ROOT)} includes {name}"
                 for folder in ("actuator/plan", "actuator/act") for path in sources(folder)
                 for _, name in includes(path) if name.startswith("actuator/rules/") and name not in RULE_VALUES]
        self.assertEqual(wrong, [])

    def test_the_loop_knows_ports_and_no_technology(self):
        technology = re.compile(r"^(libvirt|hiredis|systemd|spdlog|yaml-cpp|curl|microhttpd)/|^(rrd|microhttpd)\.h$")
        wrong = [f"{path.relative_to(ROOT)} includes <{name}>" for path in sources("actuator/loop")
                 for kind, name in includes(path) if kind == "<" and technology.match(name)]
        self.assertEqual(wrong, [])

    def test_the_client_library_reaches_redis_and_nothing_else(self):
        wrong = [f"{path.relative_to(ROOT)} includes {name}" for path in sources("actuator/client")
                 for _, name in includes(path)
                 if name.startswith("actuator/io/") and not name.startswith("actuator/io/redis/")
                 and name != "actuator/io/system_clock.h" or name.startswith("libvirt/")]
        self.assertEqual(wrong, [])

    def test_the_header_that_is_installed_includes_the_standard_library_and_what_is_installed_with_it(self):
        header = ROOT / "actuator/client/client.h"
        installed = {"telemetry/result.h", "telemetry/units.h"}
        wrong = [name for path in [header] + [ROOT / one for one in installed] for _, name in includes(path)
                 if not STD_HEADER.match(name) and name not in installed]
        self.assertEqual(wrong, [])

    def test_no_technology_of_the_ports_knows_another(self):
        wrong = []
        for path in sources("actuator/io"):
            folder = path.relative_to(ROOT / "actuator/io").parts[0]
            for _, name in includes(path):
                target = name.split("/")[2] if name.startswith("actuator/io/") else folder
                if folder in IO and target in IO and target != folder:
                    wrong.append(f"{path.relative_to(ROOT)} includes {name}")
        self.assertEqual(wrong, [])

    def test_pure_folders_include_nothing_outside_the_standard_library(self):
        wrong = []
        files = [(p, extra) for folder, extra in PURE.items() for p in sources(folder)]
        files += [(ROOT / name, set()) for name in PURE_FILES]
        for path, extra in files:
            for kind, name in includes(path):
                if kind == "<" and (name in IMPURE_HEADERS or not (STD_HEADER.match(name) or name in extra)):
                    if not (name == "cstdio" and "snprintf" in path.read_text()):
                        wrong.append(f"{path.relative_to(ROOT)} includes <{name}>")
        self.assertEqual(wrong, [])

    def test_pure_folders_read_no_clock_and_start_no_thread(self):
        wrong = []
        for path in [p for folder in PURE for p in sources(folder)] + [ROOT / n for n in PURE_FILES]:
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if IMPURE_CALLS.search(line.split("//")[0]) and "snprintf" not in line:
                    wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
        self.assertEqual(wrong, [])

    def test_every_folder_of_sources_is_known_to_this_test(self):
        known = set(MAY_INCLUDE) | EVERYTHING
        found = {folder_of(p.relative_to(ROOT).as_posix())
                 for top in ("telemetry", "common", "collectd-plugin", "actuator") for p in sources(top)}
        self.assertEqual(found - known, set())

    def test_no_file_is_too_long_to_read(self):
        long = [f"{p.relative_to(ROOT)}: {n} lines" for p in tracked("*.cc", "*.h", "*.py", "*.sh")
                if (n := len(p.read_text().splitlines())) > SPLIT_AT_LINES]
        self.assertEqual(long, [])

    def test_functions_are_short_and_take_few_parameters_and_headers_no_bool(self):
        wrong, named = [], set()
        for path, function in product_functions():
            faults = []
            if function.lines > MOST_FUNCTION_LINES:
                faults.append(f"{function.lines} lines; cut it where a part has a name")
            if len(function.parameters) > MOST_PARAMETERS:
                faults.append(f"{len(function.parameters)} parameters; a struct names them")
            if path.endswith(".h") and any(BOOL_BY_VALUE.match(one) for one in function.parameters):
                faults.append("a bool says nothing where it is called; an enum class with two names does")
            place = f"{path} {function.name}"
            if faults and stays(place):
                named.update(known for known in AS_THEY_ARE if place.startswith(known))
            elif faults:
                wrong += [f"{path}:{function.line}: {function.name}: {fault}" for fault in faults]
        self.assertEqual(wrong, [])
        needless = set(AS_THEY_ARE) - named
        self.assertEqual(needless, set(), "these are right by now and need no exception")

    def test_main_is_small(self):
        for path in [p for p in tracked("*.cc") if p.name == "main.cc"]:
            text = path.read_text()
            body = text[text.index("int main("):]
            self.assertLessEqual(len(body.splitlines()), 60, path)

    def test_tests_wait_for_conditions_and_do_not_sleep(self):
        naps = re.compile(r"sleep_for|\busleep\(|\bnanosleep\(|\bsleep\(\d")
        wrong = []
        for path in tracked("tests/*.cc", "tests/*.h"):
            relative = path.relative_to(ROOT).as_posix()
            if relative.startswith("tests/support/wait"):  # the one place that waits between two looks
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if naps.search(line.split("//")[0]):
                    wrong.append(f"{relative}:{number}: {line.strip()}")
        self.assertEqual(wrong, [])

    def test_what_a_using_declaration_names_is_used(self):
        wrong = []
        for path in tracked("*.cc"):
            text = path.read_text()
            for declared, name in re.findall(r"^(using [\w:]+::(\w+);)", text, re.MULTILINE):
                if len(re.findall(rf"\b{name}\b", text)) - text.count(declared) < 1:
                    wrong.append(f"{path.relative_to(ROOT)}: {declared}")
        self.assertEqual(wrong, [])

    def test_every_test_is_built(self):
        lists = [(p.parent, p.read_text()) for p in tracked("CMakeLists.txt", "*/CMakeLists.txt")]
        wrong = []
        for path in tracked("tests/*_test.cc"):
            named = any(re.search(rf"(?<![\w/.]){re.escape(path.relative_to(folder).as_posix())}\b", text)
                        or (folder == path.parent and "GLOB" in text and "*_test.cc" in text)
                        for folder, text in lists if path.is_relative_to(folder))
            if not named:
                wrong.append(f"{path.relative_to(ROOT)}: no CMakeLists.txt names it")
        self.assertEqual(wrong, [])

    def test_text_files_end_with_a_newline_and_have_no_trailing_space(self):
        wrong = []
        for path in tracked("*.cc", "*.h", "*.py", "*.sh", "*.md", "*.yaml", "*.cmake", "CMakeLists.txt"):
            relative = path.relative_to(ROOT).as_posix()
            if relative.startswith(("tests/rules/bad/", "tests/fuzz/")):
                continue
            text = path.read_text()
            if text and not text.endswith("\n"):
                wrong.append(f"{relative}: no newline at the end")
            wrong += [f"{relative}:{n}: trailing space" for n, line in enumerate(text.splitlines(), 1)
                      if line != line.rstrip() and not relative.endswith(".md")]
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
