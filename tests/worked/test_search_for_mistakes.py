"""The search for usual mistakes: what it counts as work, and which of two equal explanations it keeps."""

from tinygrad_notes import MLP, Value, work_through
from tinygrad_notes.passes import topological_order
from tinygrad_notes.worked import diagnosis
from tinygrad_notes.worked.claims import read_claim
from tinygrad_notes.worked.explanations import Explanations, Mistake
from tinygrad_notes.worked.marking import marks_of
from tinygrad_notes.worked.reworking import BOUNDING, Effort, Reworking, unclaimed_above
from tinygrad_notes.worked.sites import Page, Site


def test_a_mistake_in_a_number_above_costs_its_way_down_too() -> None:
    sheet = work_through(MLP.from_weights([[[1.0]]], [[0.0]], activation="relu"), [2.0], [1.0])
    value = sheet.values["a1[0]"]  # 2, as the z1 that is not on the page: the two are told apart all the same
    page = Page(sheet, {node: node.data for node in topological_order(value)}, {})
    region = unclaimed_above(value, {})
    enter = set(region).__contains__
    whole = Reworking(value, page.numbers, {}, enter)
    effort = Effort(1_000_000)
    cost = {"": Site(page, value, enter).size}
    for node in region[1:]:
        cost[node.label] = Site(page, node, enter).size + whole.size
    candidates = list(diagnosis._formula_mistakes(page, region, whole, effort))
    made_in = [candidate.mistake.inside for candidate in candidates]
    assert set(made_in) == {"", "z1[0]"}
    assert 1_000_000 - effort.left == sum(diagnosis._MAKING + cost[label] for label in made_in)


def test_to_ask_what_rounding_did_costs_two_bounds() -> None:
    claim, effort = read_claim("z1[0]", "0.25"), Effort(1_000)
    far_off = diagnosis._Candidate(Mistake("a sign flipped", "", 0.26), 1.0, lambda: 0.004)
    assert diagnosis._fit(claim, far_off, 7, effort) is None  # more than 0.005 + 0.004 off
    assert effort.left == 1_000 - 2 * BOUNDING * 7


def test_of_two_causes_that_fit_as_well_the_first_is_kept() -> None:
    explanations = Explanations(read_claim("z1[0]", "0.25"), in_network=True)
    for detail in ("W1[0,0] · x[0]", "W1[0,1] · x[1]"):
        explanations.add(Mistake("a term left out", detail, 0.25), 1.0, 2, 0.01)
    ((_, _, kept),) = explanations.causes.values()
    assert kept.detail == "W1[0,0] · x[0]"


def test_a_wrong_formula_on_the_way_is_a_cause_too_where_a_misprint_was_put_right() -> None:
    p, q = Value(0.5) * 2.0, Value(0.25) * 4.0
    product = p * q  # not on the page, whose formula for it is another one
    values = {"p": p, "q": q, "r": p * 7.3, "s": product * 11.7}
    for label, value in [*values.items(), ("product", product)]:
        value.label = label
    written = {"p": "3.0", "q": "2.0", "r": "7.30", "s": "23.40"}  # r and s use p = 1, s uses q as it is written
    claims = [read_claim(label, number) for label, number in written.items()]
    marks = {mark.quantity: mark for mark in marks_of(values, claims, {}, unlike_their_formula=(product,))}
    assert (marks["s"].verdict, marks["s"].put_right, marks["s"].because) == ("carried", ("p",), ("product", "q"))
