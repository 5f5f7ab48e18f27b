"""One holder at a time, whatever comes of the others."""

from __future__ import annotations

import threading
from typing import Any

from jobkit.cloud.lease import STALE, Lease


class Store(dict[str, Any]):
    """As modal.Dict answers: an entry that may be made only once is made once."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def put(self, key: str, value: Any, *, skip_if_exists: bool = False) -> bool:
        with self._lock:
            if skip_if_exists and key in self:
                return False
            self[key] = value
            return True


def silence(store: Store, seconds: float) -> None:
    for word in store.values():
        word["at"] -= seconds


def test_the_first_one_has_it_and_the_second_hears_no() -> None:
    store = Store()
    first, second = Lease(store, "r/main", "in-1", 1), Lease(store, "r/main", "in-2", 1)
    assert first.take() and not second.take()
    assert first.renew() and not second.renew()
    assert Lease(store, "r/w1", "in-2", 1).take(), "of something else"


def test_of_many_that_come_together_one_has_it() -> None:
    store, took = Store(), []
    begin = threading.Barrier(12)

    def race(number: int) -> None:
        begin.wait()
        if Lease(store, "r/main", f"in-{number}", 1).take():
            took.append(number)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == 1


def test_the_same_one_started_again_has_it_still() -> None:
    store = Store()
    assert Lease(store, "r/main", "in-1", 1).take()
    again = Lease(store, "r/main", "in-1", 1)
    assert again.take() and again.renew()
    assert not Lease(store, "r/main", "in-2", 1).take()


def test_it_goes_on_when_it_is_let_go_or_its_holder_is_silent() -> None:
    store = Store()
    first, second, third = (Lease(store, "r/main", f"in-{n}", 1) for n in (1, 2, 3))
    assert first.take()
    first.release()
    assert second.take()
    silence(store, STALE - 5)
    assert not third.take()
    silence(store, 5)
    assert third.take()
    assert not second.renew(), "it was taken for gone, and stops itself"


def test_a_later_attempt_takes_it_and_an_earlier_one_never_does() -> None:
    store = Store()
    old, new = Lease(store, "r/main", "in-1", 1), Lease(store, "r/main", "in-2", 2)
    assert old.take() and new.take()
    assert not old.renew()
    silence(store, 2 * STALE)
    assert not Lease(store, "r/main", "in-3", 1).take()
