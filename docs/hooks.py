"""Formulas become MathML when the site is built, so that pages need no script and nothing from elsewhere."""

import html
import re

from latex2mathml.converter import convert

_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.S)
_ROLE = re.compile(r":(math|mod|class|func|attr|meth|data):<code>(.*?)</code>", re.S)  # as docstrings write them


def on_page_content(content, **_):
    """Formulas and cross-references of one page."""
    content = _FORMULA.sub(lambda m: _mathml(m[3], "block" if m[2] == "[" else "inline"), content)
    return _ROLE.sub(lambda m: _mathml(m[2]) if m[1] == "math" else f"<code>{m[2].lstrip('~')}</code>", content)


def _mathml(formula, display="inline"):
    return convert(html.unescape(formula), display=display)
