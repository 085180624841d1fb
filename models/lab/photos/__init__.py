"""Models that see photographs: frozen features, a detector, three fusing models and a dual encoder."""
