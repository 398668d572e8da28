"""What PostgreSQL itself guarantees of approvals: scope, what is append-only, the order of days, no site unwatched."""

from django.db import migrations

OF_PROJECT = [
    "scheme", "architectincharge", "acceptancepart", "approvalcase", "localsupervision", "tenderplan", "rebuild",
]  # fmt: skip
OF_REBUILD = ["rebuilddwelling", "addedarea", "wishanswer"]
HISTORIES = [
    "architectinchargeevent", "approvalcaseevent", "localsupervisionevent", "rebuildevent", "rebuilddwellingevent",
    "wishanswerevent",
]  # fmt: skip
THROUGH = {
    "schemeedition": ("approvals_scheme", "scheme_id"),
    "schemeitem": ("approvals_schemeedition", "edition_id"),
    "signoff": ("approvals_architectincharge", "architect_id"),
    "drawingfinding": ("matters_matter", "review_id"),
    **{kind: ("matters_matter", "matter_ptr_id") for kind in ("drawingreview", "approvalstep", "tender")},
    **{f"{kind}event": ("matters_matter", "pgh_obj_id") for kind in ("drawingreview", "approvalstep", "tender")},
}
SCOPED = [*OF_PROJECT, *OF_REBUILD, *HISTORIES]

SCOPES = "\n".join(
    [f"SELECT jiugai_follow('approvals_{t}', 'planning_project', 'project_id');" for t in OF_PROJECT]
    + [f"SELECT jiugai_follow('approvals_{t}', 'approvals_rebuild', 'rebuild_id');" for t in OF_REBUILD]
    + [f"SELECT jiugai_scope('approvals_{t}');" for t in SCOPED]
    + [f"SELECT jiugai_scope_through('approvals_{t}', '{home}', '{link}');" for t, (home, link) in THROUGH.items()]
    + [f"SELECT jiugai_keep_all('approvals_{t}');" for t in ("schemeedition", "schemeitem", "signoff")]
)
NO_SCOPES = "\n".join(
    f"ALTER TABLE approvals_{t} DISABLE ROW LEVEL SECURITY; DROP POLICY scope ON approvals_{t};"
    for t in [*SCOPED, *THROUGH]
)

KEPT = """
CREATE FUNCTION approvals_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before jsonb; after jsonb; name text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '% keeps its rows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    before := to_jsonb(OLD) - 'area_path'; after := to_jsonb(NEW) - 'area_path';
    FOREACH name IN ARRAY coalesce(TG_ARGV, '{}') LOOP
        IF coalesce(before ->> name, '') <> '' AND before ->> name IS DISTINCT FROM after ->> name THEN
            RAISE EXCEPTION '% is closed already', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END IF;
        before := before - name; after := after - name;
    END LOOP;
    IF before IS DISTINCT FROM after THEN
        RAISE EXCEPTION '% keeps what was said', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON approvals_acceptancepart
    FOR EACH ROW EXECUTE FUNCTION approvals_keep_words();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON approvals_tenderplan
    FOR EACH ROW EXECUTE FUNCTION approvals_keep_words();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON approvals_addedarea
    FOR EACH ROW EXECUTE FUNCTION approvals_keep_words();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON approvals_wishanswer
    FOR EACH ROW EXECUTE FUNCTION approvals_keep_words('ended_at', 'end_reason');
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON approvals_drawingfinding
    FOR EACH ROW EXECUTE FUNCTION approvals_keep_words('answer', 'closed_on', 'closed_by_name');
"""
NOT_KEPT = "DROP FUNCTION approvals_keep_words CASCADE;"

DAYS = """
CREATE FUNCTION approvals_not_before_project() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE proposed date; day date := (to_jsonb(NEW) ->> TG_ARGV[0])::date;
BEGIN
    SELECT proposed_on INTO proposed FROM planning_project WHERE id = NEW.project_id;
    IF day < proposed THEN
        RAISE EXCEPTION '% lies before the project was proposed (%)', day, proposed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approvals_not_before_project';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_day BEFORE INSERT OR UPDATE OF started_on ON approvals_approvalcase
    FOR EACH ROW EXECUTE FUNCTION approvals_not_before_project('started_on');
CREATE TRIGGER b_day BEFORE INSERT ON approvals_tenderplan
    FOR EACH ROW EXECUTE FUNCTION approvals_not_before_project('published_on');
CREATE TRIGGER b_day BEFORE INSERT OR UPDATE OF since ON approvals_localsupervision
    FOR EACH ROW EXECUTE FUNCTION approvals_not_before_project('since');

CREATE FUNCTION approvals_edition_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE proposed date; last approvals_schemeedition%ROWTYPE;
BEGIN
    SELECT p.proposed_on INTO proposed FROM approvals_scheme s JOIN planning_project p ON p.id = s.project_id
        WHERE s.id = NEW.scheme_id FOR UPDATE OF s;
    SELECT * INTO last FROM approvals_schemeedition WHERE scheme_id = NEW.scheme_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> coalesce(last.number, 0) + 1 THEN
        RAISE EXCEPTION 'editions follow each other' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'scheme_edition_follows';
    END IF;
    IF NEW.submitted_on < greatest(proposed, coalesce(last.submitted_on, proposed)) THEN
        RAISE EXCEPTION 'an edition is not submitted before the project or the edition before it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'scheme_edition_in_time';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_follows BEFORE INSERT ON approvals_schemeedition
    FOR EACH ROW EXECUTE FUNCTION approvals_edition_follows();

CREATE FUNCTION approvals_sign_off_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM approvals_architectincharge a, approvals_schemeedition e JOIN approvals_scheme s ON s.id = e.scheme_id
        WHERE a.id = NEW.architect_id AND e.id = NEW.edition_id AND s.project_id = a.project_id
          AND a.valid @> NEW.signed_on AND e.submitted_on <= NEW.signed_on
          AND e.number = (SELECT max(number) FROM approvals_schemeedition WHERE scheme_id = e.scheme_id)) THEN
        RAISE EXCEPTION 'only the architect in charge signs, for the edition that stands, from the day it was submitted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sign_off_by_architect_in_charge';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_holds BEFORE INSERT ON approvals_signoff FOR EACH ROW EXECUTE FUNCTION approvals_sign_off_holds();

CREATE FUNCTION approvals_part_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM planning_project p WHERE p.id = NEW.project_id
            AND p.works_started_on IS NOT NULL AND p.works_started_on <= NEW.took_part_on) THEN
        RAISE EXCEPTION 'nothing is accepted before works began'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'acceptance_after_start';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_holds BEFORE INSERT ON approvals_acceptancepart FOR EACH ROW EXECUTE FUNCTION approvals_part_holds();

CREATE FUNCTION approvals_review_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.edition_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM approvals_schemeedition e JOIN approvals_scheme s ON s.id = e.scheme_id
        WHERE e.id = NEW.edition_id AND s.project_id = NEW.project_id AND s.kind = 'special') THEN
        RAISE EXCEPTION 'a review looks at the special scheme of its project'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_of_special_scheme';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_holds BEFORE INSERT OR UPDATE OF edition_id, project_id ON approvals_drawingreview
    FOR EACH ROW EXECUTE FUNCTION approvals_review_holds();
"""
NO_DAYS = """
DROP FUNCTION approvals_review_holds CASCADE; DROP FUNCTION approvals_part_holds CASCADE;
DROP FUNCTION approvals_sign_off_holds CASCADE; DROP FUNCTION approvals_edition_follows CASCADE;
DROP FUNCTION approvals_not_before_project CASCADE;
"""

# A review is passed only with a special scheme and without an open binding finding (T11-2); a step that lets works go
# without a permit names who watches them, and nobody stops watching before somebody else begins (T20-6).
VERDICTS = """
CREATE FUNCTION approvals_review_passes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM approvals_drawingreview r WHERE r.matter_ptr_id = NEW.id AND r.edition_id IS NULL)
       OR EXISTS (SELECT 1 FROM approvals_drawingfinding f
                  WHERE f.review_id = NEW.id AND f.binding AND f.closed_on IS NULL) THEN
        RAISE EXCEPTION 'a review passes only with a special scheme and without open binding findings'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_passes_clean';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER approvals_review_passes AFTER UPDATE OF stage ON matters_matter
    FOR EACH ROW WHEN (NEW.kind = 'drawing_review' AND NEW.stage = 'passed')
    EXECUTE FUNCTION approvals_review_passes();

-- Both look with open eyes: at commit the scope of whoever wrote may be closed already.
CREATE FUNCTION approvals_watched() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(current_setting('jiugai.scope', true), ''); found boolean;
BEGIN
    PERFORM set_config('jiugai.scope', '*', false);
    found := EXISTS (SELECT 1 FROM approvals_approvalstep s JOIN approvals_approvalcase c ON c.id = s.case_id
            JOIN approvals_localsupervision l ON l.project_id = c.project_id AND l.until IS NULL
            WHERE s.matter_ptr_id = NEW.id);
    PERFORM set_config('jiugai.scope', before, false);
    IF NOT found THEN
        RAISE EXCEPTION 'works without a permit need somebody who watches them'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'exempt_works_are_watched';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER approvals_watched AFTER UPDATE OF stage ON matters_matter
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'approval_step' AND NEW.stage = 'exempt')
    EXECUTE FUNCTION approvals_watched();

CREATE FUNCTION approvals_watch_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE home bigint := coalesce(NEW.project_id, OLD.project_id);
    before text := coalesce(current_setting('jiugai.scope', true), ''); unwatched boolean;
BEGIN
    PERFORM set_config('jiugai.scope', '*', false);
    unwatched := EXISTS (SELECT 1 FROM planning_project p
            WHERE p.id = home AND p.ended_on IS NULL AND p.state <> 'completed')
       AND NOT EXISTS (SELECT 1 FROM approvals_localsupervision l WHERE l.project_id = home AND l.until IS NULL);
    PERFORM set_config('jiugai.scope', before, false);
    IF unwatched THEN
        RAISE EXCEPTION 'a site is not left unwatched'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'supervision_goes_on';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER approvals_watch_goes_on AFTER UPDATE OR DELETE ON approvals_localsupervision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION approvals_watch_goes_on();

CREATE FUNCTION approvals_notice_through_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM planning_projectcommunity c WHERE c.project_id = NEW.project_id AND NOT EXISTS (
            SELECT 1 FROM planning_gatepassage p
            WHERE p.project_id = c.project_id AND p.community_id = c.community_id AND p.gate = 'publish_tender')) THEN
        RAISE EXCEPTION 'the gate publish_tender is shut for a community of the project'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tender_went_through_the_gate';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER c_gate BEFORE INSERT OR UPDATE OF notice_on ON approvals_tender
    FOR EACH ROW WHEN (NEW.notice_on IS NOT NULL) EXECUTE FUNCTION approvals_notice_through_gate();
"""
NO_VERDICTS = """
DROP FUNCTION approvals_notice_through_gate CASCADE; DROP FUNCTION approvals_watch_goes_on CASCADE;
DROP FUNCTION approvals_watched CASCADE; DROP FUNCTION approvals_review_passes CASCADE;
"""

AREA = """
CREATE FUNCTION approvals_area_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept approvals_rebuild%ROWTYPE; booked bigint;
BEGIN
    SELECT * INTO kept FROM approvals_rebuild WHERE id = NEW.rebuild_id FOR UPDATE;
    IF kept.planning_ref = '' OR kept.planning_on IS NULL OR kept.safety_ref = '' OR kept.safety_on IS NULL
       OR NEW.booked_on < greatest(kept.planning_on, kept.safety_on) THEN
        RAISE EXCEPTION 'area is added only after planning and safety were confirmed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'added_area_confirmed';
    END IF;
    SELECT coalesce(sum(m2), 0) + NEW.m2 INTO booked FROM approvals_addedarea WHERE rebuild_id = NEW.rebuild_id;
    IF booked > coalesce(kept.confirmed_m2, 0) THEN
        RAISE EXCEPTION 'more area than was confirmed: % of %', booked, kept.confirmed_m2
            USING ERRCODE = 'check_violation', CONSTRAINT = 'added_area_within_confirmed';
    END IF;
    SELECT coalesce(sum(m2), 0) + NEW.m2 INTO booked FROM approvals_addedarea
        WHERE rebuild_id = NEW.rebuild_id AND use = NEW.use;
    IF booked < 0 THEN
        RAISE EXCEPTION 'more area is taken back than was booked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'added_area_not_negative';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_within BEFORE INSERT ON approvals_addedarea FOR EACH ROW EXECUTE FUNCTION approvals_area_within();

CREATE FUNCTION approvals_confirmed_covers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(NEW.confirmed_m2, 0) < (SELECT coalesce(sum(m2), 0) FROM approvals_addedarea WHERE rebuild_id = NEW.id) THEN
        RAISE EXCEPTION 'more area is booked already than would be confirmed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'added_area_within_confirmed';
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER c_covers BEFORE UPDATE ON approvals_rebuild FOR EACH ROW EXECUTE FUNCTION approvals_confirmed_covers();
"""
NO_AREA = "DROP FUNCTION approvals_confirmed_covers CASCADE; DROP FUNCTION approvals_area_within CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0001_approvals"), ("planning", "0003_opinions_and_passages"), ("matters", "0002_integrity"),
        ("registry", "0009_follow_community"),
    ]  # fmt: skip
    operations = [
        migrations.RunSQL(SCOPES, NO_SCOPES),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(DAYS, NO_DAYS),
        migrations.RunSQL(VERDICTS, NO_VERDICTS),
        migrations.RunSQL(AREA, NO_AREA),
    ]
