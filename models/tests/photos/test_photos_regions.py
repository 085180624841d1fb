import numpy as np
import torch
from lab.photos.nets.detector import Detector, box_loss, detected, recall, regions_of, targets
from lab.photos.world.batches import cell_labels, cell_targets, region_labels, region_targets
from lab.photos.world.questions import PlaceQuestion, hits
from lab.photos.world.regions import REGIONS, cell_share, filled, filling, geometry, overlap, pooling, suppress


def test_share_of_cells_by_hand():
    # in a grid of 2 × 2 the box covers half of the upper left cell's width and all of its height, and half of the lower one's height
    box = torch.tensor([0.25, 0.0, 0.5, 0.75])
    assert cell_share(box, 2).tolist() == [0.5, 0.0, 0.25, 0.0]


def test_pooling_averages_over_the_box():
    boxes = torch.tensor([[0.25, 0.0, 0.5, 0.75], [0.75, 0.75, 0.75, 0.75]])
    weights = pooling(boxes, 2)
    torch.testing.assert_close(weights[0], torch.tensor([2 / 3, 0.0, 1 / 3, 0.0]))
    assert weights[1].tolist() == [0.0, 0.0, 0.0, 1.0]


def test_a_box_of_no_size_on_the_far_corner_takes_the_last_cell():
    assert pooling(torch.tensor([1.0, 1.0, 1.0, 1.0]), 3).argmax().item() == 8


def test_geometry_is_corners_sides_and_area():
    torch.testing.assert_close(geometry(torch.tensor([0.1, 0.2, 0.5, 0.7])), torch.tensor([0.1, 0.2, 0.5, 0.7, 0.4, 0.5, 0.2]))


def test_overlap_by_hand():
    a = np.array([[0.0, 0.0, 0.5, 0.5]])
    b = np.array([[0.25, 0.0, 0.75, 0.5], [0.6, 0.6, 0.9, 0.9], [0.0, 0.0, 0.0, 0.0]])
    np.testing.assert_allclose(overlap(a, b), [[1 / 3, 0.0, 0.0]])
    assert overlap(b[2:], b[2:]).tolist() == [[0.0]]


def test_suppression_keeps_the_best_of_what_overlaps():
    boxes = np.array([[0, 0, 0.5, 0.5], [0.02, 0, 0.5, 0.5], [0.5, 0.5, 1, 1], [0, 0, 0.5, 0.3]])
    assert suppress(boxes, np.array([0.6, 0.9, 0.3, 0.1]), 0.5) == [1, 2]  # the fourth overlaps the second by 0.3 / 0.5 less a strip
    assert suppress(boxes, np.array([0.6, 0.9, 0.3, 0.1]), 0.65) == [1, 2, 3]
    assert suppress(boxes, np.array([0.5, 0.5, 0.5, 0.5]), 0.99, most=2) == [0, 1]


def test_too_few_boxes_are_filled_up():
    boxes, own = filled(np.array([[0.1, 0.1, 0.2, 0.2]], dtype=np.float32))
    assert boxes.shape == (REGIONS, 4) and own == 1
    assert boxes[1].tolist() == [0.0, 0.0, 1.0, 1.0]
    assert len(filling()) == REGIONS and (filling()[:, 2:] > filling()[:, :2]).all()
    assert filled(np.zeros((0, 4), dtype=np.float32))[1] == 0
    assert filled(np.tile(boxes, (2, 1)))[1] == REGIONS


def test_cells_are_labelled_by_the_smallest_box_that_covers_half():
    labels = [[(7, (0.0, 0.0, 1.0, 1.0)), (3, (0.0, 0.0, 0.3, 0.5))], []]
    assert cell_labels(labels, 2).tolist() == [[3, 7, 7, 7], [0, 0, 0, 0]]


def test_regions_are_labelled_by_the_box_that_they_overlap_most():
    regions = torch.tensor([[[0.0, 0.0, 0.5, 0.5], [0.0, 0.0, 1.0, 1.0], [0.8, 0.8, 0.9, 0.9]]])
    assert region_labels([[(4, (0.0, 0.0, 0.5, 0.4)), (9, (0.0, 0.0, 1.0, 0.9))]], regions).tolist() == [[4, 9, 0]]
    assert region_labels([[]], regions).tolist() == [[0, 0, 0]]


def test_a_phrase_looks_at_its_share_of_cells():
    wanted = cell_targets([np.array([[0.0, 0.0, 0.5, 0.75]], dtype=np.float32), np.zeros((0, 4), dtype=np.float32)], 2)
    torch.testing.assert_close(wanted, torch.tensor([[2 / 3, 0.0, 1 / 3, 0.0], [0.0] * 4]))


def test_a_phrase_looks_at_regions_that_fit_or_at_the_best_one():
    regions = torch.tensor([[[0.0, 0.0, 0.5, 0.5], [0.0, 0.0, 0.5, 0.25], [0.5, 0.5, 1.0, 1.0]]])
    box = lambda *corners: np.array([corners], dtype=np.float32)  # noqa: E731
    rows = torch.tensor([0, 0, 0])
    found = region_targets([box(0.0, 0.0, 0.5, 0.5), box(0.5, 0.5, 0.7, 1.0), box(0.9, 0.0, 1.0, 0.1)], rows, regions)
    torch.testing.assert_close(found, torch.tensor([[2 / 3, 1 / 3, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]))


def test_pointing_takes_the_centre_or_the_cell_of_a_small_box():
    boxes = [((0.0, 0.0, 0.4, 0.4),), ((0.6, 0.6, 0.62, 0.62),)]
    found = hits([PlaceQuestion(0, 0, (), (), box, "other") for box in boxes], 2)
    assert found.tolist() == [[True, False, False, False], [False, False, False, True]]


def test_detector_targets_stand_in_the_middle_of_the_smaller_thing():
    wanted = targets([[(5, (0.0, 0.0, 1.0, 1.0)), (2, (0.4, 0.4, 0.6, 0.6))]])
    middle = 9 * 18 + 9
    assert wanted.nouns[0, middle] == 2 and wanted.chosen[0, middle]
    assert wanted.nouns[0, 7 * 18 + 7] == 5 and not wanted.chosen[0, 0]
    assert wanted.heat[0].max() == 1.0 and wanted.heat[0, 0] == 0.0


def test_box_loss_by_hand():
    found = torch.tensor([[0.0, 0.0, 0.5, 1.0], [0.0, 0.0, 0.25, 1.0]])
    wanted = torch.tensor([[0.0, 0.0, 1.0, 1.0], [0.75, 0.0, 1.0, 1.0]])
    torch.testing.assert_close(box_loss(found, wanted), torch.tensor([0.5, 1.5]))


def test_the_detector_answers_boxes_inside_the_picture_and_regions_are_filled():
    torch.manual_seed(0)
    boxes, thing, noun = Detector(6)(torch.rand(2, 81, 1280), torch.randn(2, 324, 120))
    assert boxes.shape == (2, 324, 4) and thing.shape == (2, 324) and noun.shape == (2, 324, 6)
    assert (boxes >= 0).all() and (boxes <= 1).all() and (boxes[..., 2:] > boxes[..., :2]).all()
    regions = regions_of(boxes.detach().numpy(), np.full((2, 324), -9.0))
    np.testing.assert_array_equal(regions[0], filling())
    strong = np.full(324, -9.0)
    strong[5] = 2.0
    assert detected(boxes[0].detach().numpy(), strong) == [5]


def test_recall_counts_boxes_that_some_region_fits():
    regions = np.array([[[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 1.0, 1.0]]] * 2)
    wanted = [np.array([[0.0, 0.0, 0.5, 0.4], [0.0, 0.0, 1.0, 1.0]]), np.zeros((0, 4))]
    assert recall(regions, wanted) == (1, 2)
