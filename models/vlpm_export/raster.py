"""ViLT with its patches in the order of the picture.

Hugging Face's ``ViltEmbeddings.visual_embed`` draws the order of the patches at random on every call, so two equal calls differ
and a traced graph holds one draw. Here every patch of the picture is kept, row by row.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def raster(embeddings: nn.Module, pixel_values: Tensor) -> tuple[Tensor, Tensor, tuple]:
    """What ``visual_embed`` returns, for pictures [batch, 3, height, width] without padding: CLS, then patches row by row."""
    x = embeddings.patch_embeddings(pixel_values)
    height, width = x.shape[2:]
    places = embeddings.position_embeddings
    side = embeddings.config.image_size // embeddings.config.patch_size
    grid = places[:, 1:].transpose(1, 2).reshape(1, -1, side, side)
    if (height, width) != (side, side):
        grid = F.interpolate(grid, size=(height, width), mode="bilinear", align_corners=True)
    x = (x + grid).flatten(2).transpose(1, 2)
    first = (embeddings.cls_token + places[:, :1]).expand(x.shape[0], -1, -1)
    x = torch.cat([first, x], dim=1)
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    index = torch.stack([rows, columns], -1).reshape(1, -1, 2)
    return x, torch.ones(x.shape[:2], dtype=torch.int64), (index, (height, width))


def in_raster_order(model: nn.Module) -> None:
    """Makes a ``ViltModel`` keep every patch in raster order, in PyTorch and in an export alike."""
    embeddings = model.embeddings
    embeddings.visual_embed = lambda pixel_values, pixel_mask, max_image_length=-1: raster(embeddings, pixel_values)
