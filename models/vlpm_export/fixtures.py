"""Makes tests/onnx/fixtures: a tiny joint-attention model as ONNX, with what PyTorch, the onnx package and onnxruntime say of it.

Run in models: python -m vlpm_export.fixtures ../tests/onnx/fixtures
"""

import json
import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime
import torch
from torch import nn

NUMBERS = (onnx.AttributeProto.FLOAT, onnx.AttributeProto.INT, onnx.AttributeProto.FLOATS, onnx.AttributeProto.INTS)
LAYERS, HEADS, WIDTH, VOCABULARY, PATCH = 2, 2, 16, 20, 4


class Attention(nn.Module):
    """Self-attention written out, so that the export keeps its softmax. `scale` [heads] multiplies the probabilities."""

    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.scale = None
        self.weights = None

    def forward(self, x):
        batch, length = x.shape[0], x.shape[1]
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        self.weights = torch.softmax(q @ k.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5, -1)
        weights = self.weights if self.scale is None else self.weights * self.scale[:, None, None]
        return self.out((weights @ v).transpose(1, 2).reshape(batch, length, WIDTH))


class Tiny(nn.Module):
    """Tokens and patches in one sequence, two pre-norm layers, one logit for the pair and one per piece and token."""

    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, WIDTH)
        self.patch = nn.Conv2d(3, WIDTH, PATCH, PATCH)
        self.norm = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(LAYERS))
        self.attention = nn.ModuleList(Attention() for _ in range(LAYERS))
        self.match = nn.Linear(WIDTH, 1)
        self.mask = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, pixel_values, input_ids):
        words = self.word(input_ids)
        x = torch.cat([words, self.patch(pixel_values).flatten(2).transpose(1, 2)], 1)
        for norm, attention in zip(self.norm, self.attention):
            x = x + attention(norm(x))
        return self.match(x[:, 0]).squeeze(-1), self.mask(x[:, : input_ids.shape[1]])


def flat(tensor):
    """Shape and row-major numbers, as the tests read them."""
    return {"dims": list(tensor.shape), "data": [float(f"{x:.9g}") for x in tensor.flatten().tolist()]}


def outline(model):
    """What the onnx package reads from a file, for the reader to be held against."""
    graph = model.graph

    def number(attribute):
        value = onnx.helper.get_attribute_value(attribute)
        return list(value) if isinstance(value, (list, tuple)) or hasattr(value, "append") else value

    def port(value):
        dims = [d.dim_value if d.HasField("dim_value") else d.dim_param for d in value.type.tensor_type.shape.dim]
        return {"name": value.name, "dtype": value.type.tensor_type.elem_type, "dims": dims}

    return {
        "producer": model.producer_name,
        "opsets": {o.domain: o.version for o in model.opset_import},
        "inputs": [port(v) for v in graph.input],
        "outputs": [port(v) for v in graph.output],
        "weights": [{"name": w.name, "dtype": w.data_type, "dims": list(w.dims)} for w in graph.initializer],
        "nodes": [
            {
                "op": node.op_type,
                "name": node.name,
                "inputs": list(node.input),
                "outputs": list(node.output),
                "numbers": {a.name: number(a) for a in node.attribute if a.type in NUMBERS},
            }
            for node in graph.node
        ],
    }


def main(folder):
    torch.manual_seed(1)
    net = Tiny().eval()
    for attention in net.attention:
        attention.qkv.weight.data *= 6
    feeds = (torch.randn(1, 3, 8, 12), torch.tensor([[1, 7, 3, 19, 2]]))
    names = {"input_names": ["pixel_values", "input_ids"], "output_names": ["match_logit", "mask_logits"]}
    axes = {"pixel_values": {2: "height", 3: "width"}, "input_ids": {1: "text"}, "mask_logits": {1: "text"}}
    path = folder / "tiny.onnx"
    torch.onnx.export(net, feeds, path, dynamo=False, opset_version=17, dynamic_axes=axes, **names)

    runs = {}
    for name, masked in {"plain": None, "masked": [(0, 1)], "both": [(0, 0), (1, 1)]}.items():
        for layer, attention in enumerate(net.attention):
            attention.scale = torch.tensor([0.0 if masked and (layer, h) in masked else 1.0 for h in range(HEADS)])
        with torch.no_grad():
            match, mask = net(*feeds)
        runs[name] = {
            "match_logit": flat(match),
            "mask_logits": flat(mask),
            "attentions": [flat(a.weights) for a in net.attention],
        }
    model = onnx.load(path)
    softmax = [node.output[0] for node in model.graph.node if node.op_type == "Softmax"]
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    match = session.run(["match_logit"], dict(zip(names["input_names"], (f.numpy() for f in feeds))))[0]
    assert numpy.allclose(match, runs["plain"]["match_logit"]["data"], atol=1e-5)
    truth = {"attentions": softmax, "feeds": {n: flat(f) for n, f in zip(names["input_names"], feeds)}, "runs": runs}
    (folder / "tiny.json").write_text(json.dumps(truth))
    (folder / "outline.json").write_text(json.dumps(outline(model)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
