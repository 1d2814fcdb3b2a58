#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What the command prints, to the byte: help, lists, and each thing that can
# be wrong with what it is told. tests/cli/golden/ has the transcripts:
#
#	$ interleaf ...
#	stdout
#	! stderr
#	exit status
#
# usage: golden.sh <interleaf> [--write]	(--write replaces the transcripts)
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

golden=$here/golden

# t <word...>: one command of a transcript
t()
{
	echo "\$ interleaf $*"
	status=0
	timeout 20 "$tool" "$@" >stdout 2>stderr </dev/null || status=$?
	cat stdout
	sed 's/^/! /' stderr
	echo "exit $status"
	echo
}

help()
{
	t --help
	t --version
	for command in list run repro minimize explain encode decode check \
		bench litmus; do
		t "$command" --help
	done
}

list()
{
	for what in scenarios oracles mutants formats models machines \
		strategies; do
		t list "$what"
	done
}

usage()
{
	t
	t frob
	t -h
	t list frob
	t list scenarios models
	t run
	t run frob
	t run zap-vs-user collapse-vs-fault
	t run --mutant=frob
	t run zap-vs-user --format=frob
	t run zap-vs-user --model=frob
	t run zap-vs-user --format=arm64 --machine=frob
	t run zap-vs-user --format=arm64 --machine=haft+frob
	t run zap-vs-user --format=x86_64 --machine=haft
	t run zap-vs-user --strategy=frob
	t run pae-lockless-vs-set --format=x86_64
	t run zap-vs-user --format=x86_pae --model=tso
	t run zap-vs-user --format=x86_64 --model=tso32
	t run pae-lockless-vs-set --mutant=zap-without-ptl
	t run zap-vs-user --runs=abc
	t run zap-vs-user --runs=0
	t run zap-vs-user --runs=-1
	t run zap-vs-user --runs=1x
	t run zap-vs-user --runs=99999999999999999999
	t run zap-vs-user --runs
	t run zap-vs-user --runs=
	t run zap-vs-user --time=0
	t run zap-vs-user --time=soon
	t run zap-vs-user --time=inf
	t run zap-vs-user --jobs=0
	t run zap-vs-user --jobs=2000
	t run zap-vs-user --out=
	t run zap-vs-user --json=yes
	t run zap-vs-user --frob
	t run zap-vs-user --m=sc
	t repro
	t repro one two
	t repro --runs=1 one
	t minimize
	t explain
	t encode
	t decode
	t check
	t bench frob
	t bench --strategy=frob
	t bench --format=frob
	t litmus
	t litmus --model=frob one
	t litmus --states=0 one
	t litmus --seed=1 one
}

# A find of zap-without-ptl needs no deviation at all.
files()
{
	header="interleaf 1 text scenario=zap-vs-user"
	mkdir directory
	: >empty
	printf 'interleaf ' >cut-1
	printf 'interleaf 1 bin' >cut-2
	printf 'interleaf 1 text scenario=' >cut-3
	printf 'interleaf 1 text scenario=zap-vs-us' >cut-4
	printf 'interleaf 1 binary scenario=zap-vs-user\n\0\0\1' >cut-5
	printf 'interleaf 2 text scenario=zap-vs-user\n' >version
	printf 'interleaf 1 text format=x86_64\n' >nothing
	printf 'interleaf 1 text scenario=frob\n' >unknown
	printf 'interleaf 1 text scenario=zap-vs-user scenario\n' >field-1
	printf 'interleaf 1 text scenario=zap-vs-user frob=1\n' >field-2
	printf 'interleaf 1 text scenario=zap-vs-user hash=xyz\n' >field-3
	printf 'interleaf 1 text scenario=zap-vs-user \033[31m\n' >field-4
	printf '%s mutant=none-such\n' "$header" >mutant
	printf '%s format=x86_64 model=tso32\n' "$header" >model
	printf '%s format=x86_64 model=sc\n' "$header" >dull
	printf '%s hash=0000000000000001\n' "$header" >other-hash
	printf '%s rule=store-forgotten\n' "$header" >other-rule
	printf '%s mutant=zap-without-ptl\n' "$header" >fails
	head -c 2000 /dev/zero | tr '\0' x >line
	printf 'interleaf ' | cat - line >endless

	for file in missing directory /proc/self/mem empty cut-1 cut-2 cut-3 \
		cut-4 cut-5 version nothing unknown field-1 field-2 field-3 \
		field-4 mutant model endless; do
		t repro "$file"
	done
	t repro dull
	t repro empty --scenario=zap-vs-user
	t repro other-hash
	t repro other-rule
	t repro other-hash --mutant=zap-without-ptl
	t repro fails
	t repro fails --mutant=none
	t minimize dull
	t minimize fails --out=fails
	t minimize fails --out=./directory/../fails
	t minimize fails --out=directory
	t minimize fails --out=missing/out
	t minimize fails --out=out
	t decode out
	t explain missing
	t encode missing
	t encode fails --out=directory
	t decode directory
	t check missing
	t check directory
	t check fails missing other-hash
	t run --mutant=zap-without-ptl --out=fails
}

# text <line...>: what is wrong with a schedule of these lines?
text()
{
	{
		echo "interleaf 1 text scenario=zap-vs-user format=x86_64"
		printf '%s\n' "$@"
	} >schedule
	t decode schedule
}

texts()
{
	text '# a comment, and nothing else' '' '   '
	text 'switch cpu0 0:1.2 3' 'op cpu1 0 none 0 # gone'
	text 'kind37 agent200 255:65535.255 65535' 'op cpu0 7 65533 65535'
	text 'switch cpu0 0:1 1' 'frob cpu0 0:1 1'
	text 'switch cpu9 0:1 1'
	text 'switch agent256 0:1 1'
	text 'switch cpu0 0 1'
	text 'switch cpu0 256:0 1'
	text 'switch cpu0 0:65536 1'
	text 'switch cpu0 0:1.256 1'
	text 'switch cpu0 0:1. 1'
	text 'switch cpu0 0:1 65536'
	text 'switch cpu0 0:1 -1'
	text 'switch cpu0 0:1'
	text 'switch cpu0 0:1 1 1'
	text 'op cpu0 0 zap'
	text 'op cpu0 0 frob 0'
	text 'op cpu0 256 none 0'
	text 'op cpu0 0 65534 0'
	text 'op cpu0 0:1 none 0'
	text '' '' "$(printf 'switch\033 cpu0 0:1 1')"
	text "$(printf 'switch cpu0 0:1 \377')"
}

# wrong <line...>: what is wrong with a litmus test of these lines?
wrong()
{
	printf '%s\n' "$@" >test
	sed 's/^/| /' test
	t litmus test
}

litmus()
{
	head="litmus MP
thread P0
	store x, 1"
	mkdir directory
	t litmus missing
	t litmus directory
	t litmus /proc/self/mem
	wrong ''
	wrong 'frob'
	wrong 'litmus MP'
	wrong "$head"
	wrong "$head" 'exists x = 1' 'mb'
	wrong "$head" 'exists y = 1'
	wrong "$head" 'exists P0:r1 = 1'
	wrong "$head" 'exists P1:r1 = 1'
	wrong "$head" 'exists (x = 1'
	wrong "$head" 'exists x = '
	wrong "$head" 'exists fault(P0:L)'
	wrong "$head" '	store x 1' 'exists x = 1'
	wrong "$head" '	store.acq x, 1' 'exists x = 1'
	wrong "$head" '	store.4+2 x, 1' 'exists x = 1'
	wrong "$head" '	load x' 'exists x = 1'
	wrong "$head" '	r48 = load x' 'exists x = 1'
	wrong "$head" '	r0 = load r1' 'exists x = 1'
	wrong "$head" '	if r0 goto L' 'exists x = 1'
	wrong "$head" 'L:	goto L' 'exists x = 1'
	wrong "$head" '	wibble x' 'exists x = 1'
	wrong "$head" 'thread P2' 'exists x = 1'
	wrong 'litmus MP' 'expect weak: perhaps' 'thread P0'
	wrong 'litmus MP' 'expect power: never' 'thread P0'
	wrong 'litmus MP' 'arch power' 'thread P0'
	wrong 'litmus MP' 'init P3:r1 = 1' 'thread P0' 'mb' 'exists true'
	wrong 'AArch64 MP'
	wrong 'C MP' '{}' 'P0(int *x)' '{' 'while (*x);' '}' 'exists (x=1)'
	wrong 'C MP' '{}' 'P0(int *x)' '{' 'frob(x);' '}' 'exists (x=1)'
	wrong 'C MP' '{}' 'P0(int *x)' '{' '*x += 1;' '}' 'exists (x=1)'
	wrong 'C MP' '{}' 'P0(int *x)' '{' '*x = 1 << 2;' '}' 'exists (x=1)'
	wrong 'C MP' '{ int a[2]; }' 'P0(int *x)' '{}' 'exists (x=1)'
	wrong 'C MP' '{}' 'P0(int *x)' '{' '*x = smp_mb();' '}' 'exists (x=1)'
	wrong 'C MP' '{}' 'P0(int *x)' '{' '*x = 1;' 'exists (x=1)'
	wrong 'C MP' '{}' 'exists (x=1)'
}

mkdir got
for topic in help list usage files texts litmus; do
	mkdir "$work/$topic"
	cd "$work/$topic" || exit 2
	"$topic" >"$work/got/$topic"
	cd "$work" || exit 2
done

case ${1-} in
--write)
	mkdir -p "$golden"
	cp got/* "$golden/"
	;;
*)
	for topic in help list usage files texts litmus; do
		check "golden/$topic" diff -u "$golden/$topic" "got/$topic"
	done
	check "no other transcripts" [ "$(ls "$golden")" = "$(ls got)" ]
	# Nothing but what was asked for is written.
	check "files left behind" [ "$(find usage texts -name 'interleaf-out')" = "" ]
	finish
	;;
esac
