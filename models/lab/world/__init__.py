"""The composed world: classes, sprites, scenes, captions with one-edit foils, tokenizer and batches."""
