#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --json: one object on stdout, with the same facts as the text.
# shellcheck source=tests/cli/common.sh disable=SC2016 # jq has its own
. "$(dirname "$0")/common.sh"

# facts <what> <filter>: stdout is one object of which this is true
facts()
{
	check "$1: one object" jq -se 'length == 1 and
		(.[0] | type) == "object"' stdout
	check "$1: facts" jq -e "$2" stdout
}

text='type == "string" and length > 0'

expect 0 "list" "$tool" list --json
cp stdout all.json
facts "list" 'keys == ["formats", "machines", "models", "mutants", "oracles",
	"scenarios", "strategies"]'
for kind in scenarios oracles mutants formats models machines \
	strategies; do
	expect 0 "list $kind" "$tool" list $kind --json
	facts "list $kind" "keys == [\"$kind\"] and (.$kind | length > 0) and
		all(.${kind}[]; (.name | $text) and
		((.summary // .subject) | $text))"
	jq -r ".${kind}[].name" stdout >names
	check "list $kind: as in the list of all" jq -e --slurpfile all \
		all.json ".$kind == \$all[0].$kind" stdout
	expect 0 "list $kind, text" "$tool" list $kind
	cut -d ' ' -f 1 stdout >names.text
	check "list $kind: the same names" cmp names names.text
	check "list $kind: each once" [ "$(sort -u names | wc -l)" -eq \
		"$(wc -l <names)" ]
done
check "mutants tell all" jq -e "all(.mutants[]; (.id | $text) and
	(.scenario | $text) and (.oracle | $text) and (.rule | $text) and
	(.fix | $text) and (.format | $text) and (.model | $text))" all.json
check "scenarios tell all" jq -e 'all(.scenarios[]; (.formats | length > 0) and
	(.ops | length > 0) and .cpus > 0)' all.json
check "names fit together" jq -e '
	[.scenarios[].name] as $s | [.formats[].name] as $f |
	[.models[].name] as $m | [.oracles[].name] as $o |
	all(.mutants[]; [.scenario] - $s == [] and [.format] - $f == [] and
		[.model] - $m == [] and [.oracle] - $o == []) and
	all(.scenarios[]; .formats - $f == []) and
	([.scenarios[].formats[]] as $run |
	all(.formats[] | select(.name | IN($run[])); .models - $m == []))' all.json

mutant=gupfast-collapse-pmd-recheck
expect 1 "run" "$tool" run --mutant=$mutant --seed=3 --out=out --json
facts "run" ".verdict == \"fail\" and .rule == \"pin-of-moved-page\" and
	.oracle == \"pins-hold\" and .mutant == \"$mutant\" and .seed == 3 and
	.scenario == \"gup-fast-vs-collapse\" and .strategy == \"mix\" and
	.runs > 0 and .runs_to_find == .runs and .seconds > 0 and
	.runs_per_s > 0 and (.hash | test(\"^[0-9a-f]{16}\$\"))"
file=$(jq -r .file stdout)
hash=$(jq -r .hash stdout)
check "run: the file is there" [ -s "$file" ]

expect 0 "run, nothing" "$tool" run zap-vs-user --runs=500 --json
facts "run, nothing" '.verdict == "pass" and .rule == null and .runs == 500 and
	.runs_to_find == null and .file == null and .hash == null and
	(.interrupted | not)'
expect 0 "run, exhausted" "$tool" run pae-lockless-vs-set --strategy=bounded \
	--runs=10 --json
facts "run, exhausted" '.runs <= 10 and .exhausted == false'

expect 1 "repro" "$tool" repro "$file" --json
facts "repro" ".hash == \"$hash\" and .recorded_hash == .hash and
	.repeatable and .as_recorded and .rule == .recorded_rule and
	.steps > 0 and .events > 0"

expect 0 "minimize" "$tool" minimize "$file" --out=min --json
facts "minimize" '.verdict == "fail" and .rule == "pin-of-moved-page" and
	.file == "min" and .ops <= .ops_before and .deviations <= 4 and
	.deviations <= .deviations_before and .runs > 0'
minimized=$(jq -r .hash stdout)
expect 1 "repro of the minimized" "$tool" repro min --json
facts "repro of the minimized" ".hash == \"$minimized\" and .as_recorded"

expect 0 "explain" "$tool" explain min
cp stdout explained
expect 0 "explain" "$tool" explain min --json
facts "explain" ".hash == \"$minimized\" and (.interleaving | $text)"
jq -j .interleaving stdout >interleaving
check "explain: the same text" cmp explained interleaving

expect 0 "decode" "$tool" decode min
cp stdout decoded
expect 0 "decode" "$tool" decode min --json
facts "decode" '.form == "text" and .records > 0'
jq -j .schedule stdout >schedule
check "decode: the same text" cmp decoded schedule
expect 0 "encode" "$tool" encode schedule --out=binary --json
facts "encode" '.form == "binary" and .file == "binary"'
check "encode: the same file" cmp min binary

expect 0 "check" "$tool" check min out --json
facts "check" '.checked == 2 and .differ == 0 and (.files | length == 2) and
	all(.files[]; .same and .verdict == "fail")'

expect 0 "bench" "$tool" bench zap-vs-user --time=0.2 --json
facts "bench" '.strategy == "random" and (.scenarios | length == 1) and
	all(.scenarios[]; .runs_per_s > 0 and .events_per_s > 0 and
	.ns_per_event > 0 and .peak_rss_kib > 0 and
	.peak_rss_kib <= 65536 and .failed == 0)'

# The same number of runs from the same seed is the same hunt.
expect 1 "run again" "$tool" run --mutant=$mutant --seed=3 --out=out --json
facts "run again" ".hash == \"$hash\" and .file == \"$file\""

# An error is no JSON: it is a line on stderr.
expect 2 "error" "$tool" run frob --json
check "error: nothing on stdout" [ ! -s stdout ]
check "error: one line" one_line stderr

finish
