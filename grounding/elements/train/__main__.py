"""The command: sets from the registry, pictures, training, weights, figures."""

import argparse
import json
import logging
import os
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m handeye.grounding.elements.train")
    here = Path(__file__).parents[1] / "icons" / "weights"
    parser.add_argument("--out", type=Path, help="where the weights go; those that ship otherwise")
    parser.add_argument("--cache", type=Path, help="where downloads and drawn pictures are kept")
    parser.add_argument("--epochs", type=int, nargs="+", help="of each cycle (16 20)")
    parser.add_argument("--begin", type=int, default=0, help="the first cycle to do, from --out")
    parser.add_argument("--rounds", type=int, help="ways to draw each icon in a cycle (3)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--small",
        action="store_true",
        help="all of it in minutes, on some icons of each set: tells that it works; needs --out",
    )
    given = parser.parse_args()
    if given.small and given.out is None:
        parser.error("--small makes weights of little use: name another place for them with --out")
    if (given.epochs and min(given.epochs) < 1) or (given.rounds or 1) < 1 or given.threads < 1:
        parser.error("--epochs, --rounds and --threads start at 1")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    from handeye.grounding.elements.train.run import FULL, SMALL, run
    from handeye.grounding.elements.train.sets import Sources

    sources = Sources(cache=given.cache) if given.cache else Sources()
    size = SMALL if given.small else FULL
    settings = size._replace(
        out=given.out or here,
        epochs=tuple(given.epochs or size.epochs),
        rounds=given.rounds or size.rounds,
        threads=given.threads,
        seed=given.seed,
        sources=sources,
        begin=given.begin,
    )
    print(json.dumps(run(settings), indent=1))


if __name__ == "__main__":
    main()
