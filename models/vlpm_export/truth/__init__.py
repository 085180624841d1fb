"""The matrix of truth: tiny public architectures, exported and treated in every way, with what PyTorch shows of each."""
