"""Every recipe by name. A new family is one more file and one more line here."""

from . import blip, clip, flava, lxmert, siglip, vilt, visual_bert

FAMILIES = (vilt, visual_bert, lxmert, blip, flava, clip, siglip)
RECIPES = {name: make for family in FAMILIES for name, make in family.RECIPES.items()}
