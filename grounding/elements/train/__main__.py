"""The command: sets from the registry, pictures, training, weights, figures."""

import argparse
import json
import logging
import os
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m handeye.grounding.elements.train")
    here = Path(__file__).parents[1] / "icons" / "weights"
    parser.add_argument("--out", type=Path, default=here, help="where the weights go")
    parser.add_argument("--cache", type=Path, help="where downloads and drawn pictures are kept")
    parser.add_argument("--epochs", type=int, nargs="+", default=[16, 20], help="of each cycle")
    parser.add_argument("--begin", type=int, default=0, help="the first cycle to do, from --out")
    parser.add_argument("--rounds", type=int, default=3, help="ways to draw each icon in a cycle")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    from handeye.grounding.elements.train.run import Settings, run
    from handeye.grounding.elements.train.sets import Sources

    sources = Sources(cache=given.cache) if given.cache else Sources()
    settings = Settings(
        given.out,
        tuple(given.epochs),
        given.rounds,
        given.threads,
        given.seed,
        sources,
        begin=given.begin,
    )
    print(json.dumps(run(settings), indent=1))


if __name__ == "__main__":
    main()
