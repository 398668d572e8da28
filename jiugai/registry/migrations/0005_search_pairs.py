"""Let two characters be searched by index: most names are asked for by two, and trigrams start at three.

The search text ends with every pair of neighbouring Chinese characters as a word of its own, so that the pattern
'% 劲松 %' has whole trigrams. It begins and ends with a blank, so that '% js' finds the start of any word.
"""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION registry_search_text(VARIADIC parts text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ' ' || lower(concat_ws(' ', array_to_string(parts, ' '),
        (SELECT string_agg(DISTINCT pair, ' ') FROM unnest(parts) part,
            generate_series(1, length(part) - 1) i, substr(part, i, 2) pair
         WHERE octet_length(pair) > 2 AND pair !~ '\s'))) || ' '
$$;
CREATE OR REPLACE FUNCTION registry_community_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := registry_search_text(NEW.name, NEW.name_norm, NEW.pinyin, NEW.initials, NEW.address, NEW.code,
        (SELECT string_agg(name || ' ' || name_norm, ' ' ORDER BY id) FROM registry_communityalias
         WHERE community_id = NEW.id));
    RETURN NEW;
END $$;
"""
# Rewritten without history and version: nothing that anybody said of a community has changed.
REFRESH = """
SELECT set_config('jiugai.scope', '*', true);
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE registry_community DISABLE TRIGGER USER;
ALTER TABLE registry_community ENABLE TRIGGER b_set_search;
UPDATE registry_community SET search_text = '';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE registry_community ENABLE TRIGGER USER;
SELECT set_config('jiugai.scope', '', true);
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION registry_community_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := lower(concat_ws(' ', NEW.name, NEW.name_norm, NEW.pinyin, NEW.initials, NEW.address, NEW.code,
        (SELECT string_agg(name || ' ' || name_norm, ' ' ORDER BY id) FROM registry_communityalias
         WHERE community_id = NEW.id)));
    RETURN NEW;
END $$;
DROP FUNCTION registry_search_text;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_list_order")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(REFRESH, migrations.RunSQL.noop),
    ]
