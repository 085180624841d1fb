"""Architectures: pre-LN transformers with attention written out, so that every softmax can be read."""
