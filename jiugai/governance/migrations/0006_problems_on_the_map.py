"""Mark the layer of problems on the map whenever a matter that may be one changes."""

from django.db import migrations

ROWS = {
    "INSERT": "NEW TABLE AS after_rows",
    "UPDATE": "OLD TABLE AS before_rows NEW TABLE AS after_rows",
    "DELETE": "OLD TABLE AS before_rows",
}
MARK = """
CREATE FUNCTION governance_mark_problems() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        PERFORM registry_layer_change('problem', d) FROM (
            SELECT DISTINCT split_part(area_path, '/', 3) AS d FROM after_rows
            WHERE kind IN ('illegal_structure', 'stake_lock', 'wall_opening', 'group_rental', 'basement_misuse')
        ) AS touched;
    END IF;
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        PERFORM registry_layer_change('problem', d) FROM (
            SELECT DISTINCT split_part(area_path, '/', 3) AS d FROM before_rows
            WHERE kind IN ('illegal_structure', 'stake_lock', 'wall_opening', 'group_rental', 'basement_misuse')
        ) AS touched;
    END IF;
    RETURN NULL;
END $$;
""" + "\n".join(
    f"CREATE TRIGGER z_layer_problems_{event.lower()} AFTER {event} ON matters_matter REFERENCING {rows} "
    "FOR EACH STATEMENT EXECUTE FUNCTION governance_mark_problems();"
    for event, rows in ROWS.items()
)


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0005_guard_told"),
        ("matters", "0003_all_by_due_date"),
        ("registry", "0003_layer_changes"),
    ]

    operations = [migrations.RunSQL(MARK, "DROP FUNCTION governance_mark_problems CASCADE;")]
