"""Makes tests/oracle/trace: trace files of tiny random-weight models, and beside each the same numbers as PyTorch has them.

Run in models: python -m vlpm_export.recorded ../tests/oracle/trace
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
import transformers as hf
from lab.tensors import write_tensors
from PIL import Image

from .cells import EAGER, TEXT, lxmert
from .hub import spread
from .raster import in_raster_order
from .recorder import from_outputs, save_trace

SAMPLE = Path(__file__).parents[2] / "static/samples/composed-1.webp"
CAPTION = "we can see a dog and a tree"
PIECES = ["[CLS]", *CAPTION.split(), "[SEP]"]
SIDE, PATCH = 64, 16
REGIONS = [[0.05, 0.1, 0.4, 0.5], [0.5, 0.05, 0.45, 0.4], [0.3, 0.5, 0.5, 0.45], [0, 0, 1, 1]]


def picture() -> np.ndarray:
    return np.asarray(Image.open(SAMPLE).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def ids() -> torch.Tensor:
    return torch.arange(1, len(PIECES) + 1)[None]


def vilt(path: Path) -> list[torch.Tensor]:
    """A single stream: text, [CLS] of the picture, 4 x 4 patches."""
    model = hf.ViltForImageAndTextRetrieval(hf.ViltConfig(**TEXT, image_size=SIDE, patch_size=PATCH, **EAGER)).eval()
    in_raster_order(model.vilt)
    spread(model)
    pixels = torch.tensor(picture()).permute(2, 0, 1)[None] / 127.5 - 1
    with torch.no_grad():
        run = model(input_ids=ids(), pixel_values=pixels, output_attentions=True)
    maps = from_outputs(run)
    save_trace(
        path,
        maps,
        PIECES,
        image=picture(),
        caption=CAPTION,
        grid=[SIDE // PATCH] * 2,
        specials=1,
        model="ViLT, random weights",
        interaction="self-attention",
        streams="single",
        outputs={"match": run.logits[0]},
    )
    return maps


def lxmert_regions(path: Path) -> list[torch.Tensor]:
    """Two streams, regions instead of patches: text, regions, and text that looks at regions."""
    cell = lxmert()
    cell.model.eval()
    spread(cell.model)
    boxes = torch.tensor(REGIONS)
    feats = torch.randn(1, len(REGIONS), cell.feeds["visual_feats"].shape[-1])
    corners = torch.cat([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], 1)[None]
    with torch.no_grad():
        run = cell.model(input_ids=ids(), visual_feats=feats, visual_pos=corners, output_attentions=True)
    maps = from_outputs(run)
    save_trace(path, maps, PIECES, image=picture(), caption=CAPTION, boxes=boxes, model="LXMERT, random weights")
    return maps


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in {"vilt": vilt, "lxmert": lxmert_regions}.items():
        torch.manual_seed(1)
        maps = make(folder / f"{name}.npz")
        arrays = {f"attention.{k}": attention.numpy() for k, attention in enumerate(maps)}
        write_tensors(folder / f"{name}.safetensors", arrays, {"shapes": str([list(m.shape) for m in maps])})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
