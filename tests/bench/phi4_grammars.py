"""What a grammar costs for each token: handeye's boxes, and JSON with llguidance and xgrammar.

`python -m tests.bench.phi4_grammars TOKENIZER.json [TIMES]`: with the tokenizer of a checkpoint, or
any that is byte-level BPE and has <|im_end|>. xgrammar is timed where it is installed. The schema
is that of the actions; the text is the same for all. A mask is timed, in seconds of the processor,
until it is a tensor of vocabulary size.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from statistics import median
from typing import Any

from tests.bench.figures import err, table

ACTION = {
    "kind": "batch",
    "actions": [
        {"kind": "click", "target": {"phrase": "the Save button in the third row"}},
        {"kind": "type", "text": "Gel Pens, 12 of them", "clear": True},
        {"kind": "done", "answer": "It was saved under “Gel Pens”.", "success": True},
    ],
}
BOX = "[0.1743, 0.868, 0.2243, 0.977]"


def timed(way: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    made = way()
    return made, time.process_time() - started


def walk(constraint: Any, ids: list[int]) -> Iterator[tuple[float, int]]:
    """Seconds of every mask on the way through `ids`, and how many ids were forced before it."""
    left = list(ids)
    while left:
        ahead, looking = timed(constraint.forced)
        assert list(ahead)[: len(left)] == left[: len(ahead)]
        left = left[len(ahead) :]
        if left:
            mask, masking = timed(constraint.allowed)
            assert mask[left[0]]
            constraint.accept(left.pop(0))
            yield looking + masking, len(ahead)


def ours(name: str, prepare: Callable[[], Any], make: Any, ids: list[int], times: int) -> list[str]:
    """The row of one of handeye's grammars; `make` makes a constraint of what `prepare` gives."""
    tokens, once = timed(prepare)
    starts, masks, forced = [], [], 0
    for _ in range(times):
        constraint, start = timed(lambda: make(tokens))
        starts.append(start)
        found = list(walk(constraint, ids))
        masks += [seconds for seconds, _ in found]
        forced = len(ids) - len(found)
    return row(name, once, median(starts), masks, f"{forced} of {len(ids)}")


def xgrammar_row(tokenizer: Any, schema: dict[str, Any], ids: list[int], times: int) -> list[str]:
    import numpy as np
    import torch
    import xgrammar

    size = tokenizer.get_vocab_size()
    names = [tokenizer.id_to_token(token) for token in range(size)]
    end = tokenizer.token_to_id("<|im_end|>")
    kind = xgrammar.VocabType.BYTE_LEVEL

    def prepare() -> Any:
        info = xgrammar.TokenizerInfo(names, kind, vocab_size=size, stop_token_ids=[end])
        return xgrammar.GrammarCompiler(info, max_threads=1, cache_enabled=False)

    compiler, once = timed(prepare)
    packed = xgrammar.allocate_token_bitmask(1, size)

    def mask(matcher: Any) -> Any:
        matcher.fill_next_token_bitmask(packed)
        bits = np.unpackbits(packed.numpy().view(np.uint8)[0], count=size, bitorder="little")
        return torch.from_numpy(bits).bool()

    text = json.dumps(schema)
    starts, masks = [], []
    for _ in range(times):
        grammar, start = timed(lambda: compiler.compile_json_schema(text, any_whitespace=False))
        starts.append(start)
        matcher = xgrammar.GrammarMatcher(grammar)
        for token in ids:
            _, looking = timed(matcher.find_jump_forward_string)
            allowed, masking = timed(lambda: mask(matcher))  # noqa: B023
            assert allowed[token]
            assert matcher.accept_token(token)
            masks.append(looking + masking)
    return row(
        f"actions, xgrammar {version('xgrammar')}",
        once,
        median(starts),
        masks,
        "gives text, no ids",
    )


def row(name: str, once: float, start: float, masks: list[float], forced: str) -> list[str]:
    mean = sum(masks) / len(masks)
    per_token = (f"{1e6 * each:,.0f}" for each in (median(masks), mean, max(masks)))
    return [name, f"{1000 * once:,.0f}", f"{1000 * start:,.2f}", *per_token, forced]


def main() -> int:
    if len(sys.argv) < 2:
        err.print("python -m tests.bench.phi4_grammars TOKENIZER.json \\[TIMES]")
        return 2
    from tokenizers import Tokenizer

    from handeye.actions import action_adapter
    from handeye.grounding.phi4.box import BoxGrammar
    from handeye.grounding.phi4.json_schema import schema_constraint, schema_tokens

    tokenizer = Tokenizer.from_file(sys.argv[1])
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    size, end = tokenizer.get_vocab_size(), tokenizer.token_to_id("<|im_end|>")
    schema = action_adapter.json_schema()

    def ids_of(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids)

    action = ids_of(json.dumps(ACTION, ensure_ascii=False))
    rows = [
        ours(
            "box",
            lambda: BoxGrammar(tokenizer, size, end),
            lambda grammar: grammar.constraint(),
            ids_of(BOX),
            times,
        ),
        ours(
            f"actions, llguidance {version('llguidance')}",
            lambda: schema_tokens(tokenizer, size, end),
            lambda tokens: schema_constraint(schema, tokens),
            action,
            times,
        ),
    ]
    if find_spec("xgrammar"):
        rows.append(xgrammar_row(tokenizer, schema, action, times))
    columns = ("", "once ms", "start ms", "median µs", "mean µs", "most µs", "forced tokens")
    table(f"Grammars over {size:,} tokens, {times} answers each", columns, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
