#!/usr/bin/env python3
"""The dashboards against Grafana's published types (npm @grafana/schema, pinned), old and new: each panel against
those of its kind, its options and its drawing too. Words that a type does not know are errors.

types_test.py FOLDER      FOLDER is for what npm brings; ends with 77 where npm or its registry is not there, and with 1
                          if HOTSPOT_CI is set then
"""
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import npm  # noqa: E402
from dashboards import load

FOLDERS = {"state-timeline": "statetimeline", "status-history": "statushistory"}
FILES = {"timeseries": "TimeSeries", "stat": "Stat", "bargauge": "BarGauge", "heatmap": "Heatmap", "table": "Table",
         "text": "Text", "state-timeline": "StateTimeline", "status-history": "StatusHistory"}
# JSON has the words of what are enumerations in TypeScript.
PLAIN = """type Plain<T> = unknown extends T ? T : T extends string ? `${T}` : T extends number | boolean | null | undefined
  ? T : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
"""
DRAWN = {"timeseries", "heatmap", "state-timeline", "status-history"}  # kinds whose `custom` has a type


def skip(why):
    print(f"skipped: {why}")
    sys.exit(1 if os.environ.get("HOTSPOT_CI") else 77)


def program(pages):
    """A TypeScript file in which each part of each page is said to be of its type."""
    text = ['import type { Dashboard, Panel, RowPanel, VariableModel, DataSourceRef, AnnotationQuery } from "@grafana/schema";']
    for kind, name in FILES.items():
        folder = FOLDERS.get(kind, kind)
        text.append(f'import type * as {name} from "./node_modules/@grafana/schema/dist/esm/raw/composable/{folder}/panelcfg/x/'
                    f'{name}PanelCfg_types.gen";')
    text.append(PLAIN)
    text.append("type Target = { refId: string; target: string; datasource: DataSourceRef };\n"
                "type Query = Omit<Plain<VariableModel>, 'datasource'> & { datasource?: DataSourceRef; definition?: string };\n"
                "type Mark = Omit<Plain<AnnotationQuery>, 'target'> & { target: { fromAnnotations: true, queryType: 'tags', "
                "tags: string[] } };\n")
    for page in pages.values():
        rest = {key: value for key, value in page.items() if key not in ("panels", "annotations", "templating")}
        text.append(f"({json.dumps(rest)}) satisfies Plain<Omit<Dashboard, 'panels' | 'annotations' | 'templating'>>;")
        for one in page["templating"]["list"]:
            text.append(f"({json.dumps(one)}) satisfies Query;")
        for one in page["annotations"]["list"]:
            text.append(f"({json.dumps(one)}) satisfies Mark;")
        for one in page["panels"]:
            text += part(one)
    return "\n".join(text)


def part(one):
    if one["type"] == "row":
        return [f"({json.dumps(one)}) satisfies Plain<Omit<RowPanel, 'panels'>> & {{ panels: [] }};"]
    name = FILES[one["type"]]
    rest = {key: value for key, value in one.items() if key not in ("options", "targets")}
    lines = [f"({json.dumps(rest)}) satisfies Plain<Omit<Panel, 'options' | 'targets'>>;",
             f"({json.dumps(one['options'])}) satisfies Plain<Partial<{name}.Options>>;",
             f"({json.dumps(one.get('targets', []))}) satisfies Target[];"]
    if one["type"] in DRAWN:
        custom = one["fieldConfig"]["defaults"]["custom"]
        lines.append(f"({json.dumps(custom)}) satisfies Plain<Partial<{name}.FieldConfig>>;")
    return lines


def check(version, folder):
    """What the compiler says of all pages with that version's types; empty: nothing."""
    why_not = npm.bring(HERE / "types" / version, folder, limit=100)
    if why_not:
        skip(why_not)
    (folder / "pages.ts").write_text(program(load()))
    done = subprocess.run(["node_modules/.bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--moduleResolution", "bundler",
                           "--module", "esnext", "--target", "es2022", "pages.ts"], cwd=folder, text=True,
                          capture_output=True, timeout=110, check=False)
    return done.stdout + done.stderr


def main(folder):
    said = {version: check(version, folder / version) for version in ("old", "new")}
    for version, text in said.items():
        print(f"{version}: {text or 'each part of each page is of its type'}")
    return 1 if any(said.values()) else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
