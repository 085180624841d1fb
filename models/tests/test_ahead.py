from dataclasses import replace

import torch
from lab import config as configs
from lab.ahead import batches_ahead
from lab.feed import Feed


def test_batches_made_by_other_processes_are_the_same_and_in_order():
    loaded = configs.load("vilt-mini")
    chosen = replace(loaded, train=replace(loaded.train, preset="shapes", scenes=2))
    feed = Feed(chosen)
    made = batches_ahead(chosen, feed, 3, workers=1)
    for number in range(3, 6):
        batch, wanted = next(made), feed.batch(number)
        assert torch.equal(batch.images, wanted.images)
        assert torch.equal(batch.ids, wanted.ids)
        assert [scene.caption for scene in batch.scenes] == [scene.caption for scene in wanted.scenes]
    made.close()
