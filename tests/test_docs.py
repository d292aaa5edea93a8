"""Every block of code of the README and of the guide runs."""

import ast
import doctest
import importlib
import re
import shlex
from pathlib import Path

import pytest

import tinygrad_notes
from tinygrad_notes.cli import COMMANDS, EXAMPLES, call_parser, main

ROOT = Path(__file__).parents[1]
PAGES = sorted(path for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")] if path.exists())
FENCED = re.compile(r"^```(python|pycon|py|toml|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page):
    """The blocks of a page that can be run, each with its language and the number of its first line."""
    text = page.read_text(encoding="utf-8")
    return [(text[: found.start()].count("\n") + 2, found[1], found[2]) for found in FENCED.finditer(text)]


SAID = re.compile(r"^print\(.*\)  # (.*)$", re.MULTILINE)


def run_python(code, line, names, page, capsys):
    """Run a block; what it says that it prints, in a comment or in a session at the prompt, is what it prints."""
    if ">>>" not in code:
        exec(compile("\n" * (line - 1) + code, str(page), "exec"), names)
        said, printed = SAID.findall(code), capsys.readouterr().out.splitlines()
        assert printed == said or not said
        return
    session = doctest.DocTestParser().get_doctest(code, names, page.name, str(page), line - 1)
    said = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(session, out=said.append, clear_globs=False)
    names.update(session.globs)
    assert not said, "".join(said)


def run_commands(lines, capsys):
    """Run this package's own commands; what sets up an environment is tested where there is a clean one."""
    for line in lines.splitlines():
        if line.startswith("tinygrad-notes"):
            assert main(shlex.split(line, comments=True)[1:]) in (0, 1), line
            assert not capsys.readouterr().err


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: page.name)
def test_the_blocks_of_a_page_run_one_after_another(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for line, language, code in blocks(page):
        if language in ("python", "pycon"):
            run_python(code, line, names, page, capsys)
        elif language == "toml":
            Path("page.toml").write_text(code, encoding="utf-8")  # the name by which the pages speak of it
        elif language == "sh":
            run_commands(code, capsys)


@pytest.mark.extras
@pytest.mark.slow
def test_the_blocks_that_need_other_libraries_run_as_well(tmp_path, monkeypatch, capsys):
    """On that page they are marked "py", and those of PyTorch "torch", which CI does not install."""
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "handing-on.md"
    names = {"__name__": "__main__"}
    try:
        for line, _, code in blocks(page):
            run_python(code, line, names, page, capsys)
    finally:
        names["jax"].config.update("jax_enable_x64", False)  # as the tests of others find it


def test_the_readme_shows_what_the_program_prints(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "100")
    assert main(["--output", str(tmp_path)]) == 0
    printed = capsys.readouterr().out.splitlines()
    shown = re.search(r"^```text\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)[1]
    assert set(shown.splitlines()) - {"…"} <= set(printed)


def test_the_readme_links_to_files_that_are_there():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    own = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert len(own) > 15
    assert [link for link in own if not (ROOT / link).exists()] == []


def test_the_command_page_tells_every_option_and_its_examples_are_calls():
    page = (ROOT / "docs" / "generate" / "command_page.py").read_text(encoding="utf-8")
    names = {"__name__": "command_page"}
    exec(page, names)
    told = names["page"]()
    for name in ["", *COMMANDS]:
        parser = names["_parser_of"](name)
        missing = {option for action in parser._actions for option in action.option_strings if f"`{option}" not in told}
        assert missing == set(), name
        for example in EXAMPLES[name]:
            words = shlex.split(example)
            call_parser(name).parse_args(words)
            assert words[0] == name or not name


def lines_of(what, file):
    """How many lines a cell of the route sends its reader through: the docstring, definitions, methods or rows."""
    module = ast.parse((ROOT / "tinygrad_notes" / file).read_text(encoding="utf-8"))
    spans = {node.name: node for node in [*ast.walk(module)][::-1] if hasattr(node, "name")}
    for row in (node for node in module.body if "define(" in ast.unparse(node) and not hasattr(node, "name")):
        spans[row.value.args[0].value] = row
    start, names = module.body[0].end_lineno if "docstring" in what else 0, re.findall(r"`(\w+)`", what)
    for first, end in re.findall(r"`(\w+)` up to `(\w+)`", what):
        start += spans[end].lineno - spans[first].lineno
        names = [name for name in names if name not in (first, end)]
    return start + sum(spans[name].end_lineno - spans[name].lineno + 1 for name in names)


def test_the_route_through_the_engine_is_about_as_long_as_it_says_and_700_lines_at_most():
    page = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \| `(.+\.py)` \| (\d+) \|$", page, re.MULTILINE)
    measured = [lines_of(what, file) for what, file, _ in rows]
    assert [int(lines) for _, _, lines in rows] == pytest.approx(measured, abs=10)
    assert 500 < sum(measured) <= 700


def test_every_public_name_has_its_sentence(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs" / "generate")
    pages = importlib.import_module("reference_pages")
    grouped = [name for names in pages.GROUPS.values() for name in names.split()]
    assert sorted(grouped) == sorted(tinygrad_notes.__all__)
    assert [name for name in grouped if not re.search(r"\w.*\.$", pages.first_sentence(name))] == []


def result(cell, names):
    """Run a cell of the table of comparison; its number where it ends in an expression, else None."""
    *statements, last = ast.parse(cell).body
    if not isinstance(last, ast.Expr):
        exec(cell, names)
        return None
    exec(compile(ast.Module(statements, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


@pytest.mark.extras
def test_each_row_of_the_comparison_gives_the_same_number_in_every_engine():
    text = (ROOT / "docs" / "coming-from.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip().strip("`") for cell in line.split("|")[1:-1]] for line in re.findall(r"^\| .*`.*$", text, re.M)
    ]
    ours, theirs, jax_names = {}, {}, {}
    exec("from tinygrad_notes import *", ours)
    exec("from micrograd.engine import Value", theirs)
    exec("import jax, jax.numpy as jnp", jax_names)
    compared = 0
    for title, micrograd, _torch, jax, own in rows:
        expected = result(own, ours)
        for cell, names in ((micrograd, theirs), (jax, jax_names)):
            got = result(cell, names) if cell else None
            if got is not None and expected is not None:
                assert float(got) == pytest.approx(float(expected), rel=1e-6), title
                compared += 1
    assert compared >= 13
