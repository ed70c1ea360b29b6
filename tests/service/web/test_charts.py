"""Charts that can be read without seeing them."""

from __future__ import annotations

from service.web.charts import drawn

SPEC = {
    "data": {"values": [{"model": "<b>&", "ndcg": 0.4}]},
    "mark": "bar",
    "encoding": {
        "y": {"field": "model", "type": "nominal"},
        "x": {"field": "ndcg", "type": "quantitative"},
    },
}


def test_a_chart_is_one_picture_with_a_name() -> None:
    svg = drawn(SPEC, 'Rank quality of "one" model')
    assert 'aria-label="Rank quality of &#34;one&#34; model"' in svg
    assert svg.count("aria-label=") == 1
    assert 'role="img"' in svg


def test_text_in_a_chart_never_becomes_markup() -> None:
    svg = drawn(SPEC, "<i>")
    assert "<b>" not in svg
    assert "<i>" not in svg


def test_a_chart_has_no_style_that_the_pages_forbid() -> None:
    svg = drawn(SPEC, "A chart")
    assert "style=" not in svg
    assert "<style" not in svg
    assert "<script" not in svg
