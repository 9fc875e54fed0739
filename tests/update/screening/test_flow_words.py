"""Do the sentences around the flow of records agree with their numbers?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from analysis.paper.values.flow import flow_values
from analysis.synthesis import screening_flow as flow
from analysis.synthesis.listings import FlowStage


def words(number: int | None) -> dict[str, str]:
    """Give the phrases of a flow that has the same number in every box."""
    boxes = (flow.IDENTIFIED, flow.ASSESSED, flow.EXCLUDED, flow.INCLUDED)
    stages = tuple(FlowStage(box, None, number, None) for box in boxes)
    synthesis = SimpleNamespace(flow=stages, flow_from_log=True, flow_since=None, studies=())
    review = SimpleNamespace(first_published=None)
    data = SimpleNamespace(protocol=SimpleNamespace(review=review), flow=pd.DataFrame())
    return {
        value.name: value.text for value in flow_values(cast("Any", synthesis), cast("Any", data))
    }


@pytest.mark.parametrize(
    ("number", "identified", "assessed", "excluded"),
    [
        (0, "0 records", "0 full texts were assessed", "0 were excluded"),
        (1, "1 record", "1 full text was assessed", "1 was excluded"),
        (29, "29 records", "29 full texts were assessed", "29 were excluded"),
        (
            None,
            "an unreported number of records",
            "an unreported number of full texts were assessed",
            "an unreported number were excluded",
        ),
    ],
)
def test_sentences_agree_with_their_number(
    number: int | None, identified: str, assessed: str, excluded: str
) -> None:
    found = words(number)
    assert found["flow.identification"] == identified
    assert found["flow.assessment"] == assessed
    assert found["flow.exclusion"] == excluded
    if number is None:
        assert found["flow.inclusion"] == "an unreported number of studies were included"
