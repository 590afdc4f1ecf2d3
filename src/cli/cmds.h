/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files cmd_*.c export, for the table in cmds.c alone.
 */
#ifndef OW_CLI_CMDS_H
#define OW_CLI_CMDS_H

struct cmd;

extern const struct cmd cmd_add;
extern const struct cmd cmd_audit_verify;
extern const struct cmd cmd_checkout;
extern const struct cmd cmd_completion;
extern const struct cmd cmd_config_show;
extern const struct cmd cmd_decide;
extern const struct cmd cmd_export;
extern const struct cmd cmd_fsck;
extern const struct cmd cmd_gc;
extern const struct cmd cmd_golden;
extern const struct cmd cmd_help;
extern const struct cmd cmd_impact;
extern const struct cmd cmd_import;
extern const struct cmd cmd_init;
extern const struct cmd cmd_key_ls;
extern const struct cmd cmd_key_new;
extern const struct cmd cmd_key_show;
extern const struct cmd cmd_license_diff;
extern const struct cmd cmd_license_identify;
extern const struct cmd cmd_license_ls;
extern const struct cmd cmd_license_show;
extern const struct cmd cmd_license_sign;
extern const struct cmd cmd_lineage;
extern const struct cmd cmd_log;
extern const struct cmd cmd_logits;
extern const struct cmd cmd_ls;
extern const struct cmd cmd_man_page;
extern const struct cmd cmd_promote;
extern const struct cmd cmd_report_licences;
extern const struct cmd cmd_run;
extern const struct cmd cmd_selftest;
extern const struct cmd cmd_show;
extern const struct cmd cmd_smoke;
extern const struct cmd cmd_tokenize;
extern const struct cmd cmd_root_new;
extern const struct cmd cmd_root_propose;
extern const struct cmd cmd_root_seal;
extern const struct cmd cmd_root_show;
extern const struct cmd cmd_root_sign;
extern const struct cmd cmd_trust_init;
extern const struct cmd cmd_trust_ls;
extern const struct cmd cmd_verify;
extern const struct cmd cmd_accept;
extern const struct cmd cmd_approve;
extern const struct cmd cmd_elect;
extern const struct cmd cmd_fact;
extern const struct cmd cmd_interpret;
extern const struct cmd cmd_review;
extern const struct cmd cmd_waive;
extern const struct cmd cmd_version;

#endif
