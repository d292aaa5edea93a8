"""Where a wrong number stands: its line and column, whatever list, quotation, table or block it stands in."""

from __future__ import annotations

import re

import pytest

from tinygrad_notes.reading.note import Note, read_note

# Each construct with its wrong numbers between « and ».
PLANTED = {
    "bullet": "* $z = 2/2 = 1.0$\n* $q = 3/2 = «1.6»$\n",
    "bullets of text": "- z = 2/2 = 1.0\n- q = 3/2 = «1.6»\n- r = 4/2 = 2.0\n",
    "plus bullets": "+ z = 2/2 = «1.1»\n+ q = 3/2 = 1.5\n",
    "numbered": "1. z = 2/2 = 1.0\n2. q = 3/2 = «1.6»\n10) r = 4/2 = 2.0\n",
    "nested": "1. First\n\n   * $z = 2/2 = 1$\n   * $q = 3/2 = «1.6»$\n\n     - r = 4/2 = «2.1»\n",
    "nested tight": "- a\n  - b\n    - z = 3/2 = «1.6»\n    - q = $3/2 = «1.6»$\n",
    "lazy continuation": "- We have\nz = 3/2 = «1.6»\n- q = 2/2 = 1\n",
    "lazy quote": "> We have\nz = 3/2 = «1.6» and $q = 3/2 = «1.7»$\n",
    "continuation in a list": "- z = 3/2\n  = «1.6»\n- q = 2/2 = 1\n",
    "continuation of text": "z = 3/2\n  + 2/2\n  = «2.6»\n",
    "quote": "> z = 3/2 = «1.6»\n>\n> $q = 3/2 = «1.6»$\n",
    "quote without blank": ">z = 3/2 = «1.6»\n>$q = 3/2 = «1.6»$\n",
    "nested quote": "> > z = 3/2 = «1.6»\n> > > q = $3/2 = «1.6»$\n",
    "list in quote": "> 1. z = 2/2 = 1\n> 2. q = 3/2 = «1.6»\n>    - $r = 3/2 = «1.6»$\n",
    "quote in list": "- as\n\n  > z = 3/2 = «1.6»\n  > and $q = 3/2 = «1.6»$\n",
    "display in list": "* Bias:\n\n  $$\n  z = 3/2 = «1.6»\n  $$\n* Next:\n  $$\n  q = 3/2\n  = «1.6»\n  $$\n",
    "display in quote": "> $$\n> z = 3/2\n> = «1.6»\n> $$\n",
    "display in quoted list": "> * Bias:\n>\n>   $$\n>   z = 3/2\n>   = «1.6»\n>   $$\n",
    "table": "| z | value |\n|---|---|\n| 2/2 | 1.0 |\n| 3/2 | «1.6» |\n",
    "table without outer bars": "z | value\n---|---\n2/2 | 1.0\n3/2 | «1.6»\n",
    "table in list": "- a table\n\n  | z | value |\n  |---|---|\n  | 2/2 | 1.0 |\n  | 3/2 | «1.6» |\n",
    "table in quote": "> | z | value |\n> |---|---|\n> | 2/2 | 1.0 |\n> | 3/2 | «1.6» |\n",
    "table with maths": "| z | value |\n|---|---|\n| $2/2$ | $1.0$ |\n| $3/2$ | $«1.6»$ |\n",
    "table cell chain": "| step | work |\n|---|---|\n| one | $z = 3/2 = «1.6»$ |\n| two | q = 3/2 = «1.6» |\n",
    "table with escaped bar": "| z | work |\n|---|---|\n| \\|a\\| | z = 3/2 = «1.6» |\n",
    "indented maths": "Then\n\n    z = 3/2 = «1.6»\n    q = 2/2 = 1\n",
    "indented tab": "Then\n\n\tz = 3/2 = «1.6»\n\tq = 3/2 = «1.7»\n",
    "indented in list": "- Then\n\n      z = 3/2 = «1.6»\n",
    "indented display": "   $$\n   z = 3/2 = «1.6»\n   $$\n",
    "tab bullet": "-\tz = 3/2 = «1.6»\n-\t$q = 3/2 = «1.6»$\n",
    "tab nested": "- a\n\t- z = 3/2 = «1.6»\n\t- $q = 3/2 = «1.6»$\n\n\t  $$\n\t  r = 3/2 = «1.6»\n\t  $$\n",
    "tab inside": "z\t=\t3/2\t= «1.6»\n",
    "tab quote": ">\tz = 3/2 = «1.6»\n>\t$q = 3/2 = «1.6»$\n",
    "same line twice": "- z = 3/2 = «1.6»\n- z = 3/2 = «1.6»\n",
    "repeated word": "- a = 1\n- aa = 3/2 = «1.6»\n",
    "fence in list": "- code\n\n  ```\n  z = 3/2 = «1.6»\n  ```\n",
    "fence math in list": "1. code\n\n   ```math\n   z = 3/2\n   = «1.6»\n   ```\n",
    "fence in quote": "> ```\n> z = 3/2 = «1.6»\n> ```\n",
    "tilde fence": "~~~text\nz = 3/2 = «1.6»\n~~~\n",
    "unclosed fence": "```\nz = 3/2 = «1.6»\nq = 3/2 = «1.7»\n",
    "python fence in list": "- code\n\n  ```python\n  w = 0.5\n  z = w * 3  # «1.6»\n  ```\n",
    "python fence": "```python\nw = 0.5\n\nz = w * 3  # «1.6»\nq = (w +\n  1)  # «1.6»\n```\n",
    "code span": "So `z = 3/2 = «1.6»` and\n``q = 3/2 = «1.6»``\n",
    "code span two lines": "So `z = 3/2\n= «1.6»` holds\n",
    "inline maths two lines": "- So $z = 3/2\n  = «1.6»$ holds\n",
    "inline maths two lines in quote": "> So $z = 3/2\n> = «1.6»$ holds\n",
    "heading": "# z = 3/2 = «1.6»\n\n## $q = 3/2 = «1.6»$ ##\n\nr = 3/2 = «1.6»\n===\n",
    "setext two lines": "We have\nz = 3/2 = «1.6»\n---\nq = 3/2 = «1.6»\n",
    "task list": "- [ ] z = 3/2 = «1.6»\n- [x] $q = 3/2 = «1.6»$\n",
    "bold": "**z = 3/2 = «1.6»** and *q = 3/2 = «1.7»* and z = 3/2 = **«1.8»**\n",
    "html comment block": "<!-- a\ncomment -->\nz = 3/2 = «1.6»\n",
    "html div": "<div>\nz = 3/2 = «1.6»\n</div>\n\n$q = 3/2 = «1.6»$\n",
    "details": "<details>\n<summary>Work</summary>\n\n$q = 3/2 = «1.6»$\n\n</details>\n",
    "amsmath": "\\begin{align}\nz &= 3/2 \\\\\n&= «1.6» \\\\\nq &= 3/2 = «1.7»\n\\end{align}\n",
    "amsmath in list": "- as\n\n  \\begin{align}\n  z &= 3/2 \\\\\n  &= «1.6»\n  \\end{align}\n",
    "amsmath in quote": "> \\begin{align}\n> z &= 3/2 \\\\\n> &= «1.6»\n> \\end{align}\n",
    "amsmath behind text": "We have\n\\begin{align}\nz &= 3/2 \\\\\n&= «1.6»\n\\end{align}\nand q = 3/2 = «1.6»\n",
    "brackets": "We have \\[ z = 3/2 = «1.6» \\] and\n\\(q = 3/2\n= «1.6»\\)\n",
    "display brackets in list": "1. so\n\n   \\[\n   z = 3/2\n   = «1.6»\n   \\]\n",
    "front matter": "---\ntitle: a\n---\n\nz = 3/2 = «1.6»\n",
    "blank lines first": "\n\n  \nz = 3/2 = «1.6»\n",
    "emoji": "😀 é z = 3/2 = «1.6»\n- 🐨 $q = 3/2 = «1.6»$\n",
    "form feed": "a\fb\nz = 3/2 = «1.6»\n- q = 3/2 = «1.6»\n",
    "line separator": "a\u2028b\nz = 3/2 = «1.6»\n- q = $3/2 = «1.6»$\n",
    "vertical tab and nel": "a\u000bb\u0085c\n- q = 3/2 = «1.6»\n\n$z = 3/2 = «1.7»$\n",
    "nbsp indent": "\u00a0\u00a0z = 3/2 = «1.6»\n",
    "definition": "Term\n: z = 3/2 = «1.6»\n",
    "footnote": "Text[^1]\n\n[^1]: z = 3/2 = «1.6»\n",
    "link ref": "[a]: http://x.y\nz = 3/2 = «1.6»\n",
    "trailing spaces": "We have  \nz = 3/2 = «1.6»  \nand\\\nq = 3/2 = «1.6»\n",
    "nul": "a\u0000b\nz = 3/2 = «1.6» and $q = 3/2 = «1.6»$\n",
    "bom": "\ufeffz = 3/2 = «1.6»\n",
    "callout": "> [!note] Title\n> z = 3/2 = «1.6»\n> $$q = 3/2 = «1.6»$$\n",
    "pandoc div": "::: note\nz = 3/2 = «1.6»\n:::\n",
    "display with text around": "Hence $$z = 3/2 = «1.6»$$ and so\n",
    "display one line in list": "- $$z = 3/2 = «1.6»$$\n- $$q = 3/2 = «1.6»$$\n",
    "matrix": "$$\nz = [3/2, 4/2] = \\begin{bmatrix} 1.5 \\\\ «2.1» \\end{bmatrix}\n$$\n",
    "two paragraphs same text": "z = 2/2 = 1\n\nz = 2/2 = 1\n\nz = 2/2 = «1.1»\n",
    "emphasis": "*z = 3/2 = «1.6»* and *so on*, r = 3*2 = *«7»*\n",
    "old line ends": "a\rb\r- z = 3/2 = «1.6»\r",
}
LATEX = {
    "maths in a text": "We get $z = 3/2 = «1.6»$ and\n\\[ q = 3/2\n  = «1.6» \\]\n",
    "items": "\\begin{itemize}\n\\item $z = 3/2 = «1.6»$\n  \\item[b)] $q = 3/2 = «1.6»$\n\\end{itemize}\n",
    "align": "\\begin{align}\nz &= 3/2 \\\\ % so\n  &= «1.6» \\label{a} \\\\\nq &= 3/2 = «1.6»\n\\end{align}\n",
    "text": "So z = 3/2 = «1.6» % and q = 3/2 = 1.7\n",
}
FORMULA = "\\frac{dC}{da} = 3(a - y)"


def of_planted(planted: str) -> tuple[str, list[tuple[int, int]]]:
    """The note, and the line and column of each number that is wrong."""
    parts = planted.replace("»", "").split("«")
    before = ["".join(parts[: at + 1]) for at in range(len(parts) - 1)]
    lines = [text.replace("\r\n", "\n").replace("\r", "\n").split("\n") for text in before]
    return "".join(parts), [(len(rows), len(rows[-1]) + 1) for rows in lines]


def places_told(note: Note) -> list[tuple[int, int]]:
    return [(mark.line, mark.column) for mark in note.marks if mark.verdict in ("slip", "misprint", "rounding")]


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_wrong_number_is_told_at_its_line_and_column(planted: str, ending: str) -> None:
    text, places = of_planted(planted.replace("\n", ending))
    assert places_told(read_note(text)) == places


@pytest.mark.parametrize("planted", LATEX.values(), ids=LATEX)
def test_in_latex_too(planted: str) -> None:
    text, places = of_planted(planted)
    assert places_told(read_note(text, "latex")) == places


NOT_FORMULAS = {"python fence", "python fence in list", "code span", "table with escaped bar"}
CHAIN = re.compile(r"[a-z]+ = 3/2 = «[\d.]+»")
WITH_CHAINS = {
    name: planted for name, planted in PLANTED.items()
    if len(CHAIN.findall(planted)) == planted.count("«") and name not in NOT_FORMULAS
}  # fmt: skip


@pytest.mark.parametrize("planted", WITH_CHAINS.values(), ids=WITH_CHAINS)
def test_a_wrong_formula_is_told_at_its_line(planted: str) -> None:
    """The same constructs with a wrong derivative in the place of each wrong number's chain."""
    wrong = CHAIN.sub(lambda _: f"«{FORMULA}»", planted)
    text, places = of_planted(f"$C = (a - y)^2$\n\n{wrong}")
    note = read_note(text)
    told = {note.line(mark.start) for mark in note.general_formulas if not mark.is_right}
    assert told == {line for line, _ in places}
