"""Mini, broken in one place at a time: for each rule of the kit a change of its text that the rule must catch.

A name is that of the rule, or of the rule and what is broken of it.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tests.testing.mini.harness import MiniHarness

FOLDER = Path(__file__).parent / "mini"


@dataclass(frozen=True, slots=True)
class Mutation:
    """A passage of `file` and what takes its place."""

    old: str
    new: str
    file: str = "connector"


def _stray(url: str) -> Mutation:
    return Mutation(
        '        me = await self.client.get("/me", "account")\n',
        "        try:\n"
        f'            await self.client.ctx.http.send(HttpRequest("GET", "{url}"))\n'
        "        except BridgeError:\n"
        "            pass\n"
        '        me = await self.client.get("/me", "account")\n',
    )


_HOOK_PROOF = "    prove(request, secrets.client_secret, request.body, now)\n    event = decoded(request.body)\n"
_ACTION_PROOF = "    prove(request, secrets.client_secret, request.body, now)\n    asked"

MUTANTS: Mapping[str, Mutation] = {
    "descriptor": Mutation("title=SYSTEM,", 'title="",'),
    "config-model": Mutation('extra="forbid", ', ""),
    "config-samples": Mutation('default="sv", ', 'default="sv", pattern="^en$", '),
    "whole": Mutation("hooks=mini, lister=mini, customers", "hooks=mini, customers"),
    "quiet-open": Mutation("    yield Session(", "    await mini.identify()\n    yield Session("),
    "imports": Mutation("import html\n", "import html\nimport socket\n"),
    "simulator-apart": Mutation(
        "import base64\n", "import base64\nfrom tests.testing.mini.connector import SYSTEM\n", "simulator"
    ),
    "identify": Mutation('AccountInfo(me["id"], me["name"])', 'AccountInfo(me["name"], me["id"])'),
    "deal-read": Mutation('for line in row["lines"]]', 'for line in reversed(row["lines"])]'),
    "exact-numbers": Mutation('Decimal(line["quantity"])', 'round(Decimal(line["quantity"]), 2)'),
    "deal-types": Mutation('fromisoformat(row["updated"]).astimezone(UTC)', 'fromisoformat(row["updated"][:19])'),
    "hostile-text": Mutation('title=row["title"]', 'title=html.escape(row["title"])'),
    "read-only": Mutation(
        "        row: Any = head.opaque\n",
        "        row: Any = head.opaque\n        await self.write_fields(head.ref, {})\n",
    ),
    "deal-missing": Mutation(
        '"source_record_missing", system=SYSTEM, record=record', '"source_record_missing", system=SYSTEM, record="deal"'
    ),
    "accounts-apart": Mutation("        self.account = account\n", "        Mini.account = account\n"),
    "token-replaced": Mutation("tokens.replace(token)", 'tokens.replace("")'),
    "token-refused": Mutation(
        'ReconnectRequired("source_unauthorized", system=SYSTEM)',
        'SourceDataInvalid("source_refused", system=SYSTEM, record=record, message="401")',
    ),
    "permission": Mutation(
        'PermissionMissing("source_permission_missing", **named)', 'Unavailable("source_unavailable", system=SYSTEM)'
    ),
    "rate-limit": Mutation('float(response.headers.get("retry-after", "10"))', "1.0"),
    "server-error": Mutation("case status if status >= 500:", "case status if status >= 501:"),
    "error-codes": Mutation('"source_rate_limited"', '"mini_rate_limited"'),
    "read-silence": Mutation(
        '                raise\n            raise Unavailable("source_unavailable", system=SYSTEM) from silence',
        "                raise\n            raise",
    ),
    "read-garbage": Mutation(
        '        if not isinstance(row, dict):\n            raise unreadable(f"deal {ref.external_id}")\n', ""
    ),
    "read-page": Mutation(
        "        if not response.is_success:\n",
        "        if response.status == 502 and not is_write:\n            raise unreadable(record)\n"
        "        if not response.is_success:\n",
    ),
    "not-sent": Mutation(
        "        except Unanswered as silence:\n",
        '        except Unavailable as gone:\n            raise OutcomeUnknown("source_outcome_unknown") from gone\n'
        "        except Unanswered as silence:\n",
    ),
    "write-silence": Mutation("case status if status >= 500 and is_write:", "case status if status >= 900:"),
    "own-sockets": Mutation(
        '        me = await self.client.get("/me", "account")\n',
        '        __import__("socket").create_connection(("127.0.0.1", 9))\n'
        '        me = await self.client.get("/me", "account")\n',
    ),
    "hosts": _stray("https://elsewhere.example/"),
    "base-urls": _stray("https://api.mini.example/me"),
    "cancellation": Mutation(
        '            raise Unavailable("source_unavailable", system=SYSTEM) from silence\n',
        '            raise Unavailable("source_unavailable", system=SYSTEM) from silence\n'
        "        except BaseException as gone:\n"
        '            raise Unavailable("source_unavailable", system=SYSTEM) from gone\n',
    ),
    "secrets": Mutation('"mini_refused", status=response.status', '"mini_refused", token=token'),
    "secrets-in-notes": Mutation(
        'external_id}/notes", {"html": shown(note)}',
        'external_id}/notes", {"html": shown(note) + await self.client.ctx.tokens.access_token()}',
    ),
    "webhook-read": Mutation('"deal", event["deal"]', '"deal", int(event["deal"])'),
    "webhook-proof": Mutation(_HOOK_PROOF, '    if request.headers.get("x-mini-signature"):\n    ' + _HOOK_PROOF),
    "webhook-body": Mutation(_HOOK_PROOF, "".join(reversed(_HOOK_PROOF.splitlines(keepends=True)))),
    "webhook-stale": Mutation("if abs(now - sent) > timedelta", "if sent - now > timedelta"),
    "webhook-empty-secret": Mutation("if not (secret and is_equal):", "if not is_equal:"),
    "webhook-event-id": Mutation('event["id"], "moved"', 'request.headers["x-mini-time"], "moved"'),
    "webhook-unknown": Mutation(
        'if event["type"] != "deal.moved":\n        return ()',
        'if event["type"] != "deal.moved":\n        raise UnreadablePayload("unknown")',
    ),
    "webhook-malformed": Mutation(
        '    if not isinstance(payload, dict):\n        raise UnreadablePayload("not an object")\n', ""
    ),
    "webhook-pure": Mutation("    happened = datetime", '    open("/dev/null", "rb").close()\n    happened = datetime'),
    "note-written": Mutation('*(f"{label}: {value}" for label, value in note.facts), ', ""),
    "note-updated": Mutation("            return False\n        return True\n", "            return True\n" * 2),
    "note-escaped": Mutation('html.escape("".join(char', '("".join(char'),
    "note-long": Mutation(' if char.isprintable() or char == "\\n"', ""),
    "file-attached": Mutation('if row["name"] == file_name', 'if row["name"].endswith(".pdf")'),
    "files-read": Mutation("if len(content) > limit_bytes:", "if len(content) > 10_000:"),
    "fields-listed": Mutation('"deal.title"', '"deal.headline"'),
    "field-made": Mutation("== (object_name, label, field", "== (object_name, label.upper(), field"),
    "field-written": Mutation("dict(values), f", "{key: html.escape(value) for key, value in values.items()}, f"),
    "stages-listed": Mutation('StageDescriptor(each["id"],', "StageDescriptor(f\"{row['id']}/{each['id']}\","),
    "deals-listed": Mutation("sorted(set(query.stage_ids))", "sorted(query.stage_ids)"),
    "deals-moving": Mutation('{"order": "id", "start": start', '{"order": "updated", "start": start'),
    "customers-read": Mutation("return self.customer_of(ref.kind, row)", 'return self.customer_of("company", row)'),
    "products-read": Mutation('self.page("products", cursor, changed_since)', 'self.page("products", cursor, None)'),
    "owner-read": Mutation("SourceDataInvalid:\n            return None\n", "KeyError:\n            return None\n"),
    "hooks-kept": Mutation("        if standing:\n", "        if len(standing) > 1:\n"),
    "features-told": Mutation("Notice(refusal.code,", 'Notice("mini_features_off",'),
    "account-left": Mutation(
        '        try:\n            await self.client.write("DELETE", "/app", None, "app")\n'
        "        except SourceDataInvalid:\n            return\n",
        '        await self.client.write("DELETE", "/app", None, "app")\n',
    ),
    "card-read": Mutation('asked["id"], button)', 'asked["id"], None)'),
    "card-proof": Mutation("    prove(request, secrets.card_secret, account.encode(), now)\n", ""),
    "card-account": Mutation("return CardCall(account,", 'return CardCall(asked["account"],'),
    "card-rendered": Mutation("return str(money)", "return money"),
    "action-proof": Mutation(_ACTION_PROOF, "    asked"),
    "action-call": Mutation('asked["call"])', 'str(asked["delivery"]))'),
    "action-answered": Mutation('"said": outcome.said', '"said": outcome'),
    "deal-of-record": Mutation('is_open[-1]["id"]', 'is_open[0]["id"]'),
    "action-reported": Mutation(
        '{"state": outcome.state.value}, "call")\n        except SourceDataInvalid:\n            return\n',
        '{"state": outcome.state.value}, "call")\n        except KeyError:\n            return\n',
    ),
    # Further ways to break a rule that has several parts.
    "deal-types/float": Mutation('Decimal(line["price"])', 'float(line["price"])'),
    "deal-types/number-as-id": Mutation('external_id=line["id"]', 'external_id=int(line["id"])'),
    "deal-types/currency": Mutation(
        '            currency=currency(row["currency"]),\n            lines',
        "            currency='kr',\n            lines",
    ),
    "webhook-proof/short": Mutation("hmac.compare_digest(wanted, ", "wanted.startswith("),
    "card-proof/stale": Mutation("    sent = datetime.fromtimestamp(int(moment), UTC)\n", "    sent = now\n"),
    "deals-listed/without-end": Mutation(
        "return SourcePage(heads, f\"{at}:{page['next']}\")", 'return SourcePage(heads, cursor or "0:0")'
    ),
    "deals-listed/first-page": Mutation('if page["next"]:', "if page['items'] and not page['next']:"),
    "accounts-apart/token": Mutation("        self.ctx = ctx\n", "        Client.ctx = ctx\n"),
    "imports/core": Mutation("import html\n", "import html\nimport fortnox_bridge.pipeline.note_back\n"),
    "descriptor/http": Mutation('"https://api.mini', '"http://api.mini'),
    "descriptor/any-host": Mutation('("*.mini.example",)', '("*",)'),
    "note-written/not-found": Mutation(
        "for row in reversed(rows) if f", "for row in reversed(rows) if f'note{row}' in f"
    ),
}


def mutant(name: str) -> type[MiniHarness]:
    """The harness of Mini with the mutation of this rule."""
    change = MUTANTS[name]
    texts = dict(MiniHarness().sources())
    place = f"tests.testing.mini.{change.file}"
    if texts[place].count(change.old) != 1:
        raise ValueError(f"{name}: the passage stands {texts[place].count(change.old)} times in {change.file}")
    texts[place] = texts[place].replace(change.old, change.new)
    module = ModuleType(f"mutant_{name.replace('-', '_').replace('/', '_')}")
    # Dataclasses and pydantic look their module up.
    sys.modules[module.__name__] = module
    exec(compile(texts["tests.testing.mini.connector"], module.__name__, "exec"), module.__dict__)

    class MutantHarness(MiniHarness):
        connector = module.MINI

        def sources(self) -> Mapping[str, str]:
            return texts

    return MutantHarness
