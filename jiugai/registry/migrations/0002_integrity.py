"""What PostgreSQL itself guarantees for the register: paths, search text, versions, scope by row."""

from django.db import migrations

MINE = "area_path ^@ ANY (string_to_array((SELECT current_setting('jiugai.scope', true)), ','))"
ALL = "(SELECT current_setting('jiugai.scope', true)) = '*'"

WITH_PATH = [
    "community", "building", "entrance", "dwelling", "buildingholding", "communityvalue", "buildingvalue",
    "document", "communitycontact", "duplicatepair", "importbatch",
    "communityevent", "buildingevent", "entranceevent", "dwellingevent", "buildingholdingevent",
    "communityvalueevent", "buildingvalueevent",
]  # fmt: skip
CITY_WIDE_TOO = ["ownerunit", "ownerunitevent"]
THROUGH = {
    "communityalias": ("community_id", "community"),
    "documentversion": ("document_id", "document"),
    "importrow": ("batch_id", "importbatch"),
    "importproblem": ("batch_id", "importbatch"),
}


def policies() -> str:
    rules = {t: f"{ALL} OR {MINE}" for t in WITH_PATH}
    rules |= {t: f"{ALL} OR {MINE} OR area_path = '/110000/'" for t in CITY_WIDE_TOO}
    rules |= {
        t: f"{ALL} OR EXISTS (SELECT 1 FROM registry_{home} h WHERE h.id = {column})"
        for t, (column, home) in THROUGH.items()
    }
    return "\n".join(
        f"CREATE POLICY scope ON registry_{t} USING ({rule});"
        f"ALTER TABLE registry_{t} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE registry_{t} FORCE ROW LEVEL SECURITY;"
        for t, rule in rules.items()
    )


def no_policies() -> str:
    tables = [*WITH_PATH, *CITY_WIDE_TOO, *THROUGH]
    return "\n".join(
        f"ALTER TABLE registry_{t} DISABLE ROW LEVEL SECURITY; DROP POLICY scope ON registry_{t};" for t in tables
    )


# child table -> (column that points to the home, home table)
CHILDREN = {
    "building": ("community_id", "community"),
    "communityvalue": ("community_id", "community"),
    "document": ("community_id", "community"),
    "communitycontact": ("community_id", "community"),
    "entrance": ("building_id", "building"),
    "dwelling": ("building_id", "building"),
    "buildingholding": ("building_id", "building"),
    "buildingvalue": ("building_id", "building"),
}


def path_triggers() -> str:
    takes = "\n".join(
        f"""
CREATE FUNCTION registry_{child}_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT area_path INTO NEW.area_path FROM registry_{home} WHERE id = NEW.{column};
    RETURN NEW;
END $$;
CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF {column}, area_path ON registry_{child}
    FOR EACH ROW EXECUTE FUNCTION registry_{child}_path();"""
        for child, (column, home) in CHILDREN.items()
    )
    gives = "\n".join(_cascade(home) for home in ("community", "building"))
    return takes + gives


def _cascade(home: str) -> str:
    updates = "\n".join(
        f"    UPDATE registry_{child} SET area_path = NEW.area_path WHERE {column} = NEW.id;"
        for child, (column, of) in CHILDREN.items()
        if of == home
    )
    return f"""
CREATE FUNCTION registry_{home}_path_cascade() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{updates}
    RETURN NULL;
END $$;
CREATE TRIGGER cascade_path AFTER UPDATE OF area_id, area_path ON registry_{home}
    FOR EACH ROW WHEN (OLD.area_path IS DISTINCT FROM NEW.area_path)
    EXECUTE FUNCTION registry_{home}_path_cascade();""".replace(
        "OF area_id, area_path ON registry_building", "OF area_path ON registry_building"
    )


def no_path_triggers() -> str:
    return "\n".join(
        [f"DROP FUNCTION registry_{c}_path CASCADE;" for c in CHILDREN]
        + [f"DROP FUNCTION registry_{h}_path_cascade CASCADE;" for h in ("community", "building")]
    )


COMMUNITY = """
CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF area_id, area_path ON registry_community
    FOR EACH ROW EXECUTE FUNCTION jiugai_path_from_area();

CREATE FUNCTION registry_community_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := lower(concat_ws(' ', NEW.name, NEW.name_norm, NEW.pinyin, NEW.initials, NEW.address, NEW.code,
        (SELECT string_agg(name || ' ' || name_norm, ' ' ORDER BY id) FROM registry_communityalias
         WHERE community_id = NEW.id)));
    RETURN NEW;
END $$;
CREATE TRIGGER b_set_search BEFORE INSERT OR UPDATE OF name, name_norm, pinyin, initials, address, code, search_text
    ON registry_community FOR EACH ROW EXECUTE FUNCTION registry_community_search();

CREATE FUNCTION registry_alias_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registry_community SET search_text = '' WHERE id = coalesce(NEW.community_id, OLD.community_id);
    RETURN NULL;
END $$;
CREATE TRIGGER refresh_search AFTER INSERT OR UPDATE OR DELETE ON registry_communityalias
    FOR EACH ROW EXECUTE FUNCTION registry_alias_search();

CREATE FUNCTION registry_next_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER c_next_version BEFORE UPDATE ON registry_community
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION registry_next_version();
CREATE TRIGGER c_next_version BEFORE UPDATE ON registry_building
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION registry_next_version();

CREATE FUNCTION registry_pair_path() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE a text; b text;
BEGIN
    SELECT area_path INTO a FROM registry_community WHERE id = NEW.first_id;
    SELECT area_path INTO b FROM registry_community WHERE id = NEW.second_id;
    -- The smallest area that holds both; two districts meet only in the city.
    NEW.area_path := CASE WHEN b ^@ a THEN a WHEN a ^@ b THEN b
        WHEN split_part(a, '/', 3) = split_part(b, '/', 3)
        THEN '/' || split_part(a, '/', 2) || '/' || split_part(a, '/', 3) || '/'
        ELSE '/110000/' END;
    RETURN NEW;
END $$;
CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE ON registry_duplicatepair
    FOR EACH ROW EXECUTE FUNCTION registry_pair_path();
"""
NO_COMMUNITY = """
DROP FUNCTION registry_pair_path CASCADE; DROP FUNCTION registry_next_version CASCADE;
DROP FUNCTION registry_alias_search CASCADE; DROP FUNCTION registry_community_search CASCADE;
DROP TRIGGER a_set_path ON registry_community;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("accounts", "0002_integrity")]
    operations = [
        migrations.RunSQL(COMMUNITY, NO_COMMUNITY),
        migrations.RunSQL(path_triggers(), no_path_triggers()),
        migrations.RunSQL(policies(), no_policies()),
    ]
