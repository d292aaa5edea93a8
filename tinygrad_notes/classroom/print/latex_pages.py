"""Sheets in LaTeX, which pdfLaTeX sets as they stand."""

from __future__ import annotations

from collections.abc import Iterator

from tinygrad_notes.classroom.print.maths import in_latex, matrix_in_latex
from tinygrad_notes.classroom.print.page import Array, Page, Task
from tinygrad_notes.number_systems.latex import escaped

_PREAMBLE = r"""\documentclass[11pt,PAPER]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath, amssymb, graphicx}
\usepackage[margin=18mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\setcounter{MaxMatrixCols}{60}
\renewcommand{\arraystretch}{1.15}
\newenvironment{unbroken}{\begin{minipage}{\linewidth}\raggedright\setlength{\parskip}{5pt}}{\end{minipage}}
\newcommand{\place}[1]{\rule[-3.2mm]{0pt}{9.4mm}\fbox{\rule[-1.5mm]{0pt}{6mm}\hspace{#1}}}
\newcommand{\room}[2]{\fbox{\rule{0pt}{#2}\hspace{#1}}}
\newcommand{\figureof}[2]{\includegraphics[width=\linewidth,height=#2,keepaspectratio]{#1}}
\newcommand{\blank}[1]{\underline{\hspace{#1}}}
"""
_PAPER = {"a4": "a4paper", "letter": "letterpaper"}
_WIDEST, _ALL = 17.0, 110.0  # millimetres of one place to fill in, and of a row of them
_BESIDE = {1: 0.66, 2: 0.52, 3: 0.40}  # by columns of places: the width of the room to calculate beside them


def latex_page(page: Page, picture: str = "", paper: str = "a4", name: str = "", height: float = 62.0) -> str:
    """One sheet as an article.

    Args:
        page: the sheet.
        picture: the name of the file with its picture, beside the article; empty for none.
        paper: "a4" or "letter".
        height: of the picture, in millimetres.
        name: the name of a file with a picture of the student's name, where no font of pdfLaTeX has its letters.
    """
    return "\n".join(_document(page, picture, paper, name, height)) + "\n"


def needs_picture(name: str) -> bool:
    """Whether a name holds letters that pdfLaTeX's usual fonts do not have.

    Example:
        >>> needs_picture("Seán Müller"), needs_picture("李小龙")
        (False, True)
    """
    return any(ord(letter) >= 0x180 for letter in name)


def _document(page: Page, picture: str, paper: str, name: str, height: float) -> Iterator[str]:
    student = rf"\includegraphics[height=1.1em]{{{name}}}" if name else rf"\textbf{{{escaped(page.student)}}}"
    yield _PREAMBLE.replace("PAPER", _PAPER[paper])
    yield rf"\makeatletter\def\@oddfoot{{\footnotesize {student} $\cdot$ {escaped(page.id)}\hfil\thepage}}"
    yield r"\makeatother"
    yield r"\begin{document}\raggedright"
    yield rf"\section*{{{escaped(page.heading)}}}"
    date = "" if page.is_key else r"Date: \blank{35mm}\hfill "
    yield rf"Name: {student}\hfill {date}Points: \blank{{14mm}} / {page.points:g}\par"
    yield r"\subsection*{Given}"
    yield from (f"{escaped(fact)}\\par" for fact in page.facts)
    yield "\n".join(rf"\mbox{{${in_latex(name)} = {_matrix(array)}$}}\quad" for name, array in page.given) + r"\par"
    if picture:
        yield rf"\begin{{center}}\figureof{{{picture}}}{{{height:.1f}mm}}\end{{center}}"
    if not page.is_key:
        yield escaped(page.task_text) + r"\par"
    for section in page.sections:
        heading = rf"\subsection*{{{escaped(section.title)}}}" + "\n"
        yield r"\medskip"
        for task in section.tasks:
            block, heading = heading + _task(page, task), ""
            yield block + r"\par" if task.is_long else _unbroken(block)
    yield r"\end{document}"


def _unbroken(block: str) -> str:
    """A block that stays on one page; \\par behind it keeps blocks apart, so that pages break between them."""
    return f"\\begin{{unbroken}}\n{block}\n\\end{{unbroken}}\\par"


def _task(page: Page, task: Task) -> str:
    formula = rf"$\displaystyle {in_latex(task.formula or task.name)}$" + (
        rf" $=$ \texttt{{{escaped(task.code)}}}" if task.code else ""
    )
    head = rf"{formula}\hfill{{\footnotesize {escaped(task.asked)}}}\par"
    if task.answer is None:
        return head
    if page.is_key:
        steps = (
            rf"$\displaystyle {' = '.join([*map(in_latex, (step.name, step.letters, step.numbers)), step.result])}$"
            for step in task.steps
        )
        return head + "\n" + "\\\\[4pt]\n".join(steps)
    own = r"Formula: \blank{120mm}\par" if page.formulas == "asked" else ""
    places = f"${in_latex(task.name)} = {_matrix(task.answer)}$"
    width = _BESIDE.get(task.answer.columns)
    room = rf"\room{{{width or 0.97}\linewidth}}{{{7 * task.room}mm}}"
    between = r"\hfill" if width else r"\par\hfill"
    return "\n".join(filter(None, [head, own, rf"$\vcenter{{\hbox{{{room}}}}}${between}{places}"]))


def _matrix(array: Array) -> str:
    width = min(_WIDEST, _ALL / array.columns) / array.scale  # it is scaled as a whole
    matrix = matrix_in_latex(array, rf"\place{{{width:.1f}mm}}")
    return matrix if array.scale == 1.0 else rf"\vcenter{{\hbox{{\scalebox{{{array.scale:.2f}}}{{${matrix}$}}}}}}"
