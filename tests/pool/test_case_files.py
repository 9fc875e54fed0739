"""Can another program hand in a file of analyses and always get an answer it can read?"""

from __future__ import annotations

import gzip
import json
import warnings
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.cli import main
from analysis.meta.cases import run_cases
from analysis.pool.case_files import CaseReport, run_file
from schemas.problems import DataProblems
from tests.meta.reference_comparison import all_cases, question

GOOD: dict[str, Any] = {
    "id": "a",
    "kind": "rma",
    "measure": "GEN",
    "args": {"method": "DL"},
    "data": {"yi": [1.0, 2.0], "vi": [0.1, 0.2]},
}


def review_meta(*arguments: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["meta", *arguments], input=given, catch_exceptions=False)


def test_one_case_of_every_kind_through_a_compressed_file(tmp_path: Path) -> None:
    """Does every kind come back under its id, as the engine itself gives it?"""
    kinds = {case["kind"]: case for case in reversed(all_cases()) if case["status"] == "ok"}
    cases = [{**question(case), "id": case["id"]} for case in kinds.values()]
    source, target = tmp_path / "cases.json.gz", tmp_path / "results.json.gz"
    source.write_bytes(gzip.compress(json.dumps(cases).encode()))
    assert run_file(str(source), str(target)) == CaseReport(16, 0)
    answers = json.loads(gzip.decompress(target.read_bytes()))
    assert [a["id"] for a in answers] == [c["id"] for c in cases]
    assert answers == run_cases(cases)
    first = target.read_bytes()
    run_file(str(source), str(target))
    assert target.read_bytes() == first, "same input, same bytes"


def test_through_a_pipe_a_refused_case_is_an_answer_not_a_failure() -> None:
    """Does `review meta -` print JSON alone, count the refused beside it, and end with 0?"""
    cases = [GOOD, {**GOOD, "id": "b", "data": {"yi": [1.0, 2.0], "vi": [0.1, -0.2]}}]
    result = review_meta("-", given=json.dumps(cases).encode())
    assert result.exit_code == 0
    good, refused = json.loads(result.stdout)
    assert good["id"] == "a"
    assert good["result"]["k"] == 2
    assert set(refused) == {"id", "error"}
    assert "negative" in refused["error"]
    assert result.stderr == "1 analysis computed, 1 refused (each says why).\n"


def test_what_does_not_exist_is_null() -> None:
    """Is the output strict JSON: null instead of NaN, also where NaN was handed in?"""
    one = {**GOOD, "data": {"yi": [1.0, float("nan")], "vi": [0.1, 0.2]}}
    result = review_meta("-", given=json.dumps([one]).encode())

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    (answer,) = json.loads(result.stdout, parse_constant=refuse)
    assert answer["result"]["k"] == 1
    assert answer["result"]["se_tau2"] is None


def test_long_lists_tell_how_far_they_have_come() -> None:
    """Is there progress for a list that takes seconds, and none for a short one?"""
    cases = [{**GOOD, "id": number} for number in range(250)]
    long = review_meta("-", given=json.dumps(cases).encode())
    assert "· 250 of 250 analyses" in long.stderr
    assert len(json.loads(long.stdout)) == 250
    assert "·" not in review_meta("-", given=json.dumps(cases[:9]).encode()).stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"id,kind\n1,rma", "not JSON"),
        (b'[{"id": 1}', "line 1"),
        (b'{"cases": []}', "without the object around it"),
        (b"{}", "an object, not a list"),
        (b"null", "null, not a list"),
        (b"[1]", "Entry 1 of the list is a number"),
        (b'[{"kind": "rma"}]', "Analysis 1 of the list has no id"),
        (b'[{"id": null}]', "The id of analysis 1 is null"),
        (b'[{"id": [1]}]', "The id of analysis 1 is a list"),
        (b'[{"id": "a"}, {"id": "a"}]', 'Analyses 1 and 2 have the same id "a"'),
        (b"[" + b"1," * 50 + b"1]", "46 more entries"),
        (b"\xff\xfe[\x00]\x00", "not UTF-8"),
        (gzip.compress(b"[]", mtime=0)[:-6], "damaged"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_list_of_analyses_is_a_message(content: bytes, said: str) -> None:
    """Is what is wrong with the file said in words, with exit code 1 and nothing printed?"""
    result = review_meta("-", given=content)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_an_empty_list_has_no_answers() -> None:
    """Is a list without analyses a list without results?"""
    assert review_meta("-", given=b"[]").stdout == "[]\n"


def test_files_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    """Are a missing file, a folder and a missing target folder messages, told before computing?"""
    assert "No such file" in review_meta(str(tmp_path / "none.json")).stderr
    assert "directory" in review_meta(str(tmp_path)).stderr.lower()
    source = tmp_path / "cases.json"
    source.write_text(json.dumps([GOOD]))
    missing = review_meta(str(source), "--out", str(tmp_path / "new" / "r.json"))
    assert missing.exit_code == 1
    assert "folder of this file does not exist" in missing.stderr
    onto_folder = review_meta(str(source), "--out", str(tmp_path))
    assert onto_folder.exit_code == 1
    assert "Traceback" not in onto_folder.stderr


def test_a_failed_run_leaves_the_previous_results(tmp_path: Path) -> None:
    """Does a broken list leave the results of the last good one, and no half-written file?"""
    source, target = tmp_path / "cases.json", tmp_path / "results.json"
    source.write_text(json.dumps([GOOD]))
    run_file(str(source), str(target))
    before = target.read_bytes()
    source.write_text("[")
    with pytest.raises(DataProblems):
        run_file(str(source), str(target))
    assert target.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cases.json", "results.json"]


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=3),
    st.lists(st.one_of(st.none(), st.floats(), st.text(max_size=2)), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
SAMPLES = [next(c for c in all_cases() if c["kind"] == k) for k in {c["kind"] for c in all_cases()}]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SAMPLES, key=lambda c: c["id"])), st.data())
def test_a_case_with_one_spoilt_field_is_answered_or_refused(
    case: dict[str, Any], data: st.DataObject
) -> None:
    """Whatever stands in one field of a case, is there a result or a reason, and valid JSON?"""
    part = data.draw(st.sampled_from(["case", "args", "data", "cell"]))
    spoilt = json.loads(json.dumps({**question(case), "id": "x"}))
    if part == "case":
        spoilt[data.draw(st.sampled_from(["kind", "measure", "args", "data", "type"]))] = data.draw(
            JUNK
        )
    else:
        inside = spoilt["args" if part == "args" else "data"]
        if not inside:
            return
        name = data.draw(st.sampled_from(sorted(inside)))
        if part == "cell":
            inside[name][data.draw(st.integers(0, len(inside[name]) - 1))] = data.draw(JUNK)
        else:
            inside[name] = data.draw(JUNK)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # as `run_file` does
        (answer,) = run_cases([spoilt])
    assert set(answer) in ({"id", "result"}, {"id", "error"})
    json.dumps(answer, allow_nan=False)
