"""What PostgreSQL itself guarantees: entries stay, sum to nothing, and move balances that nobody else moves."""

from django.db import migrations

SQL = """
CREATE TRIGGER a_set_path BEFORE INSERT OR UPDATE OF area_id, area_path ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION jiugai_path_from_area();
CREATE TRIGGER a_set_path BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION jiugai_path_from_area();
SELECT jiugai_scope('ledger_account');
SELECT jiugai_scope('ledger_entry');
SELECT jiugai_scope_through('ledger_leg', 'ledger_entry', 'entry_id');
SELECT jiugai_scope_through('ledger_areafiling', 'matters_matter', 'matter_ptr_id');
SELECT jiugai_scope_through('ledger_areafilingevent', 'matters_matter', 'pgh_obj_id');
SELECT jiugai_scope_through('ledger_sparehouse', 'matters_matter', 'matter_ptr_id');
SELECT jiugai_scope_through('ledger_sparehouseevent', 'matters_matter', 'pgh_obj_id');
SELECT jiugai_scope_through('ledger_mixeduse', 'matters_matter', 'matter_ptr_id');
SELECT jiugai_scope_through('ledger_mixeduseevent', 'matters_matter', 'pgh_obj_id');
SELECT jiugai_keep_all('ledger_entry');
SELECT jiugai_keep_all('ledger_leg');

-- A leg moves the balance of an account of its entry's book and area. The account's own check refuses an overdraft.
CREATE FUNCTION ledger_move_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_account a SET balance = a.balance + NEW.amount FROM ledger_entry e
        WHERE a.id = NEW.account_id AND e.id = NEW.entry_id AND a.book = e.book AND a.area_id = e.area_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a leg needs an account of its entry''s book and area' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER move_balance AFTER INSERT ON ledger_leg FOR EACH ROW EXECUTE FUNCTION ledger_move_balance();

-- Whoever writes a balance, a floor or an owner by hand is refused, and no account goes away.
CREATE FUNCTION ledger_guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.balance <> 0 THEN
        RAISE EXCEPTION 'an account begins with nothing' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND pg_trigger_depth() < 2 AND (
        (NEW.balance, NEW.book, NEW.area_id, NEW.code) IS DISTINCT FROM (OLD.balance, OLD.book, OLD.area_id, OLD.code)
        OR NEW.floor IS DISTINCT FROM OLD.floor) THEN
        RAISE EXCEPTION 'balances move by entries only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER guard_account BEFORE INSERT OR UPDATE OR DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_guard_account();

-- At the end of the transaction every entry has two legs or more, and they sum to nothing; whoever looks sees all legs.
CREATE FUNCTION ledger_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(current_setting('jiugai.scope', true), '');
        which bigint; total numeric; sides integer;
BEGIN
    which := CASE TG_TABLE_NAME WHEN 'ledger_leg' THEN (to_jsonb(NEW) ->> 'entry_id')::bigint ELSE NEW.id END;
    PERFORM set_config('jiugai.scope', '*', false);
    SELECT coalesce(sum(amount), 0), count(*) INTO total, sides FROM ledger_leg WHERE entry_id = which;
    PERFORM set_config('jiugai.scope', before, false);
    IF total <> 0 OR sides < 2 THEN
        RAISE EXCEPTION 'entry % is out of balance: % legs, sum %', which, sides, total
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER in_balance AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_check_entry();
CREATE CONSTRAINT TRIGGER in_balance AFTER INSERT ON ledger_leg DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_check_entry();
"""
BACK = """
DROP FUNCTION ledger_check_entry CASCADE; DROP FUNCTION ledger_guard_account CASCADE;
DROP FUNCTION ledger_move_balance CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_accounts"),
        ("matters", "0002_integrity"),
        ("registry", "0009_follow_community"),
    ]
    operations = [migrations.RunSQL(SQL, BACK)]
