"""Build the notebooks from their sources, run them, and see whether what is kept is what comes out.

    python notebooks/check.py              run every notebook afresh; fail where its cells or outputs have changed
    python notebooks/check.py 3 6          only these
    python notebooks/check.py --write      keep what comes out

A notebook is written as a script in `notebooks/sources`, prose and code in cells (jupytext's percent format), so
that a change reads as a change of text. The `.ipynb` beside this file is made from it and holds the outputs, so
that GitHub shows numbers and pictures to people who run nothing.

Every answer that a notebook folds away (a Python block inside `<details>`) is run too, where it stands, and must
give a marking in which everything is right.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell
from traitlets.config import Config

from outputs import differences, faults, kept_form

HERE = Path(__file__).parent
TIMEOUT = 120
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
_ANSWER = re.compile(r"<details>.*?```python\n(.*?)```.*?</details>", re.DOTALL)

# Pictures by matplotlib come as SVG whose bytes are the same in every run; a reader's own Jupyter may show PNG.
_SETTINGS = """
%config InlineBackend.figure_formats = ["svg"]
%config InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None, "Creator": None}}
try:
    import matplotlib
    matplotlib.rcParams.update({"svg.hashsalt": "notes", "svg.fonttype": "none"})
except ImportError:
    pass
"""


def sources(names: list[str]) -> list[Path]:
    """The scripts whose file names begin with one of `names`; all of them for none."""
    found = sorted((HERE / "sources").glob("*.py"))
    chosen = [
        path for path in found if not names or any(path.stem.startswith(name) for name in names)
    ]
    if not chosen:
        raise SystemExit(
            f"no notebook begins with {' or '.join(names)}; there are {', '.join(p.stem for p in found)}"
        )
    return chosen


def notebook_of(source: Path) -> Any:
    """The notebook that a script describes, without outputs."""
    notebook = jupytext.read(source)
    notebook.metadata = nbformat.from_dict(_METADATA)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = nbformat.from_dict({})
    return notebook


def run(notebook: Any) -> None:
    """Run every cell in a fresh kernel, and every folded answer where it stands; outputs are put in their kept form.

    Raises CellExecutionError where a cell or an answer raises.
    """
    settings = new_code_cell(_SETTINGS)
    cells = [settings]
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "markdown":
            cells += [new_code_cell(_all_right(answer)) for answer in _ANSWER.findall(cell.source)]
    whole = nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)
    with tempfile.TemporaryDirectory() as folder:
        # Sockets that are files, where there are such, open no port to others on this machine.
        sockets = {} if sys.platform == "win32" else {"transport": "ipc", "ip": f"{folder}/kernel"}
        place = {"metadata": {"path": str(HERE)}}
        NotebookClient(
            whole, timeout=TIMEOUT, config=Config(KernelManager=sockets), resources=place
        ).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.metadata = nbformat.from_dict({})
            cell.outputs = [
                nbformat.from_dict(kept_form(output)) for output in _merged(cell.outputs)
            ]


def _all_right(answer: str) -> str:
    """An answer as code that fails unless `mark` finds everything in it right."""
    marking = re.sub("^mark\\(", "_marked = mark(", answer, flags=re.MULTILINE)
    return f"{marking}\nassert _marked.counts()['right'] == len(_marked) > 0, str(_marked)"


def _merged(outputs: list[Any]) -> list[Any]:
    """Printed text arrives in pieces, cut wherever the clock has it; here it is one piece again."""
    whole: list[Any] = []
    for output in outputs:
        if output.output_type == "stream" and whole and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def complaints(kept: Any, fresh: Any) -> Iterator[str]:
    """What differs between the notebook that is kept and the one that has just been run."""
    if [(c.cell_type, c.source) for c in kept.cells] != [
        (c.cell_type, c.source) for c in fresh.cells
    ]:
        yield "its cells are not those of its source: change the source and run with --write"
        return
    for number, (old, new) in enumerate(zip(kept.cells, fresh.cells, strict=True)):
        if new.cell_type == "code":
            for difference in differences(old.outputs, new.outputs):
                yield f"cell {number}, {new.source.splitlines()[0]!r}: {difference}"


def check(source: Path, write: bool) -> list[str]:
    """Run one notebook; give back what is wrong with it, having kept it if `write` and there is nothing wrong."""
    path = HERE / f"{source.stem}.ipynb"
    fresh = notebook_of(source)
    try:
        run(fresh)
    except CellExecutionError as error:
        return [_ESCAPE.sub("", str(error))]
    wrong = [
        f"cell {number}: {fault}"
        for number, cell in enumerate(fresh.cells)
        for output in cell.get("outputs", ())
        for fault in faults(output, HERE.parent)
    ]
    if write and not wrong:
        nbformat.write(fresh, path)
    elif not path.exists():
        wrong.append("there is no notebook yet: run with --write")
    else:
        wrong += complaints(nbformat.read(path, as_version=4), fresh)
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "names", nargs="*", help="how the names of the wanted notebooks begin, such as 3"
    )
    parser.add_argument("--write", action="store_true", help="keep the fresh outputs")
    arguments = parser.parse_args()
    failed = False
    for source in sources(arguments.names):
        start = time.perf_counter()
        wrong = check(source, arguments.write)
        failed |= bool(wrong)
        print(
            f"{'FAILED' if wrong else 'ok':6}  {source.stem}  {time.perf_counter() - start:.1f} s",
            flush=True,
        )
        print("".join(f"        {line}\n" for line in wrong), end="")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
