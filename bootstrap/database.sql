-- Run by a superuser in the database postgres, after template1 has its extensions.
SELECT 'CREATE DATABASE jiugai OWNER jiugai' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'jiugai') \gexec
REVOKE CONNECT ON DATABASE jiugai FROM PUBLIC;
