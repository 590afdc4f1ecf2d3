/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The tables of a catalog: the text of schemas/catalog.sql, built in.
 */
#ifndef OW_CATALOG_SCHEMA_H
#define OW_CATALOG_SCHEMA_H

extern const char catalog_schema[];

#endif
