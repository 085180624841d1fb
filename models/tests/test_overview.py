from lab.ship.overview import overview, stages_in

ROW = {"value": 0.9, "low": 0.8, "high": 1.0, "n": 100, "set": "held-out scenes", "chance": 0.5}
BUDGET = {"steps": 10, "scenes": 28000, "sequences": 112000, "hours": 1.28, "machine": "one CPU core"}
FOILS, CONTROL = "count foils, pairwise", "foils, pairwise, another scene's picture"


def entry(*rows: dict, **more) -> dict:
    return {"flops": 246e6, "budget": BUDGET, "figures": list(rows), **more}


ENTRIES = {
    "one-mini": entry(
        {"name": FOILS, **ROW, "seeds": {"values": [0.9, 0.8], "mean": 0.85, "low": 0.7, "high": 0.95}},
        {"name": FOILS, **ROW, "value": 0.1, "set": "unseen style"},
        {"name": CONTROL, **ROW, "value": 0.51, "group": "control"},
        {"name": "naming, best head", **ROW, "value": 0.97},
        seeds=[BUDGET],
    ),
    "two-mini": entry({"name": FOILS, **ROW}, {"name": "naming, word-patch similarity", **ROW, "value": 0.6}),
}
MANIFESTS = {name: {"name": name.title(), "after": "A (B, 2021)", "parameters": 1525205} for name in ENTRIES}
STAGES = {
    "one-mini-30": {"training": {"of": "one-mini", "share": 0.3}, "scenes": 500, "figures": [{"name": FOILS, **ROW, "value": 0.6}]},
    "one-mini-03": {"training": {"of": "one-mini", "share": 0.0301}, "scenes": 500, "figures": [{"name": FOILS, **ROW, "value": 0.5}]},
}


def test_models_stand_beside_each_other_with_intervals_over_seeds_where_there_are_seeds():
    text = overview(ENTRIES, {}, MANIFESTS)
    assert "| [One-Mini](one-mini/card.md) | A (B, 2021) | 1,525,205 | 246 million | 28,000 | 112,000 | 1.3 |" in text
    assert "Seeds trained: `one-mini` 2, `two-mini` 1." in text
    assert f"| {FOILS} | 50.0% | 85.0% (70.0% to 95.0%) | 90.0% (80.0% to 100.0%) |" in text
    assert f"| {CONTROL} | 50.0% | 51.0% (80.0% to 100.0%) |  |" in text
    assert "masked words" not in text
    assert "emerge" not in text


def test_a_similarity_stands_where_a_head_would():
    assert "| naming, best head | 50.0% | 97.0% (80.0% to 100.0%) | 60.0% (80.0% to 100.0%) |" in overview(ENTRIES, {}, MANIFESTS)


def test_stages_stand_in_the_order_of_training_before_what_ships():
    stages = stages_in(ENTRIES | STAGES)
    assert list(stages) == ["one-mini-03", "one-mini-30"]
    text = overview(ENTRIES, stages, MANIFESTS).split("## How heads emerge")[1]
    assert "`one-mini` as it was after a share of its training (weights in 8 bits; 500 scenes)" in text
    assert "| figure | 3% | 30% | 100% |" in text
    assert f"| {FOILS} | 50.0% (80.0% to 100.0%) | 60.0% (80.0% to 100.0%) | 90.0% (80.0% to 100.0%) |" in text
    assert "naming" not in text
