-- Run by a superuser in the database postgres. The owner is no superuser: row level security binds it too.
SELECT 'CREATE ROLE jiugai' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiugai') \gexec
ALTER ROLE jiugai LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;
