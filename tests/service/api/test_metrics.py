from itertools import count

from service.api.metrics import Metrics, kept_for


def test_each_stage_is_timed_under_its_name() -> None:
    metrics = Metrics()
    with metrics.stage("encode"):
        pass
    assert 'reelmatch_stage_seconds_count{stage="encode"} 1.0' in metrics.text().decode()


def test_a_stage_that_fails_is_timed_as_well() -> None:
    metrics = Metrics()
    try:
        with metrics.stage("match"):
            raise RuntimeError
    except RuntimeError:
        pass
    assert 'reelmatch_stage_seconds_count{stage="match"} 1.0' in metrics.text().decode()


def test_a_gauge_is_asked_when_somebody_reads() -> None:
    metrics, waiting = Metrics(), {"import": 2.0}
    metrics.add_gauge("queue_jobs", "Jobs that wait.", lambda: waiting, label="kind")
    metrics.add_gauge("bundle_age_seconds", "Age of the bundle in force.", lambda: 60.0)
    waiting["train"] = 1.0
    text = metrics.text().decode()
    assert 'reelmatch_queue_jobs{kind="import"} 2.0' in text
    assert 'reelmatch_queue_jobs{kind="train"} 1.0' in text
    assert "reelmatch_bundle_age_seconds 60.0" in text


def test_what_cannot_be_read_is_left_out_and_the_rest_shown() -> None:
    metrics = Metrics()

    def broken() -> float:
        raise ConnectionError("the database is away")

    metrics.add_gauge("queue_jobs", "Jobs that wait.", broken)
    metrics.add_gauge("bundle_age_seconds", "Age.", lambda: None)
    metrics.add_gauge("films", "Films.", lambda: 3.0)
    text = metrics.text().decode()
    assert "queue_jobs" not in text
    assert "reelmatch_bundle_age_seconds " not in text.replace(
        "# HELP reelmatch_bundle_age_seconds ", ""
    ).replace("# TYPE reelmatch_bundle_age_seconds ", "")
    assert "reelmatch_films 3.0" in text


def test_two_applications_do_not_share_figures() -> None:
    one, other = Metrics(), Metrics()
    one.refused("rate")
    assert "refused_total{" not in other.text().decode()


def test_a_figure_that_is_dear_is_kept_for_a_while() -> None:
    numbers = count(1)
    kept = kept_for(3600.0, lambda: float(next(numbers)))
    anew = kept_for(0.0, lambda: float(next(numbers)))
    assert (kept(), kept()) == (1.0, 1.0)
    assert (anew(), anew()) == (2.0, 3.0)
