"""Graphs of published models without their weights: one short file a family, and what makes a graph of each."""
