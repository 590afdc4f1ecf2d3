-- SPDX-FileCopyrightText: 2026 The owstore authors
-- SPDX-License-Identifier: Apache-2.0
--
-- The catalog of one class: a cache of what its records say, rebuilt from them at will. SQLite, pages of 4,096
-- bytes of which the last 8 are reserved: they hold a checksum of the page (src/catalog/pages.h). A change of
-- anything here is a change of user_version, and older catalogs are rebuilt.

PRAGMA application_id = 1331127138; -- "OWcb"
PRAGMA user_version = 2;

CREATE TABLE artifact (
	id BLOB NOT NULL PRIMARY KEY,   -- SHA-256 of its record
	name TEXT NOT NULL,
	version TEXT NOT NULL,
	licence TEXT NOT NULL,          -- concluded for the whole, or ''
	upstream TEXT NOT NULL,         -- where it is from, or ''
	model TEXT NOT NULL,            -- what it is called there, or ''
	added INTEGER NOT NULL,         -- seconds since 1970
	size INTEGER NOT NULL,          -- bytes of all components
	n_components INTEGER NOT NULL
) STRICT;

-- Listings run along this one; it holds what they filter by and count, and a row is looked up only for the page
-- that is shown (which takes a table with row numbers: others are looked up at once).
CREATE INDEX artifact_order ON artifact (name, version, id, licence, size);

-- By either of its names, as cards and headers spell them.
CREATE INDEX artifact_name ON artifact (name COLLATE NOCASE);
CREATE INDEX artifact_model ON artifact (model COLLATE NOCASE);

CREATE TABLE component (
	artifact BLOB NOT NULL,
	path TEXT NOT NULL,
	role TEXT NOT NULL,
	blob BLOB NOT NULL,             -- SHA-256
	size INTEGER NOT NULL,
	licence TEXT NOT NULL,          -- concluded, or ''
	PRIMARY KEY (artifact, path)
) STRICT, WITHOUT ROWID;

CREATE INDEX component_blob ON component (blob);

CREATE TABLE note (
	record BLOB NOT NULL PRIMARY KEY, -- SHA-256
	kind TEXT NOT NULL,
	artifact BLOB NOT NULL,
	time INTEGER NOT NULL           -- seconds since 1970
) STRICT, WITHOUT ROWID;

CREATE INDEX note_artifact ON note (artifact, time, record);
