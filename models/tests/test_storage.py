import numpy as np
import onnxruntime
import pytest
import torch
from lab.nets.base import Shape
from lab.nets.build import build
from lab.ship.graph import onnx_graph
from lab.ship.parts import parts
from lab.ship.storage import in_steps, rounded


def test_a_row_in_steps_by_hand():
    row = torch.tensor([[254.0, -1.0, 3.2, 0.9]])
    assert in_steps(row).tolist() == [[254.0, 0.0, 4.0, 0.0]]
    assert in_steps(-row).tolist() == [[-254.0, 0.0, -4.0, 0.0]]


def test_steps_are_half_a_step_off_at_most_and_stay_where_they_are():
    torch.manual_seed(0)
    matrix = torch.randn(40, 3, 5, 5)
    stepped = in_steps(matrix)
    size = matrix.flatten(1).abs().amax(1) / 127
    assert ((stepped - matrix).flatten(1).abs().amax(1) <= 0.6 * size).all()
    torch.testing.assert_close(in_steps(stepped), stepped, atol=0, rtol=0)


@pytest.mark.parametrize(("adapter", "layers"), [("single-stream", (2,)), ("dual-encoder", (1, 2))])
def test_eight_bits_hold_what_pytorch_holds(adapter, layers):
    torch.manual_seed(0)
    shape = Shape(80, width=32, layers=layers)
    model = rounded(build(adapter, shape), 8)
    for part in parts(model):
        data = onnx_graph(part, shape).SerializeToString()
        floats = sum(p.numel() for p in part.module.parameters() if p.dim() > 1)
        assert len(data) < 1.7 * floats + 40_000
        text = torch.arange(5, 12)[None]
        given = {"pixel_values": torch.randn(1, 3, 96, 96), "input_ids": text, "attention_mask": torch.ones_like(text)}
        feeds = {name: given[name].numpy() for name in part.inputs}
        session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        with torch.no_grad():
            wanted = part.module(*(given[name] for name in part.inputs))
        for found, value in zip(session.run(None, feeds), wanted if isinstance(wanted, tuple) else (wanted,), strict=True):
            np.testing.assert_allclose(found, value.numpy(), atol=1e-5, rtol=0)


def test_other_widths_are_refused():
    with pytest.raises(ValueError, match="8 or 16 bits, got 4"):
        rounded(build("single-stream", Shape(20, width=32, layers=(1,))), 4)
