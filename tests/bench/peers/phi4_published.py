"""Groundings by the published code, in an environment of its own: needs no handeye.

Arguments: the folder of the published code, the checkpoint, the folder (screens as PNG,
questions.json), how many questions a step asks on its screen, and "cpu" or "cuda". Says the greedy
ids of one question first. A checkpoint without weights gets random ones, in bf16, on the device.
Seconds are those of the processor, on a GPU those of the clock. Generation keeps keys and values
within an answer (`use_cache`), which the published config.json turns off.
"""

import importlib
import json
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import torch
from PIL import Image


def opened(published: Any, checkpoint: Path, device: str) -> Any:
    """The model, with the checkpoint's weights in float32 or random ones in bf16."""
    if (checkpoint / "model.safetensors").exists():
        return published.Phi4ForCausalLMV.from_pretrained(checkpoint, dtype=torch.float32)
    config = published.Phi4VisionR(**json.loads((checkpoint / "config.json").read_text()))
    torch.set_default_dtype(torch.bfloat16)
    with torch.device(device):
        model = published.Phi4ForCausalLMV(config)
        model.get_vision_tower().load_model(skip_weights=True)
    torch.set_default_dtype(torch.float32)
    return model


def main() -> None:
    code, checkpoint, folder, questions, device = sys.argv[1:]
    sys.path.insert(0, code)
    published = importlib.import_module("modeling_phi4_visionr")
    torch.set_num_threads(1)
    told = json.loads((Path(folder) / "questions.json").read_text())
    model = opened(published, Path(checkpoint), device).eval()
    clock = time.process_time if device == "cpu" else time.perf_counter
    process = model.get_vision_tower().image_processor

    @torch.inference_mode()
    def ask(screen: Path, question: int) -> list[int]:
        ids = torch.tensor([told["ids"][question]], device=device)
        images = process([Image.open(screen).convert("RGB")], return_tensors="pt")
        made = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            **images.to(device),
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
            started = clock()
            for question in range(int(questions)):
                ask(screen, question)
            seconds.append(clock() - started)
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
