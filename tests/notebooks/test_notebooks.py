"""The notebooks run, what is kept in them is what comes out, and the check that says so can say no."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
SOURCES = sorted((FOLDER / "sources").glob("*.py"))


def load_outputs():
    specification = importlib.util.spec_from_file_location("outputs", FOLDER / "outputs.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


outputs = load_outputs()
SVG_DATA = "data:image/svg+xml;base64,"


def check(folder, *arguments):
    command = [sys.executable, "check.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_notebook_runs_to_the_outputs_that_are_kept(source):
    done = check(FOLDER, source.stem)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("print('one')", "print('two')", "its cells are not those of its source"),
        ("import random\nprint(random.random())", None, "its stdout differs"),
        ("# %% [markdown]\n# <details>\n#\n# ```python\n# nonsense\n# ```\n#\n# </details>", None, "NameError"),
    ],
)
def test_the_check_finds_what_has_changed(tmp_path, before, after, complaint):
    for name in ("check.py", "outputs.py"):
        shutil.copy(FOLDER / name, tmp_path)
    source = tmp_path / "sources" / "0_small.py"
    source.parent.mkdir()
    source.write_text(f"# %%\n{before}\n", encoding="utf-8")
    kept = check(tmp_path, "--write")
    source.write_text(f"# %%\n{after or before}\n", encoding="utf-8")
    done = check(tmp_path) if kept.returncode == 0 else kept
    assert done.returncode == 1
    assert complaint in done.stdout


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_notebook_has_exercises_that_mark_checks_and_folded_answers(source):
    text = source.read_text(encoding="utf-8")
    assert "## Your turn" in text
    assert '"?"' in text
    assert re.search(r"<details>.*?```python\nmark\(.*?</details>", text, re.DOTALL)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_links_between_notebooks_lead_somewhere(source):
    for name in re.findall(r"\]\(([^)#:]+)\)", source.read_text(encoding="utf-8")):
        assert (FOLDER / name).exists(), name


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_formula_in_a_sentence_stands_on_one_line(source):
    prose = re.sub(r"```.*?```|\$\$.*?\$\$|`[^`\n]*`", "", source.read_text(encoding="utf-8"), flags=re.DOTALL)
    formulas = re.findall(r"\$(\S(?:[^$]*?\S)?)\$", prose)
    assert not [formula for formula in formulas if "\n" in formula]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_every_source_has_its_notebook(source):
    assert (FOLDER / f"{source.stem}.ipynb").exists()


@pytest.mark.parametrize(
    ("kept", "fresh", "same"),
    [
        ("a = 0.1", "a = 0.1", True),
        ("a = 0.30000000000000004", "a = 0.3", True),
        ("a = 0.300001", "a = 0.3", False),
        ("a = 1e-20", "a = 3e-18", True),
        ("a = -0.5", "a = 0.5", False),
        ("12 nodes", "13 nodes", False),
        ("a = 0.5", "b = 0.5", False),
        ("a = 0.5", "a = 0.5\n", False),
    ],
)
def test_texts_are_the_same_up_to_rounding(kept, fresh, same):
    assert outputs.same_text(kept, fresh) is same


@pytest.mark.parametrize(
    ("fresh", "same"),
    [
        ('<svg width="9"><g><path d="M1 1" fill="red"/></g><text x="7" class="k">z = 0.08</text></svg>', True),
        ('<svg width="9"><g><path d="M0 0" fill="blue"/></g><text x="1" class="k">z = 0.08</text></svg>', False),
        ('<svg width="9"><g><path d="M0 0" fill="red"/></g><text x="1" class="k">z = 0.13</text></svg>', False),
        ('<svg width="9"><path d="M0 0" fill="red"/><text x="1" class="k">z = 0.08</text></svg>', False),
    ],
)
def test_pictures_are_the_same_wherever_things_stand(fresh, same):
    kept = '<svg width="8"><g><path d="M0 0" fill="red"/></g><text x="1" class="k">z = 0.08</text></svg>'
    assert outputs.same_svg(kept, fresh) is same


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        ({"output_type": "stream", "name": "stderr", "text": "a warning"}, "stderr"),
        ({"output_type": "stream", "name": "stdout", "text": "n = 1\nequal: False\n"}, "in place of 'equal: False'"),
        ({"output_type": "stream", "name": "stdout", "text": "equal: True\n"}, "in place of 'equal: True'"),
        ({"output_type": "error", "ename": "ValueError", "evalue": "no"}, "ValueError: no"),
        ({"output_type": "display_data", "data": {"text/plain": "<object at 0x7f12ab34cd>"}}, "0x7f12ab34cd"),
        ({"output_type": "stream", "name": "stdout", "text": f"saved to {FOLDER / 'a.svg'}"}, str(FOLDER.parent)),
    ],
)
def test_what_changes_from_run_to_run_or_is_a_bare_claim_must_not_be_kept(output, fault):
    assert fault in " ".join(outputs.faults(output, FOLDER.parent))


def test_plain_numbers_and_words_may_be_kept():
    assert not list(outputs.faults({"output_type": "stream", "name": "stdout", "text": "a = 0.5"}, FOLDER.parent))


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({"text/plain": "7"}, {"text/plain": "7"}),
        ({"text/html": "<b>7</b>", "text/plain": "<Seven>"}, {"text/html": "<b>7</b>"}),
        ({"image/svg+xml": "<svg/>", "text/html": "<img>", "text/plain": "<Picture>"}, {"text/html": "<img>"}),
        (
            {"image/svg+xml": ["<sv", "g/>"], "text/plain": "<Figure>"},
            {"text/html": f'<img alt="Plot" style="max-width:100%;height:auto" src="{SVG_DATA}PHN2Zy8+">'},
        ),
    ],
)
def test_a_picture_is_kept_as_an_image_without_its_repr_and_without_a_count(data, kept):
    shown = {"output_type": "execute_result", "execution_count": 7, "data": data, "metadata": {}}
    assert outputs.kept_form(shown) == {"output_type": "display_data", "data": kept, "metadata": {}}


@pytest.mark.parametrize(("text", "same"), [("z = 0.08", True), ("z = 0.13", False)])
def test_images_are_compared_by_what_they_show(text, same):
    def image(x, text):
        return outputs._image(f'<svg><text x="{x}">{text}</text></svg>')

    assert outputs.same_html(image(1, "z = 0.08"), image(2, text)) is same
    assert not outputs.same_html(image(1, text), "")
    assert not outputs.same_html(image(1, text), image(1, text) + " more")
