# shellcheck shell=bash
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0

# A site's own reading of a licence: all is allowed but to pass it on.
own_profile() { # ID
	cat <<-OWN
		licenses:
		  - id: $1
		    name: $1 as we read it
		    family: own
		    openness: open-source
		    confidence: high
		    source: our lawyers
		    clauses: all
		    permissions: {redistribution: no, commercial_use: yes, derivatives: yes, fine_tune_redistribution: yes, quantized_redistribution: yes, output_training: yes}
		    copyleft: none
		    outputs: [none]
		    outputs_clause: all
	OWN
}
