"""What the site's pages need when they are built: formulas as MathML, so that nothing is fetched, and the gallery."""

import ast
import html
import json
import re
from pathlib import Path

from latex2mathml.converter import convert
from mkdocs.structure.files import File

ROOT = Path(__file__).parent.parent
FIGURES = ROOT / "results" / "figures"  # where `make reproduce` puts them

_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.S)
_ROLE = re.compile(r":(math|mod|class|func|attr|meth|data):<code>(.*?)</code>", re.S)  # as docstrings write them


def on_page_content(content, **_):
    """Formulas and cross-references of one page."""
    content = _FORMULA.sub(lambda m: _mathml(m[3], "block" if m[2] == "[" else "inline"), content)
    return _ROLE.sub(lambda m: _mathml(m[2]) if m[1] == "math" else f"<code>{m[2].lstrip('~')}</code>", content)


def _mathml(formula, display="inline"):
    return convert(html.unescape(formula), display=display)


def on_files(files, config, **_):
    """The drawn figures, as far as there are any."""
    for picture in sorted(FIGURES.glob("fig_*.png")):
        files.append(File.generated(config, f"figures/{picture.name}", abs_src_path=str(picture)))
    return files


def on_page_markdown(markdown, page, **_):
    """The gallery: every figure program with what it shows, its picture and its caption."""
    if page.file.src_uri != "gallery.md":
        return markdown
    parts = [markdown]
    for program in sorted((ROOT / "paper_figures").glob("fig_*.py")):
        name = program.stem
        parts.append(
            f"## {name.removeprefix('fig_').replace('_', ' ')}\n\n{ast.get_docstring(ast.parse(program.read_text('utf-8')))}"
        )
        if (FIGURES / f"{name}.png").is_file() and (FIGURES / f"{name}.json").is_file():
            caption = json.loads((FIGURES / f"{name}.json").read_text("utf-8"))["caption"]
            parts.append(f"![{name}](figures/{name}.png)\n\n{html.escape(caption)}")
        parts.append(f"`gametheory figures {name.removeprefix('fig_')}` or `python paper_figures/{program.name}`")
    return "\n\n".join(parts)
