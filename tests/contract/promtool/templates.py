"""Templates by the hundred, for templates_test.py: as people write them, and what Go's text/template makes of odd ones."""

VALUES = ["0", "1", "0.95", "0.1234567", "1234567.891", "-42.5", "0.0000001", "1e21", "100000", "1536", "86399.5", "NaN", "Inf", "-Inf"]

# What is shown of the value, through each function.
NUMBER_FUNCTIONS = ["humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "print", "println", "html",
                    "js", "urlquery", "printf \"%v\"", "toTime", "not", "len", "printf \"%T\""]
VERBS = ["%v", "%+v", "%#v", "%s", "%q", "%d", "%f", "%.0f", "%.1f", "%.2f", "%.3f", "%5.1f", "%-10.2f|", "%+f", "%+.1f", "% .1f", "%010.3f",
         "%e", "%.2e", "%E", "%g", "%.3g", "%.10g", "%G", "%x", "%X", "%b", "%t", "%c", "%U", "%o", "%T", "%#g", "%#.3g", "%#f", "%08.2f", "%-8v|",
         "%8v|", "%+d", "%%", "%5%", "%", "%!", "%z", "%.f", "%6.f|", "%020v", "%.2v", "%F"]
TEXT_VERBS = ["%s", "%q", "%v", "%x", "%X", "% x", "%#x", "%10s|", "%-10s|", "%.3s", "%10.3s|", "%d", "%f", "%t", "%c", "%+q", "%#q", "%T", "%08s", "%5q",
              "%U", "%e", "%#v", "%+s"]
INTEGER_VERBS = ["%d", "%5d|", "%-5d|", "%05d", "%+d", "% d", "%x", "%X", "%#x", "%o", "%O", "%#o", "%b", "%#b", "%c", "%q", "%U", "%#U", "%v", "%s", "%f",
                 "%t", "%T", "%.3d", "%8.3d|", "%+05d", "%e", "%#v", "%08b"]

NUMBERS = ["{{ $value | %s }}" % f for f in NUMBER_FUNCTIONS] + ["{{ printf %s $value }}" % _ for _ in ['"%s"' % v for v in VERBS]] + [
    "{{ $value }}", "{{.Value}}", "{{ $value | printf \"%.2f\" | toUpper }}", "{{ humanize $value }}B", "{{ humanize1024 $value }}B",
    "{{ with $value }}{{ . }}{{ end }}", "{{ if gt $value 1.0 }}high{{ else if eq $value 1.0 }}one{{ else }}low{{ end }}",
    "{{ if $value }}yes{{ else }}no{{ end }}", "{{ eq $value 1.0 }} {{ ne $value 0.95 }} {{ lt $value 2.0 }} {{ le $value 1.0 }} {{ ge $value 1.0 }}",
    "{{ eq $value $value }}", "{{ and $value \"x\" }}", "{{ or $value \"x\" }}", "{{ printf \"%s\" (humanize $value) }}", "{{ $value | print | len }}",
    "{{ printf \"%.1f%%\" $value }}", "{{ print $value \" \" $value }}", "{{ print $value $value }}", "{{ $v := $value }}{{ $v }}",
    "{{ humanizeDuration (printf \"%f\" $value) }}", "{{ humanize (print $value) }}", "{{ printf \"%v %v\" $value }}", "{{ printf \"%v\" $value $value }}",
    "{{ printf \"%[1]v %[1]T\" $value }}", "{{ printf \"%*d\" 5 $value }}", "{{ printf \"%*.*f\" 10 2 $value }}", "{{ printf \"%[3]v\" $value }}"]

TEXTS = [
    "{{ $labels }}", "{{ .Labels }}", "{{ . }}", "{{ $ }}", "{{ $externalLabels }}", "{{ .ExternalLabels.cluster }}", "{{ $externalURL }}", "{{ .ExternalURL }}",
    "{{ $labels.instance }}", "{{ $labels.nothing }}", "{{ .Labels.nothing }}|", "{{ $labels.__name__ }}", "{{ $labels.instance.foo }}", "{{ .Nothing }}",
    "{{ $externalLabels.cluster | toUpper }}", "{{ index $labels \"instance\" }}", "{{ index .Labels \"no\" }}|", "{{ index $labels 1 }}",
    "{{ index \"abc\" 1 }}", "{{ index \"abc\" 3 }}", "{{ index \"abc\" 4 }}", "{{ index \"abc\" -1 }}", "{{ index nil 1 }}", "{{ index 5 1 }}",
    "{{ slice \"abcdef\" 2 }}", "{{ slice \"abcdef\" 1 3 }}", "{{ slice \"abc\" 2 1 }}", "{{ slice \"abc\" 7 }}", "{{ slice \"abc\" 0 1 2 }}",
    "{{ len $labels }}", "{{ len \"äb\" }}", "{{ len 5 }}", "{{ len (query \"m\") }}", "{{ len nil }}", "{{ not true }} {{ not \"\" }} {{ not 0 }}",
    "{{ with $labels.job }}{{ . }}{{ end }}", "{{ with $labels.no }}{{ . }}{{ else }}none{{ end }}", "{{ with $x := $labels.job }}{{ $x }}{{ end }}",
    "{{ if $labels.job }}a{{ end }}", "{{ if eq $labels.job \"node\" }}a{{ else }}b{{ end }}", "{{ if eq $labels.job \"a\" \"b\" \"node\" }}in{{ end }}",
    "{{ if and (eq $labels.job \"node\") (ne $labels.instance \"\") }}both{{ end }}", "{{ if or $labels.no $labels.job }}one{{ end }}",
    "{{ if not $labels.no }}not{{ end }}", "{{ if match \"web.*\" $labels.instance }}web{{ end }}", "{{ match \"^x\" $labels.instance }}",
    "{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}", "{{ range $labels }}{{ . }},{{ end }}", "{{ range $v := $labels }}{{ $v }},{{ end }}",
    "{{ range $i, $e := query \"m\" | sortByLabel \"n\" }}{{ $i }}:{{ $e.Labels.instance }} {{ end }}", "{{ range query \"m\" | sortByLabel \"n\" }}{{ .Labels.instance }}={{ .Value }} {{ end }}",
    "{{ range query \"nothing\" }}x{{ else }}empty{{ end }}", "{{ range \"abc\" }}x{{ end }}", "{{ range nil }}x{{ end }}",
    "{{ range .Labels }}{{ break }}{{ end }}", "{{ range $k, $v := $labels }}{{ if eq $k \"job\" }}{{ continue }}{{ end }}{{ $k }} {{ end }}",
    "{{ range $k, $v := $labels }}{{ if eq $k \"job\" }}{{ break }}{{ end }}{{ $k }} {{ end }}after",
    "{{ range query \"m\" | sortByLabel \"n\" }}{{ range .Labels }}{{ continue }}{{ end }}{{ .Value }} {{ end }}",
    "{{ $x := 1 }}{{ range $labels }}{{ $x = 2 }}{{ end }}{{ $x }}", "{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x }}",
    "{{ $x := \"a\" }}{{ $y := $x }}{{ $x = \"b\" }}{{ $x }}{{ $y }}", "{{ $x := 1 }}{{ with $y := 2 }}{{ $x }}{{ $y }}{{ end }}",
    "{{ query \"m{n='4'}\" | first | value }}", "{{ query \"m{n='4'}\" | first | label \"instance\" }}", "{{ query \"m{job='node',n='2'}\" | first }}",
    "{{ with query \"m{n='4'}\" }}{{ . | first | value | humanize }}{{ end }}", "{{ with query \"nothing\" }}a{{ else }}b{{ end }}",
    "{{ query \"nothing\" | first | value }}", "{{ printf \"m{instance='%s',n='4'}\" $labels.instance | query | first | value }}",
    "{{ with printf \"m{instance='%s',n='4'}\" .Labels.instance | query }}{{ . | first | value | humanize }}{{ end }}",
    "{{ range query \"m\" | sortByLabel \"n\" }}{{ .Labels.instance }} {{ end }}", "{{ query \"1 + 1\" | first | value }}", "{{ query \"sum(m)\" | first | value }}",
    "{{ query \"sum(other) by (job)\" | first }}", "{{ len (query \"other\") }}", "{{ range query \"other\" | sortByLabel \"zone\" }}{{ .Labels.zone }}{{ .Value }} {{ end }}",
    "{{ (query \"other\" | sortByLabel \"zone\" | first).Labels.zone }}", "{{ (index (query \"other\" | sortByLabel \"zone\") 1).Value }}",
    "{{ index (query \"other\") 9 }}", "{{ query \"other\" | sortByLabel \"zone\" | first | strvalue }}|", "{{ value nil }}", "{{ first nil }}", "{{ label \"a\" nil }}",
    "{{ query \"time()\" | first | value }}", "{{ query $labels.instance }}", "{{ query 5 }}", "{{ first 5 }}", "{{ value $value }}", "{{ label \"a\" \"b\" }}",
    "{{ $labels.instance | toUpper }}", "{{ toLower \"ABC Ü\" }}", "{{ title \"hello big-world of_x\" }}", "{{ title \"ünder straße\" }}", "{{ toUpper \"äöü ß я λ\" }}",
    "{{ reReplaceAll \"(.*):(.*)\" \"$1 port $2\" $labels.instance }}", "{{ reReplaceAll \"[.]\" \"-\" $labels.instance }}", "{{ reReplaceAll \"a*\" \"x\" \"baac\" }}",
    "{{ $labels.instance | reReplaceAll \":.*\" \"\" }}", "{{ reReplaceAll \"(?P<h>[a-z]+).*\" \"${h}!\" $labels.instance }}", "{{ reReplaceAll \"b\" \"$\" \"abc\" }}",
    "{{ reReplaceAll \"\" \"-\" \"äb\" }}", "{{ reReplaceAll \"x\" \"y\" \"abc\" }}", "{{ reReplaceAll \"(b)\" \"[$1][$2][${1}x][$1x]\" \"abc\" }}",
    "{{ stripPort $labels.instance }}", "{{ stripPort \"host\" }} {{ stripPort \"[::1]:80\" }} {{ stripPort \"a:b:c\" }} {{ stripPort \"\" }}|",
    "{{ stripDomain $labels.instance }}", "{{ stripDomain \"a.b.c\" }} {{ stripDomain \"1.2.3.4:80\" }} {{ stripDomain \"1.2.3.4\" }} {{ stripDomain \"[::1]:80\" }} {{ stripDomain \"::1\" }}",
    "{{ safeHtml \"<b>\" }}", "{{ html \"<a href='x'>&\\\"\" }}", "{{ js \"it's <b> \\\"x\\\" = \\n\" }}", "{{ urlquery \"a b&c=d/ü~\" }}", "{{ \"a<b\" | html }}", "{{ html 1 2 \"x\" nil }}",
    "{{ graphLink \"up == 0\" }}", "{{ tableLink \"sum(rate(x[5m])) by (a)\" }}", "{{ urlquery \"a\" \"b\" 1 }}", "{{ js $labels }}", "{{ html $labels }}",
    "{{ args 1 \"a\" }}", "{{ (args 1 \"a\").arg1 }}", "{{ with args 1 2 }}{{ .arg0 }}{{ .arg2 }}{{ end }}", "{{ range $k, $v := args 1 true nil }}{{ $k }}{{ $v }} {{ end }}",
    "{{ parseDuration \"1h30m\" }}", "{{ parseDuration \"5d\" | humanizeDuration }}", "{{ parseDuration \"x\" }}", "{{ parseDuration \"\" }}", "{{ parseDuration \"0\" }}",
    "{{ parseDuration \"1500ms\" }}", "{{ humanizeTimestamp 1435065584.128 }}", "{{ humanizeTimestamp 1763700000.25 }}", "{{ humanizeTimestamp \"0\" }}", "{{ humanizeTimestamp -1.5 }}",
    "{{ (toTime 1435065584).Format \"2006-01-02 15:04:05 MST Mon Jan _2 3PM\" }}", "{{ (toTime \"1.5\").Unix }} {{ (toTime 1.5).UnixMilli }}", "{{ toTime 0 }}",
    "{{ (toTime 1e9).Year }} {{ (toTime 1e9).Month }} {{ (toTime 1e9).Day }} {{ (toTime 1e9).Weekday }} {{ (toTime 1e9).YearDay }}", "{{ toTime 1e10 | printf \"%v\" }}",
    "{{ (toTime 1e9).UTC.Hour }}", "{{ ((toTime 1e9).Sub (toTime 9e8)) }}", "{{ (toTime 1e9).Add 3600000000000 }}", "{{ toTime 1e30 }}", "{{ toTime \"x\" }}",
    "{{ ((toTime 1e9).Sub (toTime 9e8)).Hours }}", "{{ (toTime 1e9).Format 5 }}", "{{ (toTime 1e9).Nothing }}",
    "{{ humanize \"abc\" }}", "{{ humanize \"1e3\" }} {{ humanize \"0x10p0\" }} {{ humanize \" 1\" }}", "{{ humanize \"inf\" }}", "{{ humanize \"1e999\" }}", "{{ humanize true }}", "{{ humanize nil }}",
    "{{ humanize 123456 }} {{ humanize 1.5 }} {{ humanize 'a' }}", "{{ humanizeDuration \"90.5\" }}", "{{ humanizePercentage \"0.5\" }}", "{{ humanize1024 1048576 }}", "{{ humanizeDuration 1e20 }}",
    "{{ humanizeDuration 0.0001 }} {{ humanizeDuration -0.5 }} {{ humanizeDuration -86400 }}", "{{ humanize -0.00001 }} {{ humanize 1e27 }} {{ humanize 1e-30 }} {{ humanize 999.99999 }}",
    "{{ humanize1024 -2048 }} {{ humanize1024 0.5 }} {{ humanize1024 1e30 }}", "{{ humanize $labels }}", "{{ toUpper 5 }}", "{{ toUpper $value }}", "{{ title nil }}", "{{ toUpper $labels.no }}|",
    "{{ print }}|", "{{ print 1 2 }} {{ print \"a\" 1 2 \"b\" }} {{ print 1 nil true }}", "{{ println 1 \"a\" }}|", "{{ printf \"\" }}|", "{{ printf \"%s\" }}", "{{ printf 5 }}", "{{ printf }}",
    "{{ printf \"%d %s\" \"a\" 1 }}", "{{ printf \"%v\" nil }}", "{{ printf \"%d\" nil }}", "{{ printf \"%s %v %d\" $labels $labels $labels }}", "{{ printf \"%+v\" . }}", "{{ printf \"%T\" . }}",
    "{{ printf \"%T\" $labels }} {{ printf \"%T\" (query \"m\") }} {{ printf \"%T\" (toTime 0) }} {{ printf \"%T\" (args) }} {{ printf \"%T\" 1i }}", "{{ printf \"%q\" $labels }}", "{{ printf \"%#v\" $labels }}",
    "{{ printf \"%v\" (query \"m{n='4'}\" | first) }}", "{{ printf \"%+v\" (query \"m{n='4'}\" | first) }}", "{{ printf \"%t %t\" true 1 }}", "{{ printf \"%5t|%-7t|\" true false }}", "{{ printf \"%[2]*[1]d\" 12 6 }}",
    "{{ printf \"%[x]d\" 1 }}", "{{ printf \"%[5]d\" 1 }}", "{{ printf \"%.[2]*[1]f\" 12.0 2 }}", "{{ printf \"%*d\" \"a\" 1 }}", "{{ printf \"%-*d|\" 6 12 }}",
    "{{ printf \"%s\" 'a' }} {{ printf \"%c\" 'a' }} {{ 'a' }} {{ '\\n' }} {{ '\\x41' }} {{ 'é' }}", "{{ 1 }} {{ -1 }} {{ +1 }} {{ 0x1f }} {{ 0X1F }} {{ 0b101 }} {{ 0o17 }} {{ 017 }} {{ 1_000 }}",
    "{{ 1.5 }} {{ 1e3 }} {{ 1E3 }} {{ .5 }} {{ 5. }} {{ 0x1p4 }} {{ 1e21 }} {{ 1e20 }} {{ 100000.0 }} {{ 1000000.0 }} {{ 1e-5 }} {{ 0.0001 }}", "{{ 1i }} {{ 1+2i }} {{ 0i }} {{ 1.5e3i }}",
    "{{ 9223372036854775807 }}", "{{ -9223372036854775808 }}", "{{ 18446744073709551615 }}", "{{ true }} {{ false }}", "{{ \"a\\tb\\u00e9\\x41\\101\" }}", "{{ `a\\n` }}", "{{ \"\" }}|",
    "{{ nil }}", "{{ true | not }}", "{{ 1 | print }}", "{{ (1) }}", "{{ ((1)) }}", "{{ (print 1 2) | len }}", "{{ print (print 1) (print 2) }}", "{{ \"a\" \"b\" }}", "{{ 1 2 }}", "{{ $value $value }}",
    "{{ $value 1 }}", "{{ .Value 1 }}", "{{ $labels.job 1 }}", "{{ 1 | $value }}", "{{ \"x\" | .Value }}", "{{ 1 | (print) }}", "{{ $value.foo }}", "{{ .Value.foo }}", "{{ \"a\" | print 1 }}",
    "{{ eq 1 1 }} {{ eq 1 2 1 }} {{ eq \"a\" \"a\" }} {{ eq true true }} {{ eq 1.0 1.0 }}", "{{ eq 1 1.0 }}", "{{ eq 1 \"1\" }}", "{{ eq 1 }}", "{{ eq }}", "{{ eq nil nil }}", "{{ eq nil 1 }}", "{{ eq $labels $labels }}",
    "{{ lt 1 2 }} {{ lt \"a\" \"b\" }} {{ lt 2.0 1.0 }}", "{{ lt 1 2.0 }}", "{{ lt true false }}", "{{ lt nil 1 }}", "{{ gt $value 5 }}", "{{ eq 'a' (index \"a\" 0) }}", "{{ ne 1 2 3 }}", "{{ lt 1 }}",
    "{{ and 1 0 2 }} {{ and 1 2 }} {{ and true \"\" }}|", "{{ or 0 \"\" 3 }} {{ or 0 \"\" }}|", "{{ and }}", "{{ or 1 (query 5) }}", "{{ and 0 (len 5) }}", "{{ 1 | and 0 }} {{ 1 | or 0 }}", "{{ not }}", "{{ not 1 2 }}",
    "{{ call 1 }}", "{{ call nil }}", "{{ call $labels.job \"x\" }}", "a {{- 1 -}} b", "a {{- 1 }} b", "a {{ 1 -}} b", "a\n\n{{- \"x\" -}}\n\nb", "{{- /* c */ -}} x", "x {{/* c */}} y", "{{ 1 -}}   {{- 2 }}",
    "{{-1}} {{- 1}} {{ -1 }}", "{{ if true -}} a {{- end }}|", "{{/* a */ -}} b", "{{ define \"t\" }}[{{ . }}]{{ end }}{{ template \"t\" 5 }}", "{{ define \"t\" }}[{{ . }}]{{ end }}{{ template \"t\" }}",
    "{{ block \"b\" $value }}<{{ . }}>{{ end }}", "{{ template \"none\" . }}", "{{ define \"t\" }}{{ template \"t\" . }}{{ end }}x", "{{ define \"t\" }}{{ $.Value }}{{ end }}{{ template \"t\" . }}",
    "{{ define `raw` }}r{{ end }}{{ template `raw` }}", "{{ with $labels }}{{ .job }}{{ end }}", "{{ with . }}{{ .Labels.job }}{{ $.Value }}{{ end }}", "{{ $ | printf \"%T\" }}", "{{ $labels | len | printf \"%03d\" }}",
    "plain", "", "{", "}}", "{ { }", "%s 100%", "a\nb\n{{ $value }}\n", "{{\n$value\n}}", "{{ $labels.instance\n | toUpper }}", "äöü {{ $value }} ß", "{{ if true }}{{ else }}{{ end }}|", "{{ with 0 }}{{ else }}zero{{ end }}",
    "{{ externalURL }}x" if False else "x", "{{ if false }}a{{ else if false }}b{{ else if true }}c{{ else }}d{{ end }}", "{{ if query \"m\" }}some{{ end }}", "{{ if query \"nothing\" }}some{{ else }}none{{ end }}",
    "line one\nline {{ humanize \"x\" }}", "{{ $labels.instance }}{{ humanize \"x\" | toUpper }}", "{{ template \"t\" (humanize \"x\") }}{{ define \"t\" }}{{ end }}", "{{ with humanize \"x\" }}{{ end }}",
    "{{ range $i, $e := humanize \"x\" }}{{ end }}", "{{ print (len 5) }}", "{{ if len 5 }}{{ end }}", "{{ define \"t\" }}{{ len . }}{{ end }}{{ template \"t\" 5 }}", "{{ $x := len 5 }}", "{{ $value | len }}"]
TEXTS += ["{{ printf \"%s\" $labels.instance }}" % v for v in TEXT_VERBS]
TEXTS += ["{{ printf \"%s\" %d }}" % (v, n) for v in INTEGER_VERBS for n in (42, -7, 0, 1234567)]

# What is a template and what is not, for the check.
SYNTAX = ["{{", "}}", "{{}}", "{{ }}", "{{ $x }}", "{{ $labels.a.b }}", "{{ foo }}", "{{ 1 | foo }}", "{{ if }}{{ end }}", "{{ if true }}", "{{ end }}", "{{ else }}", "{{ if true }}{{ else }}{{ else }}{{ end }}",
          "{{ range }}{{ end }}", "{{ with }}{{ end }}", "{{ break }}", "{{ continue }}", "{{ range $labels }}{{ break }}{{ end }}", "{{ if true }}{{ break }}{{ end }}", "{{ template }}", "{{ template x }}",
          "{{ template \"x\" }}", "{{ define }}{{ end }}", "{{ define \"x\" }}", "{{ define \"x\" }}{{ end }}", "{{ define \"x\" }}{{ $labels }}{{ end }}", "{{ if true }}{{ define \"x\" }}{{ end }}{{ end }}",
          "{{ block \"x\" }}{{ end }}", "{{ block \"x\" . }}{{ end }}", "{{ \"a }}", "{{ \"a\n\" }}", "{{ `a\nb` }}", "{{ 'a }}", "{{ 'ab' }}", "{{ '' }}", "{{ 'a' }}", "{{ \"\\z\" }}", "{{ \"\\\"\" }}", "{{ ( }}", "{{ ) }}",
          "{{ () }}", "{{ (1 }}", "{{ 1) }}", "{{ 1 | }}", "{{ | 1 }}", "{{ | }}", "{{ 1 || 2 }}", "{{ 1 | 2 }}", "{{ 1 | \"a\" }}", "{{ 1 | . }}", "{{ 1 | nil }}", "{{ 1 | true }}", "{{ 1 | print }}", "{{ 1 | $value }}",
          "{{ $x := 1 }}", "{{ $x = 1 }}", "{{ $x := }}", "{{ x := 1 }}", "{{ $x : 1 }}", "{{ $x, $y := 1 }}", "{{ range $x, $y := $labels }}{{ end }}", "{{ range $x, $y, $z := $labels }}{{ end }}", "{{ range $x, 1 := $labels }}{{ end }}",
          "{{ $x := 1 }}{{ $x }}", "{{ if $x := 1 }}{{ $x }}{{ end }}{{ $x }}", "{{ .a.b.c }}", "{{ .a. }}", "{{ . a }}", "{{ .a .b }}", "{{ \"a\".b }}", "{{ 1.b }}", "{{ (1).b }}", "{{ true.b }}", "{{ nil.b }}", "{{ ..a }}", "{{ $.a }}",
          "{{ print.a }}", "{{ print .a }}", "{{ $labels.a|toUpper }}", "{{ $labels.a |toUpper|title }}", "{{$value}}", "{{$value|humanize}}", "{{ $value+1 }}", "{{ $value + 1 }}", "{{ $value > 1 }}", "{{ $value == 1 }}", "{{ $value*100 }}",
          "{{ 1a }}", "{{ 1.2.3 }}", "{{ 0x }}", "{{ 0xg }}", "{{ 1e }}", "{{ 089 }}", "{{ 1_ }}", "{{ 1__0 }}", "{{ 99999999999999999999 }}", "{{ 1+2 }}", "{{ 1+2i }}", "{{ 1i }}", "{{ -a }}", "{{ - 1 }}", "{{/* a }}", "{{/* a */ }}", "{{ /* a */ }}",
          "{{/* a */}}", "{{- /* a */ -}}", "{{-1 -}}", "{{- 1-}}", "{{ 1 - }}", "{{ # }}", "{{ & }}", "{{ ü }}", "{{ é.b }}", "{{ $é }}", "{{ \u00a0 }}", "{{ a,b }}", "{{ {{ }} }}", "{{ 1 }} }}", "{{ {1} }}", "{{ \"}}\" }}", "{{ `}}` }}",
          "{{ else if true }}", "{{ if true }}{{ else if }}{{ end }}", "{{ with 1 }}{{ else if 2 }}{{ end }}", "{{ if true }}{{ end }}{{ end }}", "{{ end if }}", "{{ if true }}{{ end x }}", "{{ nil }}", "{{ print nil }}", "{{ if nil }}{{ end }}",
          "{{ query }}", "{{ first }}", "{{ tmpl \"x\" . }}", "{{ humanise $value }}", "{{ $valeu }}", "{{ $labels.foo-bar }}", "{{ .Labels.foo-bar }}", "{{ $labels[\"a\"] }}", "{{ index $labels \"a-b\" }}", "{{ $Labels.a }}",
          "{{ $value | printf \"%.2f }}", "{{ printf '%.2f' $value }}", "{{ $labels.a }", "{ { $labels.a } }", "{{ $labels.a }}}", "{{{ $labels.a }}}", "{{ template \"a\" }}{{ define \"a\" }}x{{ end }}{{ define \"a\" }}y{{ end }}",
          "{{ define \"a\" }} {{ end }}{{ define \"a\" }}y{{ end }}", "{{ range $labels }}{{ define \"a\" }}{{ break }}{{ end }}{{ end }}"]

# What Go's templates learnt in 1.22: a promtool of 2.53 or later knows it.
NEWER = ["{{ range 5 }}x{{ end }}", "{{ range 3 }}{{ . }},{{ end }}", "{{ range $i := 3 }}{{ $i }}{{ . }},{{ end }}",
         "{{ range $i, $n := 3 }}{{ $i }}{{ $n }},{{ end }}", "{{ range 0 }}x{{ else }}none{{ end }}", "{{ range -2 }}x{{ else }}none{{ end }}",
         "{{ range len $labels }}{{ . }}{{ end }}", "{{ range 2 }}{{ range 2 }}{{ . }}{{ end }};{{ end }}", "{{ range 4 }}{{ if eq . 2 }}{{ break }}{{ end }}{{ . }}{{ end }}",
         "{{ range 4 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ . }}{{ end }}", "{{ range 2.0 }}x{{ end }}", "{{ range $value }}x{{ end }}",
         "{{ range 'b' }}x{{ end }}"]
