"""Whole documents around a report: a printable HTML page, a LaTeX article."""

from __future__ import annotations

import html
from urllib.parse import quote

from tinygrad_notes.number_systems.latex import escaped
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.worked.report import Report

_STYLE = """
:root { color-scheme: light dark; background: Canvas; color: CanvasText }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 0 0 1.5rem }
th, td { border-bottom: 1px solid #999; padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top }
tr { break-inside: avoid }
h3 { break-after: avoid; margin: 1.5rem 0 .3rem }
code { font-size: .95em }
figure { margin: 1rem 0; break-inside: avoid }
figure svg { max-width: 100%; height: auto }
@media (max-width: 30rem) {
  body { font-size: 12.5px; margin: .5rem 0; padding: 0 .5rem } th, td { padding-right: .4rem } }
@media print { :root { color-scheme: light } body { font-size: 11pt; margin: 0; max-width: none } }
"""


def html_page(report: Report, title: str, figure: str = "") -> str:
    """A page that prints well, with an SVG `figure` (a picture of ours, not a user's) under its first heading."""
    heading, rest = _heading_and_rest(report)
    drawn = f"{heading.html()}\n<figure>{figure}</figure>\n{rest.html()}" if figure else report.html()
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(visible(title))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{drawn}\n</body>\n</html>\n"
    )


def markdown_page(report: Report, figure: str = "") -> str:
    """The report in Markdown, with the image in the file named `figure` under its first heading."""
    heading, rest = _heading_and_rest(report)
    return (
        f"{heading.markdown()}\n![the network]({quote(figure)})\n\n{rest.markdown()}" if figure else report.markdown()
    )


def latex_document(report: Report, title: str, figure: str = "") -> str:
    r"""An article that pdfLaTeX sets, with the picture in the file named `figure` under its first heading."""
    heading, rest = _heading_and_rest(report)
    included = rf"\noindent\includegraphics[width=\linewidth]{{{figure}}}"
    drawn = f"{heading.latex()}\n{included}\n\n{rest.latex()}" if figure else report.latex()
    return (
        "\\documentclass{article}\n"
        "\\usepackage[utf8]{inputenc}\n\\usepackage[T1]{fontenc}\n"
        "\\usepackage{amsmath, amssymb, graphicx, longtable}\n\\usepackage[margin=2cm]{geometry}\n"
        f"\\title{{{escaped(title)}}}\n\\begin{{document}}\n{drawn}\\end{{document}}\n"
    )


def _heading_and_rest(report: Report) -> tuple[Report, Report]:
    """The report in two, cut where a picture goes: after the heading that it begins with."""
    return Report(report.blocks[:1]), Report(report.blocks[1:])
