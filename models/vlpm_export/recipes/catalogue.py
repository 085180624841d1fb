"""Every recipe by name. A new family is one more file and one more line here."""

from . import clip, lxmert, vilt

RECIPES = {**vilt.RECIPES, **clip.RECIPES, **lxmert.RECIPES}
