"""Groundings by the published code, in an environment of its own: needs no handeye.

Arguments: the folder of the published code, the checkpoint, the folder (screens as PNG,
questions.json), and how many questions a step asks on its screen. Says the greedy ids of one
question first. Seconds are those of the processor. Generation keeps keys and values within an
answer (`use_cache`), which the published config.json turns off.
"""

import importlib
import json
import sys
import time
from itertools import cycle, islice
from pathlib import Path

import torch
from PIL import Image


def main() -> None:
    code, checkpoint, folder, questions = sys.argv[1:]
    sys.path.insert(0, code)
    published = importlib.import_module("modeling_phi4_visionr")
    torch.set_num_threads(1)
    told = json.loads((Path(folder) / "questions.json").read_text())
    model = published.Phi4ForCausalLMV.from_pretrained(checkpoint, dtype=torch.float32).eval()
    process = model.get_vision_tower().image_processor

    @torch.inference_mode()
    def ask(screen: Path, question: int) -> list[int]:
        ids = torch.tensor([told["ids"][question]])
        images = process([Image.open(screen).convert("RGB")], return_tensors="pt")
        made = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            **images,
            max_new_tokens=told["most"],
            do_sample=False,
            use_cache=True,
        )
        return made[0, ids.shape[1] :].tolist()

    screens = cycle(sorted(Path(folder).glob("*.png")))
    first = ask(next(screens), 0)
    print("ready", json.dumps(first), sep="\n", flush=True)
    for line in sys.stdin:
        seconds = []
        for screen in islice(screens, int(line)):
            started = time.process_time()
            for question in range(int(questions)):
                ask(screen, question)
            seconds.append(time.process_time() - started)
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
