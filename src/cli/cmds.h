/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files cmd_*.c export, for the table in cmds.c alone.
 */
#ifndef OW_CLI_CMDS_H
#define OW_CLI_CMDS_H

struct cmd;

extern const struct cmd cmd_completion;
extern const struct cmd cmd_config_show;
extern const struct cmd cmd_help;
extern const struct cmd cmd_man_page;
extern const struct cmd cmd_version;

#endif
