"""The life of drafts as a state machine: deals change, people touch drafts, answers are lost, processes die.

Whatever happens, in whatever order: one document of a generation lives at most, and what a person touched stays so.
"""

import asyncio
from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.pipeline.deals import WON, make_rules, make_run
from tests.pipeline.fortnox_fake import APPLIED_UNANSWERED, LOST
from tests.pipeline.world import Killed, steady_world

from fortnox_bridge.domain.checkpoints import DRAFT_PATH
from fortnox_bridge.domain.deal import DealStatus
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import Transient, UserAction
from fortnox_bridge.domain.rules import CancelRule, DocumentRules, TriggerRule
from fortnox_bridge.domain.run import RequestedAction, TriggerKind

PLACES = [name for name in DRAFT_PATH if name.startswith(("draft.", "update.", "cancel.", "convert."))]
WRITES = ["create_document", "update_document", "cancel_document", "convert_order"]
RULES = make_rules(
    triggers=(TriggerRule("1", "14", DocumentKind.INVOICE), TriggerRule("1", "13", DocumentKind.ORDER)),
    cancel=CancelRule(statuses=frozenset({DealStatus.LOST})),
    document=DocumentRules(follows_edits=True),
)


class DraftLife(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.world = steady_world(rules=RULES)
        self.runs = 0
        self.touched = {}

    @initialize(stage=st.sampled_from(["13", "14"]))
    def begin(self, stage):
        self.world.source.deal = replace(self.world.source.deal, stage=replace(WON, id=stage))
        self.run()

    def run(self, **changes):
        """One run, taken up again after it died or was not answered; what refuses it may be anything expected."""
        self.runs += 1
        latest = max((row.generation for row in self.world.memory.documents.values()), default=1)
        run = make_run(self.runs, **changes)
        run = replace(run, key=replace(run.key, generation=max(latest, run.key.generation)))
        try:
            return asyncio.run(self.world.run(run))
        except (UserAction, Transient, Killed):
            return None
        finally:
            self.world.clock.advance(61)

    # What happens in the source.

    @rule(quantity=st.integers(1, 9))
    def edit_deal(self, quantity):
        (line,) = self.world.source.deal.lines
        self.world.source.deal = replace(self.world.source.deal, lines=(replace(line, quantity=Decimal(quantity)),))
        self.run()

    @rule(status=st.sampled_from([DealStatus.WON, DealStatus.LOST, DealStatus.OPEN]))
    def decide_deal(self, status):
        self.world.source.deal = replace(self.world.source.deal, status=status)
        self.run()

    @rule(stage=st.sampled_from(["13", "14", "99"]))
    def move_deal(self, stage):
        self.world.source.deal = replace(self.world.source.deal, stage=replace(WON, id=stage))
        self.run()

    # What people ask for.

    @rule()
    def replay(self):
        self.run(trigger=TriggerKind.REPLAY)

    @rule()
    def ask_for_an_update(self):
        self.run(trigger=TriggerKind.MANUAL, requested_action=RequestedAction.UPDATE)

    @rule()
    def ask_for_a_new_document(self):
        latest = max((row.generation for row in self.world.memory.documents.values()), default=0)
        key = replace(make_run().key, generation=latest + 1)
        asked = {"requested_action": RequestedAction.NEW, "requested_kind": "invoice"}
        self.run(trigger=TriggerKind.MANUAL, key=key, **asked)

    # What people do in Fortnox.

    @precondition(lambda self: self.world.fortnox.live())
    @rule(data=st.data(), act=st.sampled_from(["edit", "send", "book", "cancel"]))
    def touch_draft(self, data, act):
        fortnox = self.world.fortnox
        one = data.draw(st.sampled_from(fortnox.live()))
        match act:
            case "edit":
                fortnox.edit(one.kind, one.number, comments=f"Ring först {self.runs}")
            case "send":
                fortnox.change(one.kind, one.number, is_sent=True)
            case "book":
                fortnox.change(one.kind, one.number, is_booked=True)
            case "cancel":
                fortnox.change(one.kind, one.number, is_cancelled=True)
        self.touched[one.kind, one.number] = self.stand(one.kind, one.number)

    def stand(self, kind, number):
        document = next(one for one in self.world.fortnox.documents if (one.kind, one.number) == (kind, number))
        return document, dict(self.world.fortnox.values[kind, number])

    # What goes wrong.

    @rule(call=st.sampled_from(WRITES), fault=st.sampled_from([APPLIED_UNANSWERED, LOST]))
    def lose_an_answer(self, call, fault):
        self.world.fortnox.faults.setdefault(call, []).append(fault)

    @rule(place=st.sampled_from(PLACES))
    def die_next_at(self, place):
        self.world.die_at = place

    @rule()
    def wait_out_the_quarantine(self):
        self.world.clock.advance(600)
        self.run()

    # What must always hold.

    @invariant()
    def one_document_of_a_generation_lives(self):
        living = [(one.kind, one.marker) for one in self.world.fortnox.live()]
        assert len(living) == len(set(living)), living

    @invariant()
    def what_a_person_touched_stays_as_it_is(self):
        for (kind, number), seen in self.touched.items():
            document, values = self.stand(kind, number)
            # An order may have been invoiced since: that changes nothing of what it says.
            unchanged = replace(document, order_invoice_number=seen[0].order_invoice_number)
            assert (unchanged, values) == seen, (kind, number)

    @invariant()
    def our_record_names_a_document_of_ours(self):
        for row in self.world.memory.documents.values():
            if row.number is not None:
                assert any((one.kind, one.number) == (row.kind, row.number) for one in self.world.fortnox.documents)


DraftLife.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestDraftLife = DraftLife.TestCase
