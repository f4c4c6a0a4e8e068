#!/usr/bin/env python3
"""Holds docs/rules.schema.json against the rule files of the tests, which the checker has judged.

What the schema refuses, the checker refuses: every file in good/, every one in bad/ that only warns, and every rule
file that ships must pass. And what is wrong with the shape of a file (not with its words), the schema refuses too.
"""
import json
import pathlib
import sys

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What a schema cannot know: uniqueness, series and labels, expressions, templates, sums of two values.
BEYOND_A_SCHEMA = ("duplicate_", "expr_", "place_", "series_", "label_unknown", "regex_", "template_", "yaml_",
                   "for_five_of_three", "migrate_on_cluster", "remedy_on_mixed", "scale_min_above_max",
                   "scale_vcpus_on_node", "drain_on_domain", "balance_on_node", "record_label_unknown", "record_mistyped", "record_name_of_collector",
                   "until_")
# ... and of these, what is a matter of shape all the same.
SHAPE = ("expr_a_list", "expr_empty", "yaml_merge_of_text")


def main():
    schema = json.loads((ROOT / "docs/rules.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    wrong = []
    for path in sorted([*ROOT.glob("tests/rules/*/*.yaml"), *(p for p in ROOT.glob("rules/*.yml") if not p.stem.endswith("_test"))]):
        try:
            document = yaml.safe_load(path.read_text())
        except yaml.YAMLError:
            continue
        refused = document is not None and not validator.is_valid(document)
        is_bad = path.parent.name == "bad" and not path.name.startswith("warn_")
        if refused and not is_bad:
            wrong.append(f"{path}: the schema refuses it, the checker does not")
        beyond = path.name.startswith(BEYOND_A_SCHEMA) and not path.name.startswith(SHAPE)
        if is_bad and not refused and not beyond:
            wrong.append(f"{path}: the checker refuses it, the schema does not")
    print("\n".join(wrong) or "the schema and the checker agree")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
