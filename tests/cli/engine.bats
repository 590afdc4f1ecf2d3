#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# The verbs that look into a model: tokenize and logits, and what every verb says of a model that is none, that is not
# known here, or that lies in several files.

bats_require_minimum_version 1.5.0

setup_file() {
	export TINY=$OWSTORE_SOURCE/src/infer/tiny.gguf
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

make() { # a model for a test
	python3 "$OWSTORE_SOURCE/tests/support/gguf.py" "$@"
}

# owstore, which must end so; the output is that of both streams.
ends() { # STATUS ARGUMENTS…
	local want=$1
	shift
	run "$OWSTORE" "$@" <<<'the boat'
	[ "$status" -eq "$want" ] || {
		echo "$*: status $status, expected $want: $output"
		return 1
	}
}

# The same of every verb that takes a model, or of those that are named.
each_ends() { # STATUS MODEL [VERB…]
	local want=$1 model=$2 verb
	shift 2
	[ $# -gt 0 ] || set -- logits tokenize run smoke golden
	for verb in "$@"; do
		case $verb in
		logits) ends "$want" logits "$model" --tokens 1,2 --out rows.f32 ;;
		tokenize) ends "$want" tokenize "$model" ;;
		run) ends "$want" run "$model" -p 'the boat' -n 2 ;;
		smoke) ends "$want" smoke "$model" ;;
		golden) ends "$want" golden "$model" --out new.golden --steps 1 ;;
		esac
		rm -f new.golden
		echo "$output" >"said.$verb"
	done
}

all_say() { # TEXT
	for said in said.*; do
		grep -qF "$1" "$said" || {
			echo "$said: $(cat "$said")"
			return 1
		}
	done
}

# A model with these bytes changed is malformed to each of them, and they say so.
all_say_malformed() { # TEXT MODEL SED
	LC_ALL=C sed "$3" "$2" >malformed.gguf
	each_ends 7 ./malformed.gguf
	all_say "$1"
}

size() {
	wc -c <"$1"
}

# ---- tokenize ----

@test "tokenize: plain text in and ids out, or JSON strings line by line" {
	plain=$(printf 'the boat' | "$OWSTORE" tokenize "$TINY")
	[[ $plain =~ ^[0-9]+( [0-9]+)*$ ]]
	printf '"the boat"\n"the boat\\u000a"\n""\n' | "$OWSTORE" tokenize "$TINY" --json=lines >lines
	[ "$(wc -l <lines)" -eq 3 ]
	[ "$(jq -r '.ids | join(" ")' lines | head -1)" = "$plain" ]
	[ "$(sed -n 2p lines | jq -c .ids)" != "$(sed -n 1p lines | jq -c .ids)" ]
	[ "$(tail -1 lines)" = '{"ids":[]}' ]
	printf '"the boat"\n' | "$OWSTORE" tokenize "$TINY" --json | jq -e '.ids | length > 1'
	[ -z "$(printf '' | "$OWSTORE" tokenize "$TINY" --json=lines)" ]
}

@test "tokenize: special tokens count with --special, the rule of the model with --bos" {
	make says "$TINY" bos.gguf general.version=1
	LC_ALL=C sed -i 's/tokenizer.ggml.add_bos_token\x07\x00\x00\x00\x00/tokenizer.ggml.add_bos_token\x07\x00\x00\x00\x01/' bos.gguf
	ids() { printf '<|endoftext|>a' | "$OWSTORE" tokenize "$@"; }
	[ "$(ids "$TINY" | wc -w)" -gt 3 ]
	[ "$(ids "$TINY" --special | wc -w)" -eq 2 ]
	[ "$(ids "$TINY" --special --bos)" = "$(ids "$TINY" --special)" ]
	[ "$(ids bos.gguf --special --bos | wc -w)" -eq 3 ]
	[ "$(ids bos.gguf --special)" = "$(ids "$TINY" --special)" ]
}

@test "tokenize: any bytes are text, and lines that are no JSON strings are refused" {
	printf '\xff\xfe\x00\x80a' | "$OWSTORE" tokenize "$TINY"
	for line in '["a"]' '"a","b"' 'a' '1' '"\xff"'; do
		printf '%b\n' "$line" >lines
		run --separate-stderr "$OWSTORE" tokenize "$TINY" --json=lines <lines
		[ "$status" -eq 2 ] || [ "$status" -eq 7 ]
		jq -e --argjson status "$status" '.error.exit == $status and (.error.message | contains("line 1 of the input"))' <<<"$output"
	done
}

@test "tokenize: where memory lacks, no option that it does not have is advised" {
	[ -z "$OWSTORE_FAULTS" ] || skip "sanitizers map more than that"
	head -c 20000000 /dev/zero >zeros
	tokenize() { (ulimit -v 200000 && "$OWSTORE" tokenize "$TINY" <zeros); }
	run tokenize
	[ "$status" -eq 13 ]
	[[ $output == *"of memory may be used here"*"a machine with more memory"* && $output != *--memory* ]]
}

# ---- logits ----

@test "logits: a row for each token and each step, and their digest, whatever computes them" {
	"$OWSTORE" logits "$TINY" --tokens 5,17,9 --generate 2 --out rows.f32 --json >said
	jq -e '.rows == 5 and .vocab == 448 and .facts.generated_tokens == 2' said
	[ "$(size rows.f32)" -eq $((5 * 448 * 4)) ]
	digest=sha256:$(sha256sum <rows.f32 | cut -c1-64)
	[ "$(jq -r .rows_sha256 said)" = "$digest" ]
	for set in $("$OWSTORE" selftest --json | jq -r '.kernels[] | select(.usable) | .name'); do
		for how in '--threads 1 --batch 1' '--threads 2 --batch 7' '--threads 3 --batch 64 --memory 1'; do
			# shellcheck disable=SC2086 # options are words
			[ "$("$OWSTORE" logits "$TINY" --tokens 5,17,9 --generate 2 --out again.f32 --isa "$set" $how)" = "$digest" ]
			cmp rows.f32 again.f32
		done
	done
	[ "$("$OWSTORE" logits "$TINY" --tokens 5,17,9 --generate 2 --out half.f32 --kv f16)" != "$digest" ]
	[ "$(size half.f32)" -eq "$(size rows.f32)" ]
	# version 2 of the format differs in its number alone
	cp "$TINY" v2.gguf
	printf '\x02' | dd of=v2.gguf bs=1 seek=4 conv=notrunc status=none
	[ "$("$OWSTORE" logits v2.gguf --tokens 5,17,9 --generate 2 --out again.f32)" = "$digest" ]
}

@test "logits: a prompt of thousands of tokens fits the command line" {
	"$OWSTORE" logits "$TINY" --tokens "$(seq -s, 100 399 | sed 's/.*/&,&,&,&,&,&,&,&,&,&/')" --out rows.f32 --json |
		jq -e '.rows == 3000'
}

@test "logits: what cannot be is refused and leaves nothing behind" {
	ends 2 logits "$TINY" --tokens 1,448 --out rows.f32
	[[ $output == *"token 448, the vocabulary has 448"* ]]
	for tokens in '1,' ,1 1,,2 -1 a '1, 2' 4294967296; do
		ends 2 logits "$TINY" --tokens="$tokens" --out rows.f32
	done
	ends 2 logits "$TINY" --tokens 1 --out rows.f32 --batch 513
	ends 2 logits "$TINY" --tokens 1 --generate 99999999 --out rows.f32
	ends 2 logits "$TINY" --out rows.f32
	ends 2 logits "$TINY" --tokens 1
	ends 9 logits ./none.gguf --tokens 1 --out rows.f32
	[ ! -e rows.f32 ]
	echo kept >rows.f32
	ends 2 logits "$TINY" --tokens 448 --out rows.f32
	[ "$(cat rows.f32)" = kept ]
	ends 9 logits "$TINY" --tokens 1 --out nowhere/rows.f32
	ends 9 logits "$TINY" --tokens 1 --out .
	ends 9 logits "$TINY" --tokens 1 --out /dev/full
	[[ $output == *"/dev/full"*"No space left"* ]]
	ends 0 logits "$TINY" --tokens 1 --out /dev/null
}

@test "logits: rows do not go over the model that they are of" {
	cp "$TINY" model.gguf
	ln -s model.gguf link
	for to in model.gguf ./model.gguf link; do
		ends 2 logits ./model.gguf --tokens 1 --out "$to"
		[[ $output == *"is a file of the model"* ]]
	done
	cmp model.gguf "$TINY"
}

@test "logits: a kernel set that this CPU lacks could not be run" {
	other=neon # of the other architecture
	[ "$(uname -m)" != aarch64 ] || other=avx2
	for set in $("$OWSTORE" selftest --json | jq -r '.kernels[] | select(.usable | not) | .name') $other; do
		ends 13 logits "$TINY" --tokens 1 --out rows.f32 --isa "$set"
		[ ! -e rows.f32 ]
	done
	ends 2 logits "$TINY" --tokens 1 --out rows.f32 --isa sse
}

@test "run: a prompt may have several lines" {
	"$OWSTORE" run "$TINY" -p $'a\n\n\n\n\n\tb' -n 1 --json | jq -e '.facts.prompt_tokens > 4'
	ends 2 run "$TINY" -p $'Once\a' -n 4
}

# ---- what every verb says ----

@test "attack_F15_F17_a_malformed_model_is_told_as_such_by_every_verb" {
	LC_ALL=C sed 's/llama.block_count/llama.block_counx/' "$TINY" >keys.gguf
	each_ends 7 ./keys.gguf
	all_say 'block_count is missing'
	all_say_malformed 'tokenizer.ggml.merges is missing' "$TINY" 's/tokenizer.ggml.merges/tokenizer.ggml.merger/'
	LC_ALL=C sed 's/output_norm.weight/output_norn.weight/' "$TINY" >tensors.gguf
	each_ends 13 ./tensors.gguf logits run smoke golden
	LC_ALL=C sed 's/blk.0.attn_q.weight/blk.9.attn_q.weight/' "$TINY" >blocks.gguf
	each_ends 7 ./blocks.gguf
	head -c 100000 "$TINY" >cut.gguf
	each_ends 7 ./cut.gguf
	# with the byte
	printf '\xff' | dd of=keys.gguf bs=1 seek=32 conv=notrunc status=none
	each_ends 7 ./keys.gguf
	all_say 'GGUF, byte 32: key'
	run --separate-stderr "$OWSTORE" logits ./keys.gguf --tokens 1 --out rows.f32 --json
	jq -e '.error | .path == "./keys.gguf" and .offset == 32' <<<"$output"
	# malformed goes before unknown
	all_say_malformed 'block_count is missing' "$TINY" 's/llama.block_count/llama.block_counx/; s/gpt-2/gpt-x/'
	# a tokenizer cut by rules that are not known here, or of a kind that is not
	all_say_malformed 'tokenizer.ggml.merges is missing' "$TINY" 's/tokenizer.ggml.merges/tokenizer.ggml.merger/; s/gpt-2/gpt-x/'
	make says "$TINY" id.gguf tokenizer.ggml.eot_token_id=x
	for unknown in 's/gpt-2/gpt-x/' 's/gpt2/gptx/' 's/tokenizer.ggml.model/tokenizer.ggml.nodel/'; do
		all_say_malformed 'tokenizer.ggml.eot_token_id is not a whole number' id.gguf "$unknown"
	done
	# more ids than the model takes
	make longer "$TINY" longer.gguf
	for unknown in '' 's/gpt-2/gpt-x/'; do
		all_say_malformed 'tokenizer.ggml.tokens has 449 texts, token_embd.weight 448 rows' longer.gguf "$unknown"
	done
	[ ! -e rows.f32 ]
}

@test "an architecture, a type or a tokenizer that is not known here could not be run" {
	LC_ALL=C sed 's/llama/llamb/g' "$TINY" >arch.gguf
	each_ends 13 ./arch.gguf logits run smoke golden
	all_say 'llamb is not known here'
	# the page that says which are names the same ones
	read -ra names < <(sed 's/.*known: \(.*\)).*/\1/; s/,//g; q' said.logits)
	[ ${#names[@]} -gt 20 ]
	for known in "${names[@]}"; do
		grep -qF "\`$known\`" "$OWSTORE_SOURCE/docs/engine.md" || {
			echo "$known is not in docs/engine.md"
			return 1
		}
	done
	ends 0 tokenize ./arch.gguf
	rm said.*
	make retype "$TINY" type.gguf output_norm.weight 26
	each_ends 13 ./type.gguf logits run smoke golden
	all_say 'I32'
	rm said.*
	LC_ALL=C sed 's/gpt-2/gpt-x/' "$TINY" >tok.gguf
	each_ends 13 ./tok.gguf tokenize run smoke golden
	all_say 'pre-tokenizer gpt-x is not known here'
	ends 0 logits ./tok.gguf --tokens 1 --out rows.f32
}

# ---- models in several files ----

@test "a model in several files is that in one, in every verb" {
	make split "$TINY" s 3
	each_ends 0 ./s-00001-of-00003.gguf
	"$OWSTORE" logits "$TINY" --tokens 1,2 --out whole.f32
	cmp whole.f32 rows.f32
	"$OWSTORE" logits ./s-00001-of-00003.gguf --tokens 1,2 --out rows.f32 --memory 1
	cmp whole.f32 rows.f32
	[ "$("$OWSTORE" tokenize "$TINY" <<<'the boat')" = "$(cat said.tokenize)" ]
	ends 0 run ./s-00002-of-00003.gguf -p "the boat" -n 2
	ends 0 golden ./s-00001-of-00003.gguf --out s.golden --steps 2
	ends 0 smoke ./s-00001-of-00003.gguf --golden s.golden
	[[ ${lines[0]} == IDENTICAL* ]]
	make flip s-00003-of-00003.gguf s-00003-of-00003.gguf -900
	ends 3 smoke ./s-00001-of-00003.gguf --golden s.golden
	# of a store, too
	"$OWSTORE" init store
	"$OWSTORE" add ./s-00001-of-00003.gguf --store store --name org/split
	ends 0 run org/split --store store -p 'the boat' -n 2
}

@test "attack_F19_sets_that_are_none" {
	make split "$TINY" s 3
	make split "$TINY" q 4
	# the byte is told with the file that it is in
	make flip s-00002-of-00003.gguf second 40
	mv second b-00002-of-00003.gguf
	cp s-00001-of-00003.gguf b-00001-of-00003.gguf
	cp s-00003-of-00003.gguf b-00003-of-00003.gguf
	each_ends 7 ./b-00001-of-00003.gguf
	all_say ' ./b-00002-of-00003.gguf: GGUF, byte '
	run ! grep -F b-00001 said.*
	run --separate-stderr "$OWSTORE" logits ./b-00001-of-00003.gguf --tokens 1 --out rows.f32 --json
	jq -e '.error | .path == "./b-00002-of-00003.gguf" and .offset >= 24' <<<"$output"
	# what is not there at all is no set that lacks a file
	each_ends 9 ./none-00002-of-00003.gguf
	all_say './none-00002-of-00003.gguf: No such file'
	mv s-00002-of-00003.gguf second
	each_ends 7 ./s-00001-of-00003.gguf
	all_say 's-00002-of-00003.gguf is missing'
	cp s-00003-of-00003.gguf s-00002-of-00003.gguf
	each_ends 7 ./s-00001-of-00003.gguf
	all_say 'file 2 of the model is not number 2 of 3'
	cp q-00002-of-00004.gguf s-00002-of-00003.gguf
	each_ends 7 ./s-00001-of-00003.gguf
	all_say 'file 2 of the model is not number 2 of 3'
	# another model's second of three
	python3 "$OWSTORE_SOURCE/tests/support/arch.py" . qwen2
	make split qwen2.gguf o 3
	cp o-00002-of-00003.gguf s-00002-of-00003.gguf
	each_ends 7 ./s-00001-of-00003.gguf
	# a first one that speaks of others, by another name
	cp q-00001-of-00004.gguf alone.gguf
	each_ends 7 ./alone.gguf
	all_say 'split into 4 files'
	cp second s-00002-of-00003.gguf
	each_ends 0 ./s-00001-of-00003.gguf
}
