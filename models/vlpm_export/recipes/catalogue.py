"""Every recipe by name. A new family is one more file and one more line here."""

from . import align, blip, bridge_tower, chinese_clip, clip, flava, lxmert, siglip, vilt, visual_bert, vit_gpt2

FAMILIES = (vilt, visual_bert, lxmert, blip, bridge_tower, flava, clip, siglip, chinese_clip, align, vit_gpt2)
RECIPES = {name: make for family in FAMILIES for name, make in family.RECIPES.items()}
