-- Run by a superuser in template1 (so that test databases have them) and in the platform's database.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS postgis;     -- geometry
CREATE EXTENSION IF NOT EXISTS pg_trgm;     -- search by part of a name
CREATE EXTENSION IF NOT EXISTS btree_gist;  -- terms that may not overlap (exclusion constraints)
CREATE EXTENSION IF NOT EXISTS pgcrypto;    -- digest() for the hash chain of the audit log
