"""One instalment of a deal as a record of its own, with documents and notes of its own (F63)."""

from dataclasses import replace
from typing import Final

from fortnox_bridge.domain.deal import Deal, Instalment
from fortnox_bridge.domain.ids import SourceRef

INSTALMENT: Final = "instalment"
_JOINT: Final = ":"


def is_instalment(ref: SourceRef) -> bool:
    return ref.kind == INSTALMENT


def instalment_ref(deal: SourceRef, instalment: Instalment) -> SourceRef:
    return replace(deal, kind=INSTALMENT, external_id=instalment_prefix(deal) + instalment.external_id)


def instalment_prefix(deal: SourceRef) -> str:
    """What the ids of all its instalments begin with, and no other deal's."""
    return f"{deal.external_id}{_JOINT}"


def deal_ref(ref: SourceRef, object_kind: str) -> SourceRef:
    """The deal that an instalment is part of; any other record is its own. `object_kind`: what the source calls it."""
    if not is_instalment(ref):
        return ref
    return replace(ref, kind=object_kind, external_id=ref.external_id.rpartition(_JOINT)[0])


def only_instalment(deal: Deal, ref: SourceRef) -> Deal | None:
    """The deal as the one instalment that `ref` names, None when it has no such instalment any more."""
    wanted = ref.external_id.rpartition(_JOINT)[2]
    found = next((each for each in deal.instalments if each.external_id == wanted), None)
    return replace(deal, ref=ref, instalments=(found,)) if found is not None else None
