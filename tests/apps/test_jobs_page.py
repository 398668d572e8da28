"""The job pages: whose jobs one sees, progress, why one failed, trying again."""

import pytest
from django.db import connection
from django.urls import reverse

from jiugai.accounts.models import AuditEvent, JobFailure
from jiugai.accounts.roles import Role
from jiugai.registry.models import ImportBatch
from tests.cast import CHAOYANG, CITY, SINCE, XICHENG, Cast


def a_job(batch: ImportBatch | None = None, status: str = "failed") -> int:
    task, arguments = ("imports.write", f'{{"batch_id": {batch.pk}}}') if batch else ("accounts.tidy", "{}")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status)"
            " VALUES ('imports', %s, 0, %s, %s) RETURNING id",
            [task, arguments, status],
        )
        job = int(cursor.fetchone()[0])
    if batch:
        ImportBatch.objects.filter(pk=batch.pk).update(job_id=job)
    return job


def status_of(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


@pytest.fixture
def batches(cast: Cast) -> dict[str, ImportBatch]:
    return {
        key: ImportBatch.objects.create(
            number=f"T-{key}", state="writing", file="x", file_name=f"{key}.csv", file_size=1, sha256="0" * 64,
            area_path=cast.areas[area].path, rows_total=4367, rows_done=1200,
        )
        for key, area in [("inside", CHAOYANG), ("outside", XICHENG)]
    }  # fmt: skip


def test_list_shows_the_jobs_of_the_own_area_with_their_progress(client_as, batches):
    for batch in batches.values():
        a_job(batch, "doing")
    system = a_job(status="succeeded")
    page = client_as("data_officer").get(reverse("job-list")).content.decode()
    assert "写入 inside.csv" in page
    assert "1,200 / 4,367" in page
    assert "outside.csv" not in page
    assert "每日清理旧记录" not in page
    city = client_as("city_lead").get(reverse("job-list")).content.decode()
    assert "outside.csv" in city
    assert "每日清理旧记录" in city
    assert client_as("data_officer").get(reverse("job-file", args=[system])).status_code == 404


def test_failed_job_shows_the_incident_and_can_be_tried_again_once(client_as, batches):
    job = a_job(batches["inside"])
    JobFailure.objects.create(job=job, incident="abc123def456")
    browser = client_as("data_officer")
    assert "abc123def456" in browser.get(reverse("job-file", args=[job])).content.decode()
    assert browser.post(reverse("job-retry", args=[job])).status_code == 302
    assert status_of(job) == "todo"
    assert browser.post(reverse("job-retry", args=[job])).status_code == 409
    assert AuditEvent.objects.get(action="job.retry").area_path == batches["inside"].area_path


def test_who_may_look_but_not_retry_reads_why(client_as, batches):
    job = a_job(batches["inside"])
    assert client_as("auditor").post(reverse("job-retry", args=[job])).status_code == 403
    assert "您的角色不能重试后台作业" in client_as("auditor").get(reverse("job-file", args=[job])).content.decode()


def test_right_to_retry_counts_only_where_it_is_held(cast, client_as, batches):
    """He sees the whole city's jobs as an auditor, but tries again only in his own district."""
    both = cast.hire("both", Role.AUDITOR, "city", CITY)
    both.memberships.create(
        organisation=cast.bodies["district"], role=Role.DATA_OFFICER, area=cast.areas[CHAOYANG], starts=SINCE
    )
    cast.people["both"] = both
    job = a_job(batches["outside"])
    assert "这里不在您可以重试后台作业的辖区内" in client_as("both").get(f"/jobs/{job}/").content.decode()
    assert client_as("both").post(reverse("job-retry", args=[job])).status_code == 403
    assert status_of(job) == "failed"
    assert client_as("both").post(reverse("job-retry", args=[a_job(batches["inside"])])).status_code == 302


def test_progress_asks_again_until_the_job_is_finished(client_as, batches):
    browser = client_as("data_officer")
    running = browser.get(reverse("job-progress", args=[a_job(batches["inside"], "doing")])).content.decode()
    ended = browser.get(reverse("job-progress", args=[a_job(batches["inside"], "succeeded")])).content.decode()
    assert "hx-get" in running
    assert "hx-get" not in ended


def test_list_loads_the_batches_of_all_jobs_at_once(client_as, batches, django_assert_max_num_queries):
    for _ in range(12):
        a_job(batches["inside"], "doing")
    browser = client_as("city_lead")
    browser.get(reverse("job-list"))
    with django_assert_max_num_queries(22):
        browser.get(reverse("job-list"))
