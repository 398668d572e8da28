"""The version of each map layer, kept by triggers, one row per layer, district and transaction.

Rows are only ever added by their own transaction, under a key that holds its number: no writer waits for another.
A version is read as count and latest of these rows, so that a long transaction that ends late still shows.
"""

from django.db import migrations, models


DISTRICTS = ("community", "building")
CITY_WIDE = {"registry_baseline": "base", "registry_basestation": "base", "accounts_area": "base"}

FUNCTIONS = """
CREATE FUNCTION registry_layer_change(of_layer text, of_district text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO registry_layerchange (layer, district, transaction, at)
    VALUES (of_layer, of_district, pg_current_xact_id()::text::bigint, now())
    -- The same number can come again after a restore into a younger cluster.
    ON CONFLICT (layer, district, transaction) DO UPDATE SET at = excluded.at
        WHERE registry_layerchange.at <> excluded.at
$$;

CREATE FUNCTION registry_mark_district() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        PERFORM registry_layer_change(TG_ARGV[0], d)
            FROM (SELECT DISTINCT split_part(area_path, '/', 3) AS d FROM after_rows) AS touched;
    END IF;
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        PERFORM registry_layer_change(TG_ARGV[0], d)
            FROM (SELECT DISTINCT split_part(area_path, '/', 3) AS d FROM before_rows) AS touched;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION registry_mark_city() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM registry_layer_change(TG_ARGV[0], '');
    RETURN NULL;
END $$;
"""
NO_FUNCTIONS = """
DROP FUNCTION registry_mark_city CASCADE;
DROP FUNCTION registry_mark_district CASCADE;
DROP FUNCTION registry_layer_change CASCADE;
"""
ROWS = {
    "INSERT": "NEW TABLE AS after_rows",
    "UPDATE": "OLD TABLE AS before_rows NEW TABLE AS after_rows",
    "DELETE": "OLD TABLE AS before_rows",
}


def triggers() -> str:
    by_district = [
        f"CREATE TRIGGER z_layer_{event.lower()} AFTER {event} ON registry_{table} REFERENCING {rows} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION registry_mark_district('{table}');"
        for table in DISTRICTS
        for event, rows in ROWS.items()
    ]
    emptied = [
        f"CREATE TRIGGER z_layer_truncate AFTER TRUNCATE ON registry_{table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION registry_mark_city('{table}');"
        for table in DISTRICTS
    ]
    city_wide = [
        f"CREATE TRIGGER z_layer AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION registry_mark_city('{layer}');"
        for table, layer in CITY_WIDE.items()
    ]
    return "\n".join(by_district + emptied + city_wide)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_integrity"),
        ("registry", "0002_integrity"),
    ]

    operations = [
        migrations.CreateModel(
            name="LayerChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("layer", models.CharField(max_length=12, verbose_name="图层")),
                ("district", models.CharField(blank=True, max_length=12, verbose_name="区代码")),
                ("transaction", models.BigIntegerField(verbose_name="事务号")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "图层变动",
                "verbose_name_plural": "图层变动",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("layer", "district", "transaction"), name="layer_change_once")
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(triggers(), migrations.RunSQL.noop),
    ]
