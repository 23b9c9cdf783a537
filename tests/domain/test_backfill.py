from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.domain.backfill import BackfillState, Wish, after

BY_PEOPLE = [Wish.START, Wish.PAUSE, Wish.RESUME, Wish.CANCEL]
ENDS = {BackfillState.DONE, BackfillState.CANCELLED}


@given(st.lists(st.sampled_from(list(Wish)), max_size=30))
def test_whatever_is_wished_nothing_runs_before_it_was_looked_at_and_started(wishes):
    state, seen = BackfillState.PREVIEWING, [BackfillState.PREVIEWING]
    for wish in wishes:
        state = after(state, wish) or state
        seen.append(state)

    if BackfillState.RUNNING in seen:
        at = seen.index(BackfillState.RUNNING)
        assert BackfillState.READY in seen[:at]
        assert wishes[at - 1] is Wish.START
    for at, before in enumerate(seen[:-1]):
        assert before not in ENDS or seen[at + 1] is before


@given(st.sampled_from(list(BackfillState)), st.sampled_from(BY_PEOPLE))
def test_wish_repeated_changes_nothing_more(state, wish):
    once = after(state, wish)

    assert once is None or after(once, wish) is once


@given(st.sampled_from([state for state in BackfillState if state not in ENDS]))
def test_everything_that_has_not_ended_can_be_cancelled(state):
    assert after(state, Wish.CANCEL) is BackfillState.CANCELLED


def test_finishing_is_for_looking_and_making_alone():
    finishing = {state: after(state, Wish.FINISH) for state in BackfillState}

    assert {state for state, to in finishing.items() if to} == {BackfillState.PREVIEWING, BackfillState.RUNNING}
