/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every limit of the program, each with its reason. Tests try each at the limit and one past it.
 */
#ifndef OW_BASE_LIMITS_H
#define OW_BASE_LIMITS_H

#define KIB 1024ULL
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

/* D2, D32: chunks are small enough to locate damage, large enough that their list stays small. */
#define CHUNK_SIZE (4 * MIB)
#define CHUNK_MIN_CUT                                                                              \
	(1 * MIB) /* a tensor start cuts only once the running chunk holds this much */

/* D32: documents are held in memory whole. */
#define MANIFEST_MAX (64 * MIB)
#define ARTIFACT_MAX (16 * MIB)
#define GOLDEN_MAX   (4 * MIB)
#define GOLDENS_MAX  (32 * MIB) /* of one bundle: import holds them until the artifacts are there */
#define DOCUMENT_MAX (64 * KIB) /* every other signed document */

/* D6: 16 signers are more than any threshold asks for; a minisign file is four short lines. */
#define SIGNATURES_MAX     16
#define SIGNATURE_FILE_MAX 1024

/* Trust page: a chain of yearly rotations outlives every medium well before this. */
#define ROOT_CHAIN_MAX   1024
#define ROOT_VERSION_MAX 9999 /* four digits in ROOTnnnn.CBR */
#define ROOT_KEYS_MAX    64

/* A root of 64 KiB names a few hundred destinations at most; two recipients each are the rule (site, escrow). */
#define ROOT_DESTINATIONS_MAX 512
#define ROOT_RECIPIENTS_MAX   8
#define ROOT_FACTS_MAX        32

/* RFC 8949 documents of ours nest 5 deep; hostile ones must not cost stack. */
#define CBOR_DEPTH_MAX 16

/* A safetensors header of 65,536 tensors has some 700,000 values; a value costs up to 100 bytes of memory. */
#define JSON_VALUES_MAX (1 * MIB)

/* Our own SBOMs, read back where they are written: some 20 values for each of 131,072 files. */
#define SBOM_VALUES_MAX (4 * MIB)

/* What a person writes by hand is far smaller; looking a key up is linear, so maps must not be huge. */
#define YAML_SIZE_MAX   (1 * MIB)
#define YAML_VALUES_MAX 8192
#define YAML_DEPTH_MAX  16

/* Longer than any path the kernel takes (PATH_MAX), so nothing sensible is refused. */
#define ARGUMENT_MAX 4096
/* Prompts and lists of ids: as long as the kernel lets one argument be. */
#define PROSE_MAX (128 * KIB - 1)

/* D33: 2 GiB fits FAT and every tool; below 16 MiB part names run out. */
#define PART_DEFAULT (2 * GIB)
#define PART_MIN     (16 * MIB)
#define PARTS_MAX    999
#define FAT_FILE_MAX 4294967295ULL

/* An artifact is at most what one listing can show and one archive may bring (case E10). */
#define COMPONENTS_MAX 65536
#define PATH_LEN_MAX   1024 /* bytes of a component path */
#define NAME_LEN_MAX   255  /* bytes of one path part, as the file systems have it */
#define PATH_DEPTH_MAX 32

/* A bundle's manifest is held decoded: 131,072 paths are 22 MB. */
#define BUNDLE_ARTIFACTS_MAX 65536
#define BUNDLE_BLOBS_MAX     131072 /* askings, repeated ones among them */
#define BUNDLE_FILES_MAX     131072 /* parts and other files together */

/* A medium full of strange files costs looking at so many names of a folder, and shows so many (case D13). */
#define SCAN_NAMES_MAX   4096
#define SCAN_BUNDLES_MAX 256
#define SCAN_EXTRAS_MAX  100

/* Parsers of model files. Headers are held whole: the largest vocabularies of today make one of 20 MiB. A tensor of the
 * largest models is one of some 65,000 in a file (cases F02, F03).
 */
#define GGUF_HEADER_MAX        (64 * MIB)
#define SAFETENSORS_HEADER_MAX (32 * MIB)
#define TENSORS_MAX            65536
#define GGUF_KEYS_MAX          65536
#define GGUF_NAME_MAX          65535     /* bytes of a key, as the format has it */
#define GGUF_TENSOR_NAME_MAX   63        /* what the loaders take */
#define GGUF_ALIGNMENT_MAX     (1 * MIB) /* writers use 32; padding must not hide data */

/* What a model may claim: several times the largest of today, small enough that products fit 64 bits (case F17). */
#define MODEL_LAYERS_MAX   512
#define MODEL_WIDTH_MAX    1048576
#define MODEL_HEADS_MAX    1024
#define MODEL_HEAD_MAX     1024
#define MODEL_EXPERTS_MAX  4096
#define SESSION_TOKENS_MAX 16777216
#define MODEL_VOCAB_MAX    4194304

/* Texts for a tokenizer, all of a run together. */
#define TEXT_INPUT_MAX (64 * MIB)

/* Nothing that is weights packs better than deflate packs zeros; what comes out in larger proportion is a bomb. */
#define UNPACK_RATIO_MAX 1032

/* A file that may hold a licence: the notices of a large distribution are 2 MiB. */
#define LICENSE_FILE_MAX (4 * MIB)

/* P19: buffers of the data path; 2 copies at 5 of these stay far below 256 MiB. */
#define IO_BLOCK (4 * MIB)

#endif
