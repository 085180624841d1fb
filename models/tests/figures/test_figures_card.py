from lab import config as configs
from lab.ship.card import budget_of
from lab.ship.card_text import data, losses, purpose, sprites
from lab.ship.tables import measurements

ROW = {"value": 0.9366, "low": 0.921, "high": 0.95, "n": 1000, "set": "held-out scenes", "chance": 0.5}
ENTRY = {
    "scenes": 1000,
    "figures": [
        {"name": "foils, pairwise", **ROW, "seeds": {"values": [0.9366, 0.9], "mean": 0.9183, "low": 0.89, "high": 0.95}},
        {"name": "foils, pairwise, a grey picture", **ROW, "value": 0.5, "group": "control"},
        {"name": "a fall", **ROW, "value": 3.14159, "unit": "nats", "group": "dependence"},
        {"name": "foils, pairwise", **ROW, "value": 0.8, "set": "unseen style"},
        {"name": "object foils, pairwise", **ROW, "low": 0.501, "set": "photographs"},
        {"name": "pointing, best head", **ROW, "low": 0.5, "set": "photographs"},
    ],
    "heads": {"naming": {"attention": "joint 4", "head": 0, "candidates": 24}},
    "reliability": {"ece": 0.0812, "low": 0.07, "high": 0.09, "bins": [{"low": 0.9, "high": 1.0, "n": 12, "probability": 0.9512, "true": 0.8333}]},
}


def test_tables_hold_the_numbers_of_the_report():
    text = measurements(ENTRY)
    assert "| foils, pairwise | 93.7% | 92.1% to 95.0% | 50.0% | 1000 | 80.0% (92.1% to 95.0%) |" in text
    assert "| foils, pairwise | 93.7% | 90.0% | 91.8% | 89.0% to 95.0% |" in text
    assert "| a fall | 3.14 | nats | 0.92 to 0.95 |  | 1000 |" in text
    assert "| foils, pairwise, a grey picture | 50.0% |" in text
    assert "naming: head 1 of “joint 4”, of 24" in text
    assert "| 0.9 to 1.0 | 12 | 0.951 | 0.833 |" in text


def test_other_seeds_stand_with_their_cost_their_heads_and_their_controls():
    spent = {"steps": 8750, "scenes": 280000, "sequences": 1120000, "hours": 1.5, "machine": "one CPU core"}
    control = {"name": "foils, pairwise, a grey picture", **ROW, "group": "control", "seeds": {"values": [0.5, 0.52], "mean": 0.51, "low": 0.48, "high": 0.54}}
    naming = {"naming": ENTRY["heads"]["naming"] | {"seeds": [{"attention": "joint 3", "head": 2}]}}
    text = measurements(ENTRY | {"figures": [*ENTRY["figures"], control], "seeds": [spent, spent | {"hours": 1.34}], "heads": naming})
    assert "of 24. Of further seeds: naming: head 3 of “joint 3”." in text
    table = text.split("### Other seeds")[1].split("###")[0]
    assert "The others took 280,000 scenes each and 1.5 and 1.3 hours." in table
    assert "| foils, pairwise, a grey picture | 50.0% | 52.0% | 51.0% | 48.0% to 54.0% |" in table
    assert "a fall" not in table


def test_above_chance_is_where_all_of_the_interval_is():
    text = measurements(ENTRY).split("### Photographs")[1]
    assert "| object foils, pairwise | 93.7% | 50.1% to 95.0% | 50.0% | yes | 1000 |" in text
    assert "| pointing, best head | 93.7% | 50.0% to 95.0% | 50.0% | no | 1000 |" in text


def test_a_dual_encoder_claims_no_heads_and_no_probability():
    map_only = {"naming": {"attention": "word-patch similarity", "head": 0, "candidates": 1}}
    text = measurements(ENTRY | {"heads": map_only, "reliability": None})
    assert "no cross-modal heads" in text
    assert "Reliability" not in text


def test_sentences_follow_the_configuration():
    fusion, encoders = configs.load("vilt-mini"), configs.load("clip-mini")
    assert "matching" in losses(fusion)
    assert "contrast" not in losses(fusion)
    assert "foils as further negatives" in losses(encoders)
    assert "masked words" not in losses(encoders)
    assert "no cross-modal" in purpose({"adapter": "dual-encoder"})
    early = purpose({"adapter": "single-stream", "tasks": {"match": {}}, "training": {"of": "vilt-mini", "share": 0.03}})
    assert "vilt-mini after 3% of its training" in early
    assert "four drawing styles" in data("cpu")
    assert sprites("cpu") == "Fluent Emoji (MIT), Noto Emoji (Apache-2.0), Fluent Emoji Flat (MIT) and Twemoji (CC BY 4.0)"


def test_a_budget_says_what_a_run_cost():
    spent = {"step": 10, "scenes": 320, "sequences": 1280, "elapsed": 5400.0, "machine": "one NVIDIA H100"}
    assert budget_of(spent) == {"steps": 10, "scenes": 320, "sequences": 1280, "hours": 1.5, "machine": "one NVIDIA H100"}
