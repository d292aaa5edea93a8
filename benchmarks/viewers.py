"""The gallery's pictures by other viewers of SVG, beside Chromium's: is everything there, and is as much of it dark?

python benchmarks/viewers.py [VIEWER …]

The programs come from Debian: chromium, librsvg2-bin, inkscape, libreoffice-draw with poppler-utils; CairoSVG needs
libcairo2, WeasyPrint libpango-1.0-0 and libpangoft2-1.0-0. Packages of Python are installed by this script. A picture
is told by its dark area, which may differ by 15 %, and by its labels: where Chromium has put the letters of a text, a
viewer must have put something of that color too. Exit status: 1 where a viewer misses a picture.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from harness import ROOT, machine, table, with_peers

PACKAGES = ("cairosvg", "svglib", "reportlab", "resvg-py", "weasyprint", "playwright", "pillow", "numpy", "pypdfium2")
MODULES = ("cairosvg", "svglib", "reportlab", "resvg_py", "weasyprint", "playwright", "PIL", "numpy", "pypdfium2")
MOST = 0.15
"""How far a picture's dark area may lie from Chromium's, as a share of it."""
DARK = 160
"""A pixel is dark below this gray, of 255: text, lines and full colors are; paper, cards and tints are not."""
SCALE = 2


def main() -> int:
    wanted = sys.argv[1:] or list(VIEWERS)
    if unknown := [name for name in wanted if name not in VIEWERS]:
        raise SystemExit(f"unknown viewer {unknown[0]!r}: choose from {', '.join(VIEWERS)}")
    with_peers(*PACKAGES, modules=MODULES)
    sys.path.insert(0, str(ROOT / "docs" / "generate"))
    from gallery_page import pages

    gallery = {
        Path(name).stem: content.decode() if isinstance(content, bytes) else content
        for name, content in pages().items()
        if name.endswith(".svg")
    }
    rows, failed = [], False
    with TemporaryDirectory() as folder, Browser() as browser:
        originals = {name: browser.render(svg) for name, svg in gallery.items()}
        boxes = {name: browser.labels(svg) for name, svg in gallery.items()}
        _see_what_is_missing(browser, gallery, originals, boxes, Path(folder))
        for viewer in wanted:
            cells = []
            for name, svg in gallery.items():
                verdict = _compared(originals[name], boxes[name], VIEWERS[viewer], svg, Path(folder))
                failed |= not verdict.startswith("ok")
                cells.append(verdict)
            rows.append([viewer, *cells])
            print(viewer, *cells, sep="  ", file=sys.stderr, flush=True)
    print(f"{machine('CairoSVG', 'svglib', 'resvg-py', 'WeasyPrint')}; {browser.version}\n")
    print("Dark area beside Chromium's, and labels found of all:\n")
    print(table(["viewer", *gallery], rows))
    return int(failed)


def _see_what_is_missing(
    browser: Browser, gallery: dict[str, str], originals: dict[str, Any], boxes: dict[str, list[Any]], folder: Path
) -> None:
    """Chromium's own pictures pass, and do not where the first text, the last or all of them are left out."""
    for name, svg in gallery.items():
        lacking = {
            svg: True,
            re.sub("<text.*?</text>", "", svg, count=1): False,
            re.sub("<text(?!.*<text).*?</text>", "", svg, flags=re.DOTALL): False,
            re.sub("<text.*?</text>", "", svg): False,
        }
        for drawn, right in lacking.items():
            verdict = _compared(originals[name], boxes[name], lambda _, drawn=drawn: browser.render(drawn), svg, folder)
            if verdict.startswith("ok") is not right:
                raise SystemExit(f"this script does not see what is missing in a picture of {name}: {verdict}")


def _compared(original: Any, labels: list[Any], render: Render, svg: str, folder: Path) -> str:
    from PIL import Image

    path = folder / "picture.svg"
    path.write_text(svg, encoding="utf-8")
    try:
        image = render(path)
    except Exception as problem:  # a viewer that fails is what is looked for here
        return f"FAILS: {type(problem).__name__} {str(problem)[:60]}"
    image = image.convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    found = paper.convert("L").resize(original.size, Image.Resampling.BOX)
    dark, expected = _dark(found).sum(), _dark(original).sum()
    share = dark / expected - 1
    seen = sum(_has_label(original, found, box) for box in labels)
    right = abs(share) <= MOST and seen == len(labels)
    return f"{'ok' if right else 'NO'} {share:+.1%}, {seen}/{len(labels)}"


def _dark(image: Any) -> Any:
    import numpy as np

    return np.asarray(image) < DARK


def _has_label(original: Any, found: Any, box: tuple[float, float, float, float]) -> bool:
    """Whether a text's box holds a third at least of the contrast that it holds in Chromium."""
    import numpy as np

    left, top, right, bottom = (round(SCALE * x) for x in box)
    before, after = (np.asarray(image)[top:bottom, left:right].astype(float) for image in (original, found))
    return before.size == 0 or bool(after.std() >= before.std() / 3)


class Browser:
    """Chromium, which the others are compared with."""

    def __enter__(self) -> Browser:
        from playwright.sync_api import sync_playwright

        self.playwright = sync_playwright().start()
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        self.browser = self.playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        self.version = f"Chromium {self.browser.version}"
        self.page = self.browser.new_page(device_scale_factor=SCALE)
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()
        self.playwright.stop()

    def show(self, svg: str) -> None:
        width, height = size(svg)
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{svg}")

    def render(self, svg: str) -> Any:
        from PIL import Image

        self.show(svg)
        return Image.open(BytesIO(self.page.screenshot())).convert("L")

    def labels(self, svg: str) -> list[Any]:
        """Where each text stands."""
        self.show(svg)
        boxes: list[Any] = self.page.evaluate(
            "[...document.querySelectorAll('text')].filter(text => text.textContent.trim())"
            ".map(text => text.getBoundingClientRect()).map(box => [box.left, box.top, box.right, box.bottom])"
        )
        return boxes


def size(svg: str) -> tuple[int, int]:
    found = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    assert found
    return round(float(found[1])), round(float(found[2]))


# The viewers: each makes an image of a file ---------------------------------------------------------

Render = Callable[[Path], Any]


def by_librsvg(path: Path) -> Any:
    return _opened(_run("rsvg-convert", f"--zoom={SCALE}", str(path)))


def by_resvg(path: Path) -> Any:
    """With the fonts that are installed: without any it leaves text out."""
    import resvg_py

    made = resvg_py.svg_to_bytes(svg_string=path.read_text(encoding="utf-8"), zoom=SCALE)
    return _opened(bytes(made))


def by_cairosvg(path: Path) -> Any:
    import cairosvg

    return _opened(cairosvg.svg2png(url=str(path), scale=SCALE))


def by_svglib(path: Path) -> Any:
    """With a font that has our letters, for its own, Helvetica, has only those of Latin-1."""
    from reportlab.graphics import renderPDF
    from svglib.svglib import register_font, svg2rlg

    for family in ("Arial", "Times New Roman"):
        name = "LiberationSans" if family == "Arial" else "LiberationSerif"
        styles = {("normal", "normal"): "Regular", ("bold", "normal"): "Bold", ("normal", "italic"): "Italic"}
        for (weight, style), face in styles.items():
            [file] = Path("/usr/share/fonts").rglob(f"{name}-{face}.ttf")
            register_font(family, str(file), weight=weight, style=style)
    return _first_page(renderPDF.drawToString(svg2rlg(str(path))))


def by_inkscape(path: Path) -> Any:
    made = path.with_suffix(".png")
    _run("inkscape", "--export-type=png", f"--export-dpi={96 * SCALE}", f"--export-filename={made}", str(path))
    return _opened(made.read_bytes())


def by_libreoffice(path: Path) -> Any:
    home = f"-env:UserInstallation={(path.parent / 'office').as_uri()}"
    _run("soffice", home, "--headless", "--convert-to", "pdf:draw_pdf_Export", "--outdir", str(path.parent), str(path))
    return _first_page(path.with_suffix(".pdf").read_bytes())


def by_weasyprint(path: Path) -> Any:
    import weasyprint

    width, height = size(path.read_text(encoding="utf-8"))
    look = f"@page{{size:{width}px {height}px;margin:0}}body{{margin:0}}img{{display:block}}"
    page = f"<style>{look}</style><img src={path.name}>"
    return _first_page(weasyprint.HTML(string=page, base_url=str(path)).write_pdf())


def by_typst(path: Path) -> Any:
    """As `Picture.save` makes a PNG."""
    import typst

    width, height = size(path.read_text(encoding="utf-8"))
    page = f'#set page(width: {width}pt, height: {height}pt, margin: 0pt)\n#image("{path.name}", width: 100%)'
    path.with_suffix(".typ").write_text(page)
    made: bytes = typst.compile(path.with_suffix(".typ"), format="png", ppi=72 * SCALE)
    return _opened(made)


VIEWERS: dict[str, Render] = {
    "librsvg": by_librsvg,
    "resvg": by_resvg,
    "CairoSVG": by_cairosvg,
    "svglib": by_svglib,
    "Inkscape": by_inkscape,
    "LibreOffice": by_libreoffice,
    "WeasyPrint": by_weasyprint,
    "Typst": by_typst,
}


def _run(*command: str) -> bytes:
    finished = subprocess.run(command, capture_output=True, timeout=300)
    if finished.returncode:
        raise RuntimeError(finished.stderr.decode()[-200:])
    return finished.stdout


def _opened(data: bytes) -> Any:
    from PIL import Image

    return Image.open(BytesIO(data))


def _first_page(pdf: bytes) -> Any:
    import pypdfium2

    return pypdfium2.PdfDocument(pdf)[0].render(scale=SCALE * 96 / 72).to_pil()


if __name__ == "__main__":
    sys.exit(main())
