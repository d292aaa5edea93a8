"""The built reference: it builds without a warning, its links lead somewhere, its formulas are formulas."""

import math
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from browser_fixtures import serious_violations

import tinygrad_notes

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
NOT_PROSE = {"annotation", "code", "iframe", "math", "pre", "script", "style", "svg"}

pytestmark = [pytest.mark.slow, pytest.mark.extras]


class Page(HTMLParser):
    """What the tests ask of a page: its prose, its links and anchors, what stands in its formulas and around them."""

    def __init__(self, path):
        super().__init__()
        self.path, self.open = path, []
        self.prose, self.links, self.anchors, self.formula_texts = [], [], set(), []
        self.around_inline = []
        self.displayed_inside = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.anchors |= {named[key] for key in ("id", "name") if named.get(key)}
        self.links += [named[key] for key in ("href", "src") if named.get(key)]
        if tag == "math":
            block = named.get("display") == "block"
            (self.displayed_inside if block else self.around_inline).append(self.open[-1 if block else -2])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        while tag in self.open and self.open.pop() != tag:
            pass

    def handle_data(self, text):
        if "math" in self.open:
            self.formula_texts.append(text)
        elif not NOT_PROSE & set(self.open):
            self.prose.append(text)


TASKS = [  # what someone asks, the page and section that answers, and a search of which that page is the first hit
    ("install it", "install.html", "optional-libraries", "install"),
    ("load saved weights", "training.html", "save-and-load", "load saved weights"),
    ("use weight decay", "training.html", "weight-decay-and-other-regularization", "weight decay"),
    ("give partial credit", "marking-rule.html", "what-it-earns", "partial credit"),
    ("mark a note that I wrote in Markdown", "notes.html", "what-is-read", "mark note markdown"),
    ("put the marks into a copy of my note", "notes.html", "marks-written-back", "marks written back"),
    ("mark a page without installing anything", "in-browser.html", "which-kind-of-page", "mark in the browser"),
    ("mark a worksheet against a key", "worksheets.html", "what-comes-back", ""),
    ("write an LSTM cell as calculation lines", "calculations.html", "an-lstm-cell", "lstm cell"),
    ("set a class, each student with own numbers", "teachers.html", "2-make-the-exercises", "make the exercises"),
    (
        "know what a carried error earns",
        "marking-rule.html",
        "limits-of-error-carried-forward",
        "carried forward limits",
    ),
    ("draw a graph", "drawing.html", "draw-a-graph", "draw a graph"),
    ("find the paths of one weight", "drawing.html", "find-the-paths-of-one-weight", "paths of one weight"),
    ("train on classes given as whole numbers", "training.html", "classes-from-whole-numbers", "whole numbers classes"),
    ("stop a training early", "training.html", "stop-early", "stop early"),
    ("take a Hessian", "derivatives.html", "derivatives-of-a-function", "Hessian"),
    ("take Hessians of a batch", "derivatives.html", "hessians-of-a-batch", "Hessians batch"),
    ("replay a graph over many samples", "replay.html", "replay-over-batches", "replay batches"),
    ("export to ONNX", "handing-on.html", "a-program-as-onnx", "ONNX"),
    ("find the options of mark", "reference/command.html", "tinygrad-notes-mark", ""),
]


QUESTIONS = [  # a question as somebody asks it, and the page that is found first or second
    ("How do I find my mistake in a calculation?", "calculations.html"),
    ("how do I check a derivative that I worked out myself", "derivatives.html"),
    ("how do I get the marks of my students into a spreadsheet", "teachers.html"),
    ("how do I save the picture as PDF or PNG", "drawing.html"),
    ("how do I lower the learning rate during training", "training.html"),
    ("how do I plot the loss curve", "training.html"),
    ("how can I continue a training that I interrupted", "training.html"),
    ("how do I get a formula in LaTeX", "handing-on.html"),
    ("how do I add my own activation function", "adding.html"),
    ("how do I grade homework automatically", "teachers.html"),
    ("how do I see the decision boundary while it trains", "training.html"),
    ("how do I run it faster on a million samples", "replay.html"),
    ("how do I print exercises on paper", "exercise-sets.html"),
    ("how do I mark a Jupyter notebook", "notes.html"),
    ("how many digits count when I round a number", "worksheets.html"),
    ("how do I move weights to scikit-learn", "handing-on.html"),
    ("how do I compute a Jacobian", "derivatives.html"),
    ("how do I get a model onto a microcontroller", "handing-on.html"),
    ("how do I get the same result every time, random seed", "training.html"),
    ("how do I clip gradients", "training.html"),
    ("how do I animate the chain rule", "drawing.html"),
    ("how do I find out where the student went wrong", "teachers.html"),
    ("how do I give half points", "marking-rule.html"),
    ("how do I load my PyTorch model", "handing-on.html"),
    ("how do I make it work without internet", "in-browser.html"),
]


@pytest.fixture(scope="module")
def site(built_site):
    return {path.relative_to(built_site).as_posix(): Page(path) for path in built_site.rglob("*.html")}


def test_every_link_leads_somewhere(site):
    pages = {page.path: page for page in site.values()}
    dead = []
    for name, page in site.items():
        for link in page.links:
            target = urlsplit(link)
            if name == "404.html" or target.scheme or target.netloc:
                continue
            path = (page.path.parent / unquote(target.path)).resolve() if target.path else page.path
            path = path / "index.html" if path.is_dir() else path
            if not path.exists() or (target.fragment and unquote(target.fragment) not in pages[path].anchors):
                dead.append(f"{name}: {link}")
    assert not dead


def test_the_notebooks_lead_to_each_other(site):
    tour = site["notebooks/0_a_tour.html"]
    assert {"1_what_a_derivative_is.html", "9_second_derivatives.html"} <= set(tour.links)


def test_no_formula_is_left_as_it_was_written(site):
    left = [
        f"{name}: {text.strip()}"
        for name, page in site.items()
        for text in page.prose
        if re.search(r"\$|\\[a-zA-Z({\\]", text)
    ]
    assert not left


def test_no_formula_shows_what_was_not_understood(site):
    shown = [f"{name}: {text}" for name, page in site.items() for text in page.formula_texts if set(text) & set("\\&$")]
    assert not shown


def test_a_formula_in_a_sentence_does_not_tear_it_apart(site):
    sentences = {"p", "li", "td", "th", "em", "strong", "a", "summary", "h1", "h2", "h3"}
    inline = [(name, tag) for name, page in site.items() for tag in page.around_inline]
    assert len(inline) > 300
    assert {(name, tag) for name, tag in inline if tag not in sentences} == set()
    assert {tag for page in site.values() for tag in page.displayed_inside} == {"div"}


def test_the_answers_of_a_notebook_are_read_as_markdown(site):
    answers = site["notebooks/2_one_neuron.html"]
    assert not re.search(r"^\d\. |\*hidden\*", "".join(answers.prose), re.MULTILINE)


def test_the_operations_are_there(site):
    assert "sigmoid" in "".join(site["reference/operations.html"].prose)


@pytest.mark.parametrize(("page", "section"), [task[1:3] for task in TASKS], ids=[task[0] for task in TASKS])
def test_a_task_is_found_by_two_clicks(site, page, section):
    assert page in site["index.html"].links
    assert f"#{section}" in site[page].links


def test_every_public_name_leads_to_its_description(site):
    led_to = {urlsplit(link).fragment.rpartition(".")[2] for link in site["reference/index.html"].links}
    assert set(tinygrad_notes.__all__) - led_to == set()


@pytest.mark.browser
def test_the_search_works_from_a_folder_and_finds_tasks_first(built_site, chromium):
    browser = chromium.new_page()
    asked = []
    browser.on("request", lambda request: asked.append(request.url))
    asked_for = [(words, page, 1) for _, page, _, words in TASKS if words] + [(*question, 2) for question in QUESTIONS]
    missed = {}
    for words, page, most in asked_for:
        browser.goto((built_site / "index.html").as_uri())
        browser.fill("input.md-search__input", words)
        browser.press("input.md-search__input", "End")  # the page searches when a key is let go: here once
        browser.wait_for_selector(".md-search-result__link", state="attached")
        links = browser.locator(".md-search-result__link").evaluate_all("all => all.map((link) => link.href)")
        found = list(dict.fromkeys(urlsplit(link).path.rpartition("/site/")[2] for link in links))
        if page not in found[:most]:
            missed[words] = found[:3]
    browser.close()
    assert missed == {}
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:", "about:"))] == []


@pytest.mark.browser
def test_the_player_on_the_front_page_steps_to_the_gradients(built_site, chromium):
    browser = chromium.new_page(viewport={"width": 390, "height": 844})
    browser.goto((built_site / "index.html").as_uri())
    browser.locator("iframe.player").scroll_into_view_if_needed()
    player = browser.frame_locator("iframe.player")
    room = player.locator("#scroller").bounding_box()
    [first, *_] = player.locator(".node.interior").all()  # z, though the frame got its size late
    card = first.bounding_box()
    assert room["x"] <= card["x"] and card["x"] + card["width"] <= room["x"] + room["width"]
    assert player.locator(".node .caption").first.bounding_box()["height"] >= 9
    player.locator("#scrub").press("End")
    w = 0.5 / math.cosh(0.8 * 0.5 + 0.1) ** 2  # da/dw = (1 - tanh(w·x + b)²)·x, where w = 0.8, x = 0.5, b = 0.1
    player.locator(".node", has_text=f"grad {w:.4f}").wait_for()
    assert browser.evaluate("document.documentElement.scrollWidth") <= 390
    browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pages", ["*.html", "notebooks/*.html", "players/*.html", "reference/[ciop]*.html"])
def test_axe_finds_nothing_serious(built_site, chromium, axe_core, pages, scheme):
    """On any kind of page; `test_playground.py` looks at the page that runs."""
    page, found = chromium.new_page(color_scheme=scheme), []
    pages = sorted(built_site.glob(pages))
    for path in pages:
        page.goto(path.as_uri())
        found += serious_violations(page, axe_core)
    page.close()
    assert found == []
    assert pages


@pytest.mark.browser
def test_a_wide_table_is_reached_by_the_keyboard_while_it_scrolls(built_site, chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto((built_site / "reference" / "peers.html").as_uri())
    tables = page.locator(".md-typeset__scrollwrap")
    page.wait_for_function("document.querySelector('.md-typeset__scrollwrap[tabindex]')")
    for width in (390, 4000):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(200)  # the observer runs before the next frame
        stops = tables.evaluate_all("all => all.map(one => [one.tabIndex === 0, one.scrollWidth > one.clientWidth])")
        assert stops and all(stop == scrolls for stop, scrolls in stops)
    page.close()
