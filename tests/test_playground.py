"""The page that runs, in Chromium: it marks as the command does, is ended at will, and lets no text become markup."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from browser_fixtures import serious_violations, served

from tinygrad_notes.cli import main

pytestmark = [pytest.mark.browser, pytest.mark.extras, pytest.mark.slow]

WORKSHEET = (files("tinygrad_notes.notes") / "worked_example.toml").read_text(encoding="utf-8")
CALCULATION = "x = 3\ny = -2\nz = x*y + 1  # -5\na = tanh(z)  # 0.9999\ndz/dx  # -2\n"
RAW_NOTE = r"""Okay, let's do **one step** by hand, with the bias this time. 🐢

---

## **Setup**

* 2 inputs → 2 hidden neurons → 1 output

$$
x = \begin{bmatrix} 0.4 \\ 0.3 \end{bmatrix}
$$

* Hidden weights W1 (2×2) and bias b1 (2×1):

$$
W_1 =
\begin{bmatrix}
0.2 & 0.1 \\
-0.3 & 0.4
\end{bmatrix},\quad
b_1 =
\begin{bmatrix} 0.1 \\ 0.0 \end{bmatrix}
$$

$$
W_2 = \begin{bmatrix} 0.5 & -0.2 \end{bmatrix},\quad b_2 = 0.1
$$

* Activation: σ(z) = sigmoid
* Target: y = 1

## **Forward pass**

$$
z_1 = W_1 @ x + b_1
=
\begin{bmatrix} 0.2*0.4 + 0.1*0.3 + 0.1 = 0.21 \\ -0.3*0.4 + 0.4*0.3 + 0 = 0.02 \end{bmatrix}
$$

$$
a_1 = \sigma(z_1) \approx
\begin{bmatrix} 0.5523 \\ 0.505 \end{bmatrix}
$$

$$
z_2 = W_2 @ a_1 + b_2 = 0.5*0.5523 + (-0.2)*0.505 + 0.1 \approx 0.285
$$

$$
a_2 = \sigma(z_2) \approx 0.5708
$$
"""
PAGES = {"toml": WORKSHEET, "calc": CALCULATION, "md": RAW_NOTE}
OUTCOMES = {"toml": "2 slips: z1[0], z2[0]", "calc": "1 slip: a", "md": "2 slips: z1[1], z2"}
SETTLED = "() => document.getElementById('stop').disabled && !document.getElementById('progress').checkVisibility()"


@pytest.fixture(scope="module")
def address(built_site: Path) -> Iterator[str]:
    with served(built_site) as address:
        yield address + "try/index.html"


@pytest.fixture(scope="module")
def complaints() -> list[str]:
    """What a page wrote to its console, threw, or asked of another host."""
    return []


@pytest.fixture(scope="module")
def context(chromium: Any, address: str, complaints: list[str]) -> Iterator[Any]:
    """A browser that must write nothing to its console, throw nothing and ask nothing of another host."""
    context = chromium.new_context()
    host = address.removesuffix("try/index.html")
    context.on("console", lambda message: complaints.append(f"console: {message.text}"))
    context.on("weberror", lambda problem: complaints.append(f"thrown: {problem.error}"))
    context.on("request", lambda request: complaints.append(request.url) if leaves(request.url, host) else None)
    yield context
    context.close()
    assert complaints == []


@pytest.fixture(autouse=True)
def _without_complaints(complaints: list[str]) -> Iterator[None]:
    """Tell what the shared browser complains of at the test that made it complain, not at the last one."""
    yield
    found = complaints.copy()
    complaints.clear()
    assert found == []


def leaves(url: str, host: str) -> bool:
    return not url.startswith((host, "blob:", "data:", "about:"))


@pytest.fixture(scope="module")
def page(context: Any, address: str) -> Any:
    """One page for all that follows, as a reader has who marks one text after another."""
    page = context.new_page()
    page.set_default_timeout(120_000)  # a test is no measure of this machine
    page.goto(address)
    return page


def put(page: Any, kind: str, text: str) -> None:
    page.check("input[value=marks]")
    page.wait_for_function(SETTLED)
    page.fill("#text", text)
    page.select_option("#kind", kind)
    page.click("#mark")


def marked(page: Any, kind: str, text: str) -> str:
    put(page, kind, text)
    page.wait_for_function(SETTLED)
    return page.locator("#shown iframe").get_attribute("srcdoc")


def view(page: Any, name: str) -> None:
    page.check(f"input[value={name}]")
    page.wait_for_function(SETTLED)


def commanded(tmp_path: Path, capsys: Any, kind: str, text: str, *options: str) -> str:
    """What the command prints of the same page, in this Python."""
    path = tmp_path / f"page.{kind}"
    path.write_text(text, encoding="utf-8")
    assert main(["mark", str(path), *options]) == 1
    return capsys.readouterr().out


@pytest.mark.parametrize("named", [True, False], ids=["named", "found out"])
@pytest.mark.parametrize("kind", PAGES)
def test_it_marks_word_for_word_as_the_command_does(page, tmp_path, capsys, kind, named):
    expected = commanded(tmp_path, capsys, kind, PAGES[kind], "--format", "html")
    assert marked(page, kind if named else "", PAGES[kind]) == expected
    assert page.inner_text("#status") == OUTCOMES[kind]
    assert page.inner_text("#command") == f"$ tinygrad-notes mark page.{kind} --format html"


def test_a_note_comes_back_with_its_marks(page, tmp_path, capsys):
    commanded(tmp_path, capsys, "md", RAW_NOTE, "--html", str(tmp_path / "marked.html"))
    marked(page, "md", RAW_NOTE)
    view(page, "note")
    expected = (tmp_path / "marked.html").read_text(encoding="utf-8")
    assert page.locator("#shown iframe").get_attribute("srcdoc") == expected


@pytest.mark.parametrize("kind", PAGES)
def test_it_draws_and_plays(page, kind):
    marked(page, kind, PAGES[kind])
    view(page, "picture")
    assert page.locator("#shown img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 200
    view(page, "player")
    player = page.frame_locator("#shown iframe")
    assert player.locator("svg text").count() > 10
    before = player.locator("#scrub").input_value()
    player.get_by_role("button", name=re.compile("^(Next|One step forward|Step forward)")).first.click()
    assert player.locator("#scrub").input_value() != before


def test_what_cannot_be_used_is_told_as_the_command_tells_it(page):
    put(page, "toml", "[network]\nactivation = 'swoosh'\n")
    page.wait_for_function(SETTLED)
    assert page.inner_text("#status") == "This page cannot be used as it stands."
    assert page.inner_text("#said") == "page.toml:1: claims: the table [claims] is missing"
    assert page.locator("#shown *").count() == 0


def endless() -> str:
    """A worksheet of 40,000 claims."""
    pick = random.Random(1)
    W = [[round(pick.uniform(-1, 1), 2) for _ in range(200)] for _ in range(200)]
    ends = json.dumps([0.1] * 200)
    layer = f"[[network.layer]]\nW = {json.dumps(W)}\n"
    head = f'[network]\nactivation = "tanh"\nloss = "squared_error"\nx = {ends}\ny = {ends}\n'
    return f'{head}{layer}{layer}[claims]\n"dC/dW1" = {json.dumps([[str(w) for w in row] for row in W])}\n'


@pytest.mark.parametrize("how", ["by hand", "by the clock"])
def test_a_page_that_takes_too_long_is_ended_and_the_next_one_is_marked(page, tmp_path, capsys, how):
    marked(page, "toml", WORKSHEET)
    if how == "by the clock":
        page.locator("#limit option").first.evaluate("option => { option.value = '0.5'; }")
        page.select_option("#limit", "0.5")
    put(page, "toml", endless())
    if how == "by hand":
        page.wait_for_function("() => document.getElementById('status').textContent === 'Working …'")
        page.click("#stop")
    page.wait_for_function("() => document.getElementById('said').textContent.startsWith('Stopped')")
    page.select_option("#limit", "600")
    assert marked(page, "toml", WORKSHEET) == commanded(tmp_path, capsys, "toml", WORKSHEET, "--format", "html")


MARKUP = "<img src=x onerror=parent.hit=1><script>parent.hit=1</script>"


HOSTILE = {
    "md": f"Let $w = 2$ {MARKUP}.\n\n$$ z = 3 w = 7 $$ `{MARKUP}`\n",
    "tex": f"Let $w = 2$ {MARKUP}.\n\n\\[ z = 3 w = 7 \\]\n",
    "toml": WORKSHEET + f'"{MARKUP}" = "1"\n',
    "calc": f"x = 3  # {MARKUP}\n{MARKUP} = x + 1\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_text_never_becomes_markup(page, kind):
    put(page, kind, HOSTILE[kind])
    page.wait_for_function(SETTLED)
    for shown in ("marks", "note", "picture", "player"):
        if page.locator(f"input[value={shown}]").is_enabled():
            view(page, shown)
        for place in (page, page.frame_locator("#shown iframe")):
            assert place.locator("img[src=x]").count() == 0
        assert page.evaluate("window.hit ?? null") is None


def test_it_works_without_a_network_once_it_was_loaded(chromium, built_site, tmp_path, capsys):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(120_000)
    with served(built_site) as address:
        page.goto(f"{address}try/")
        page.wait_for_selector("#page[data-kept=now]")
    page.reload()  # the server is gone
    for kind, text in PAGES.items():
        assert marked(page, kind, text) == commanded(tmp_path, capsys, kind, text, "--format", "html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing_serious_on_the_page_and_in_its_frames(page, context, axe_core, scheme, width, kind):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    marked(page, kind, PAGES[kind])
    found = []
    for shown in ("marks", "note", "picture", "player"):
        if not page.locator(f"input[value={shown}]").is_enabled():
            continue
        view(page, shown)
        found += serious_violations(page, axe_core)
        if shown == "player":
            page.frame_locator("#shown iframe").locator("svg text").first.wait_for()
            found += serious_violations(page.frames[-1], axe_core)
        elif shown != "picture":  # a frame without scripts runs no axe: the same document in a page of its own
            alone = context.new_page()
            alone.set_viewport_size({"width": width - 40, "height": 600})
            alone.emulate_media(color_scheme=scheme)
            alone.set_content(page.locator("#shown iframe").get_attribute("srcdoc"))
            found += serious_violations(alone, axe_core)
            alone.close()
    assert found == []


def test_it_says_at_once_what_is_loading(chromium, address):
    page = chromium.new_page()
    page.route("**/worker.js", lambda route: None)  # Python never comes
    page.goto(address, wait_until="commit")
    page.wait_for_function("() => document.getElementById('status')?.textContent.startsWith('Loading Python: 0.0 MB')")
    assert page.locator("#progress").is_visible()
    page.close()


def test_it_says_what_is_missing(chromium, built_site, address):
    without_scripts = chromium.new_context(java_script_enabled=False).new_page()
    without_scripts.goto(address)
    assert "This page needs JavaScript" in without_scripts.inner_text("form")
    assert without_scripts.locator("#status").is_hidden()
    from_a_folder = chromium.new_page()
    from_a_folder.goto((built_site / "try" / "index.html").as_uri())
    assert from_a_folder.inner_text("#status").startswith("This page needs a web server.")
    without_files = chromium.new_page()
    without_files.route("**/files.json", lambda route: route.fulfill(status=404))
    without_files.goto(address)
    without_files.wait_for_function("() => document.getElementById('status').textContent.includes('files.json: 404')")
    without_a_worker = chromium.new_page()
    without_a_worker.route("**/worker.js", lambda route: route.fulfill(status=404))
    without_a_worker.goto(address)
    without_a_worker.wait_for_function("() => document.getElementById('said').textContent.includes('not be started')")
    assert without_a_worker.inner_text("#status") == "That did not work."
    for page in (without_scripts, from_a_folder, without_files, without_a_worker):
        page.close()


def test_the_list_of_files_is_complete_and_its_examples_are_pages(built_site):
    folder = built_site / "try"
    listed = json.loads((folder / "files.json").read_text(encoding="utf-8"))
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there - set(listed) == {"files.json", "service.js"}
    examples = json.loads((folder / "examples.json").read_text(encoding="utf-8"))
    assert {example["kind"] for example in examples} == {"calc", "toml", "md"}
