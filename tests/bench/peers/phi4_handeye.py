"""Groundings by handeye, on a checkpoint and a folder that bench_phi4 made.

Arguments: the checkpoint, the folder (screens as PNG, questions.json), how many questions a step
asks on its screen, and the way:

- box: the grounder as it is, with its grammar and the screen kept between the questions;
- free: as many tokens as the published code decodes, without a grammar, the screen kept;
- naive: free, but the image padded to 3,600 patches, and screen and prompt computed anew for each
  question.

Every step has a screen that was not seen before. Says the greedy ids of one question first.
Seconds are those of the processor.
"""

import json
import sys
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import torch
from PIL import Image
from torch.nn.functional import pad
from transformers import DynamicCache

from handeye.actions import ScreenSpace, Size
from handeye.envs import Observation, Screenshot
from handeye.grounding.phi4 import IMAGE, load
from handeye.grounding.phi4.decode import decode
from handeye.grounding.phi4.grounder import Phi4Grounder
from handeye.grounding.phi4.model import Phi4
from handeye.grounding.phi4.patches import to_patches

Ask = Callable[[Path, int], object]


def box(model: Phi4, phrases: list[str]) -> Ask:
    grounder = Phi4Grounder(model)

    def ask(screen: Path, question: int) -> object:
        with Image.open(screen) as image:
            size = Size(width=image.width, height=image.height)
        shot = Screenshot(data=screen.read_bytes(), space=ScreenSpace(size=size))
        found = grounder.ground(Observation(screenshot=shot), phrases[question])
        assert found.status == "found", found.reason
        return found.raw

    return ask


def free(model: Phi4, prompts: list[list[int]], most: int) -> Ask:
    def ask(screen: Path, question: int) -> object:
        return model.generate(prompts[question], [Image.open(screen).convert("RGB")], most)

    return ask


def naive(model: Phi4, prompts: list[list[int]], most: int) -> Ask:
    def padded_features(image: Image.Image) -> torch.Tensor:
        patches, grid = to_patches(image, model.config)
        missing = model.config.max_num_patches - len(patches)
        mask = torch.tensor([[1] * len(patches) + [0] * missing])
        shapes = torch.tensor([grid])
        hidden = model.vision(pad(patches, (0, 0, 0, missing))[None], mask, shapes)
        features: torch.Tensor = model.projector(hidden.last_hidden_state[0, : len(patches)])
        return features

    def embed(ids: list[int]) -> torch.Tensor:
        embedded: torch.Tensor = model.language.model.embed_tokens(torch.tensor(ids))
        return embedded

    @torch.inference_mode()
    def ask(screen: Path, question: int) -> object:
        ids = prompts[question]
        mark = ids.index(IMAGE)
        features = padded_features(Image.open(screen).convert("RGB"))
        prompt = torch.cat([embed(ids[:mark]), features, embed(ids[mark + 1 :])])
        ends = model.config.end_tokens
        steps = decode(model.language, prompt, DynamicCache(), embed, ends, None)
        return [step.token for step in islice(steps, most)]

    return ask


def main() -> None:
    checkpoint, folder, questions, way = sys.argv[1:]
    torch.set_num_threads(1)
    told = json.loads((Path(folder) / "questions.json").read_text())
    model = load(checkpoint, dtype="fp32", device="cpu")
    ask = {
        "box": lambda: box(model, told["phrases"]),
        "free": lambda: free(model, told["ids"], told["most"]),
        "naive": lambda: naive(model, told["ids"], told["most"]),
    }[way]()
    screens = cycle(sorted(Path(folder).glob("*.png")))
    first = ask(next(screens), 0)
    print("ready", json.dumps(first), sep="\n", flush=True)
    for line in sys.stdin:
        seconds = []
        for screen in islice(screens, int(line)):
            model.cache.clear()
            started = time.process_time()
            for question in range(int(questions)):
                ask(screen, question)
            seconds.append(time.process_time() - started)
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
