"""From a PyTorch model to ONNX and a manifest."""
