"""Files of public architectures at their published size, with random weights: exports, recipes, and checkpoints as the Hub has them; and published ones in PyTorch."""

import argparse
import json
import sys
from pathlib import Path

import torch

from .full import FULL, export_full
from .recipes.catalogue import RECIPES
from .recipes.folder import Form
from .recipes.load import SHIPPED, write_export, write_reference
from .recipes.write import write_checkpoint, write_recipes

TYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m vlpm_export", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    full = commands.add_parser("full", help="write model.onnx and its configuration into a folder")
    full.add_argument("architecture", choices=FULL)
    full.add_argument("folder", type=Path)
    full.add_argument("--tokenizer", type=Path, help="BERT's vocab.txt, CLIP's merges, or a tokenizer.json")
    large = commands.add_parser("large", help="write a LLaVA in three files, in blocks of four bits and halves, into a folder")
    large.add_argument("folder", type=Path)
    large.add_argument("--tokenizer", type=Path, help="BERT's vocab.txt or a tokenizer.json")
    large.add_argument("--shrink", type=int, default=1, help="divides the number of layers and of words")
    tools = commands.add_parser("tools", help="write CLIP, BERT and LLaVA as onnxruntime's own tools leave them, with what PyTorch shows, a folder each")
    tools.add_argument("folder", type=Path)
    tools.add_argument("--words", type=Path, required=True, help="BERT's vocab.txt or a tokenizer.json")
    tools.add_argument("--pieces", type=Path, required=True, help="CLIP's merges or a tokenizer.json")
    recipe = commands.add_parser("recipe", help="write graphs without weights, for published checkpoints, into models/recipes")
    recipe.add_argument("names", nargs="*", metavar="name", help=", ".join(RECIPES))
    recipe.add_argument("--out", type=Path, default=SHIPPED)
    checkpoint = commands.add_parser("checkpoint", help="write a folder as the Hub has it, with what PyTorch says of one input")
    checkpoint.add_argument("name", choices=RECIPES)
    checkpoint.add_argument("folder", type=Path)
    checkpoint.add_argument("--container", choices=("safetensors", "zip", "pickles"), default="safetensors")
    checkpoint.add_argument("--dtype", choices=TYPES, default="float32")
    checkpoint.add_argument("--tokenizer", type=Path, help="BERT's vocab.txt or a tokenizer.json")
    proved = commands.add_parser("proof", help="write a checkpoint as save_pretrained and as torch.save do, and hold the recipe that ships against PyTorch from both")
    proved.add_argument("name", choices=RECIPES)
    proved.add_argument("folder", type=Path, help="where the checkpoints stay: one folder for each form")
    exported = commands.add_parser("export", help="write a published checkpoint as an ordinary ONNX file, with what PyTorch says of one input")
    exported.add_argument("place", metavar="id-or-folder")
    exported.add_argument("--out", type=Path, required=True)
    compared = commands.add_parser("reference", help="write what PyTorch says of one input of a published checkpoint: reference.safetensors")
    compared.add_argument("place", metavar="id-or-folder")
    compared.add_argument("--out", type=Path, help="another folder than the checkpoint's own")
    truth = commands.add_parser("truth", help="write tiny public architectures, exported and treated in every way, with PyTorch's answers")
    truth.add_argument("folder", type=Path)
    truth.add_argument("families", nargs="*", metavar="family")
    words = parser.parse_args()
    if words.command == "full":
        export_full(words.architecture, words.folder, words.tokenizer)
    elif words.command == "large":
        from .large import export_large

        export_large(words.folder, words.tokenizer, words.shrink)
    elif words.command == "tools":
        from .truth.tools import make_all

        make_all(words.folder, {"words": words.words, "pieces": words.pieces})
    elif words.command == "recipe":
        write_recipes(words.names or list(RECIPES), words.out)
    elif words.command in ("export", "reference"):
        write = write_export if words.command == "export" else write_reference
        try:
            print(write(words.place, words.out))
        except (ValueError, OSError) as error:
            sys.exit(f"{type(error).__name__}: {error}" if isinstance(error, OSError) else str(error))
    elif words.command == "proof":
        from .recipes.proof import prove

        print(json.dumps(prove(words.name, words.folder)))
    elif words.command == "truth":
        from .truth.make import make_cells

        make_cells(words.folder, words.families)
    else:
        form = Form(words.container, TYPES[words.dtype])
        write_checkpoint(words.name, words.folder, form, vocabulary=words.tokenizer)


if __name__ == "__main__":
    main()
