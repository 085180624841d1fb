"""The lab: a composed world, small vision-and-language models, and the figures they reach."""
