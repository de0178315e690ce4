"""What is known of a run, from what it says."""

from handeye.tui.control import Pending
from handeye.tui.live import Live


def test_the_time_that_a_person_takes_is_told_apart() -> None:
    live = Live()
    live.hear(Pending("review"), 10.0)
    assert live.waited(13.0) == 3.0
    live.hear(None, 15.0)
    assert live.waited(20.0) == 5.0
    live.hear(Pending("approve"), 21.0)
    live.hear(None, 22.0)
    assert live.waited(30.0) == 6.0
