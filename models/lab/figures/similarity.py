"""The score of a dual encoder, and the parts of words and patches that it is the sum of."""

from __future__ import annotations

import numpy as np


def _means(text: np.ndarray, counted: np.ndarray, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    tokens = (text * counted[..., None]).sum(axis=1) / counted.sum(axis=1, keepdims=True)
    return tokens, image.mean(axis=1)


def scores(text: np.ndarray, counted: np.ndarray, image: np.ndarray, scale: float) -> np.ndarray:
    """scale * cosine of every mean patch with every mean token, [pictures, texts], of token features [N, T, D] that
    ``counted`` bool [N, T] and patch features [M, P, D]."""
    tokens, patches = _means(text, counted, image)
    tokens, patches = (mean / np.linalg.norm(mean, axis=1, keepdims=True) for mean in (tokens, patches))
    return scale * patches @ tokens.T


def similarity(text: np.ndarray, counted: np.ndarray, image: np.ndarray, scale: float) -> np.ndarray:
    """What each word and patch adds to the score of its pair, [N, T, P], 0 for words not counted: sums to it."""
    tokens, patches = _means(text, counted, image)
    whole = np.linalg.norm(tokens, axis=1) * np.linalg.norm(patches, axis=1) * counted.sum(axis=1) * image.shape[1]
    parts = np.einsum("ntd,npd->ntp", text * counted[..., None], image)
    return scale * parts / whole[:, None, None]
