import pytest
from curve_events import CONFIG, Training, interrupted
from jobkit.errors import Refused

from seizure.trackers.read import digest_words, read_config, read_tracks


def test_a_resume_leaves_each_step_once_with_what_it_was_in_the_end(tmp_path):
    interrupted(tmp_path)
    first, second = read_tracks(tmp_path)
    assert [(row.step, row.values.get("loss")) for row in first.rows] == [
        (1, 1.0), (2, 0.5), (3, 1 / 3), (4, 2.5), (5, 2.0), (6, 10 / 6),
    ]  # fmt: skip
    assert [row.step for row in second.rows] == [1, 2]


def test_what_could_not_be_computed_is_no_value(tmp_path):
    interrupted(tmp_path)
    first, _ = read_tracks(tmp_path)
    looks = {row.step: row.values["dev_auroc"] for row in first.rows if "dev_auroc" in row.values}
    assert looks == {2: 0.6}  # 0.9 was told at a step that never was; at 4 there is none
    assert first.rows[3].values["dev_loss"] == 0.5


def test_metrics_of_one_step_are_one_row_and_rows_of_a_step_told_twice_are_the_later(tmp_path):
    training = Training(tmp_path)
    training.loss(0, 1, 2, 3)
    training.loss(0, 2, worth=7.0)  # begun anew without a checkpoint to go on from
    training.look(0, 2, 0.5)
    (track,) = read_tracks(tmp_path)
    assert [(row.step, row.values) for row in track.rows] == [
        (1, {"loss": 1.0}),
        (2, {"loss": 3.5, "dev_auroc": 0.5, "dev_loss": 0.5}),
    ]


def test_scores_of_the_test_split_carry_their_dataset_and_that_it_is_made_up(tmp_path):
    interrupted(tmp_path)
    first, _ = read_tracks(tmp_path)
    assert first.scores == {
        "test/made/auroc": 0.8,
        "test/made/f1": 0.75,
        "test/made/threshold": 0.5,
    }
    assert (first.best_step, first.parameters) == (4, 1234)
    made_up, _ = read_tracks(tmp_path, synthetic=True)
    assert "test/made (synthetic)/auroc" in made_up.scores


def test_a_seed_that_goes_on_has_no_scores_yet(tmp_path):
    training = interrupted(tmp_path)
    training.resumed(0, 3)
    first, _ = read_tracks(tmp_path)
    assert (first.scores, first.best_step, first.rows[-1].step) == ({}, None, 3)


def test_the_config_has_no_folder_of_this_machine(tmp_path):
    interrupted(tmp_path)
    assert read_config(tmp_path) == {**CONFIG, "prepare": {"rate": 128}, "datasets": ["made"]}


def test_nothing_trained_is_refused(tmp_path):
    with pytest.raises(Refused, match="no step of a training yet"):
        read_tracks(tmp_path)
    Training(tmp_path).model(0)
    with pytest.raises(Refused):
        read_tracks(tmp_path)


def test_longer_curves_are_others(tmp_path):
    training = Training(tmp_path)
    training.loss(0, 1)
    before = digest_words(read_tracks(tmp_path)[0])
    assert digest_words(read_tracks(tmp_path)[0]) == before
    training.loss(0, 2)
    assert digest_words(read_tracks(tmp_path)[0]) != before
