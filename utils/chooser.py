"""One of several panels, chosen with buttons: a table, a drawing, a sound."""

from collections.abc import Mapping
from html import escape
from itertools import product
import json
import re

from IPython.display import HTML
from utils.checks import kind

STYLE = """
#NAME button { font: inherit; color: inherit; background: none; text-align: left;
  border: 1px solid currentColor; border-radius: .3em; padding: .3em .6em;
  margin: .15em; cursor: pointer; max-width: 100%; }
#NAME button[aria-pressed=true] { font-weight: bold; border-width: 3px; }
#NAME [data-panel] { overflow-x: auto; margin-top: .8em; }
#NAME td { white-space: nowrap; }
"""
SCRIPT = """
const root = document.getElementById("NAME");
const groups = [...root.querySelectorAll("[role=group]")];
const update = () => {
  const wanted = JSON.stringify(groups.map(group =>
    group.querySelector("[aria-pressed=true]").textContent));
  for (const panel of root.querySelectorAll("[data-panel]")) {
    panel.hidden = panel.dataset.panel !== wanted;
    if (panel.hidden) for (const a of panel.querySelectorAll("audio")) a.pause();
    else panel.querySelector("[data-title]").hidden = true;
  }
};
for (const group of groups) {
  group.hidden = false;
  for (const button of group.querySelectorAll("button"))
    button.addEventListener("click", () => {
      for (const one of group.querySelectorAll("button"))
        one.setAttribute("aria-pressed", one === button);
      update();
    });
}
update();
"""


def chooser(name: str, choices: dict[str, list[str]], panels, start=None) -> HTML:
    """Buttons that show one panel at a time; without a script, all of them.

    ``name`` is unique on the page: lower-case letters, digits and hyphens. ``choices``
    has a list of labels for each question, ``panels`` the HTML for each combination of
    labels, by tuple in the order of ``choices``; ``start`` is the combination that is
    shown first, the first one of ``panels`` unless given. Raises ValueError for another
    kind of name, labels that occur twice, and where panels and combinations are not the
    same; TypeError where labels are no list of texts or a panel is no text.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(
            f"name is {name!r}, expected lower-case letters, digits and hyphens"
        )
    for given, value in (("choices", choices), ("panels", panels)):
        if not isinstance(value, Mapping) or not value:
            raise TypeError(f"{given} is {kind(value)}, expected a dict with entries")
    for question, labels in choices.items():
        texts = () if isinstance(labels, str) else labels
        if not texts or not all(isinstance(label, str) for label in texts):
            raise TypeError(f"choices[{question!r}] is {labels!r}, expected some texts")
        if len(set(labels)) < len(labels):
            raise ValueError(f"choices[{question!r}] is {labels!r}: one label is twice")
    wanted = set(product(*choices.values()))
    if wanted != set(panels):
        odd = sorted(wanted ^ set(panels), key=repr)[0]
        raise ValueError(
            f"panels holds {len(panels)} combinations, expected the {len(wanted)} of "
            f"choices; {odd} is in one of them only"
        )
    for labels, panel in panels.items():
        if not isinstance(panel, str):
            raise TypeError(
                f"panels[{labels!r}] is {kind(panel)}, expected HTML as text"
            )
    start = next(iter(panels)) if start is None else start
    if start not in panels:
        raise ValueError(f"start is {start}, expected a combination in panels")
    groups = "".join(
        f'<div role="group" aria-label="{escape(question)}" hidden>'
        f'<span aria-hidden="true">{escape(question)}: </span>'
        + "".join(
            f'<button type="button" aria-pressed="{str(label == first).lower()}">'
            f"{escape(label)}</button> "
            for label in labels
        )
        + "</div>"
        for (question, labels), first in zip(choices.items(), start, strict=True)
    )
    shown = "".join(_panel(labels, panel) for labels, panel in panels.items())
    style, script = (text.replace("NAME", name) for text in (STYLE, SCRIPT))
    return HTML(
        f'<style>{style}</style><div id="{name}" class="chooser">{groups}'
        f'<div aria-live="polite">{shown}</div></div>'
        f"<script>(() => {{{script}}})();</script>"
    )


def _panel(labels: tuple[str, ...], content: str) -> str:
    """A panel with its title, and with its labels as the script writes them."""
    key = json.dumps(labels, ensure_ascii=False, separators=(",", ":"))
    return (
        # a table wider than the screen is scrolled with the arrow keys
        f'<div data-panel="{escape(key)}" tabindex="0"><p data-title><strong>'
        f"{escape(', '.join(labels))}</strong></p>{content}</div>"
    )
