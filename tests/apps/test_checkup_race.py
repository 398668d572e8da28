"""Two workers on one building at the same moment, over real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from jiugai.checkup.models import Checkup
from jiugai.offline.models import Operation
from tests.cast import Cast
from tests.checkup_rows import EDITION, Phone, key_of, make_checkup, make_home, states

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            barrier.wait(10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [f.result(60) for f in [pool.submit(run, work) for work in works]]


@pytest.fixture
def checkup(cast: Cast) -> Checkup:
    return make_checkup(cast, make_home(cast))


def test_two_workers_on_one_building_lose_nothing(cast: Cast, checkup: Checkup):
    one = key_of(checkup.community, "1号楼")
    phones = [Phone(cast.client(n), n, checkup) for n in ("community_worker", "street_clerk")]
    batches = [[p.all_well(one)[n] for n in range(10)] for p in phones]
    works = [lambda p=p, op=op: p.send(op) for p, ops in zip(phones, batches, strict=True) for op in ops[:4]]
    answers = [a for answer in together(*works) for a in answer]
    assert states(answers) == {"accepted"}
    rest = together(*[lambda p=p, ops=ops: p.send(*ops) for p, ops in zip(phones, batches, strict=True)])
    assert states([a for answer in rest for a in answer]) == {"accepted", "duplicate"}
    part = checkup.parts.get(key=one)
    assert (part.open_count, Operation.objects.count()) == (0, 20)
    assert part.answers.count() == sum(i.level == "building" for i in EDITION.indicators)


def test_same_batch_over_two_connections_counts_once(cast: Cast, checkup: Checkup):
    phone = Phone(cast.client("community_worker"), "community_worker", checkup)
    ops = phone.all_well("")
    both = together(
        lambda: phone.send(*ops), lambda: Phone(cast.client("community_worker"), "community_worker", checkup).send(*ops)
    )
    assert all(states(answer) <= {"accepted", "duplicate"} for answer in both)
    assert Operation.objects.count() == len(ops)
    assert checkup.parts.get(key="").open_count == 0


def test_opening_at_the_same_moment_opens_once(cast: Cast):
    home = make_home(cast)
    people = ("community_worker", "street_clerk", "district_lead")
    clients = [cast.client(n) for n in people]
    answers = together(
        *[lambda c=c: c.post(f"/phone/packs/{home.pk}/").json()["parts"]["checkup"]["id"] for c in clients]
    )
    assert len(set(answers)) == 1
    assert Checkup.objects.count() == 1
