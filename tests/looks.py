"""What can be measured about a page in a browser: contrast, size of type and targets, names, overflow."""

from playwright.sync_api import Page

_MEASURE = r"""
() => {
  const found = new Set();
  const channel = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const c = colour(getComputedStyle(e).backgroundColor);
      if (c.length && (c[3] ?? 1) > 0.9) return c;
    }
    return [255, 255, 255];
  };
  const shown = (e) => e.getClientRects().length > 0 && !e.closest(".vh, .j-skip, .maplibregl-map");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const [words, e] = [texts.currentNode.textContent.trim(), texts.currentNode.parentElement];
    if (!words || e.closest("script, style") || !shown(e)) continue;
    const style = getComputedStyle(e);
    const size = parseFloat(style.fontSize);
    if (size > 0 && size < 12) found.add(`type of ${size} px: ${words.slice(0, 20)}`);
    const [a, b] = [light(colour(style.color)), light(ground(e))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = size >= 24 || (size >= 18.6 && style.fontWeight >= 700);
    if (contrast < (large ? 3 : 4.5)) found.add(`contrast ${contrast.toFixed(2)}: ${words.slice(0, 20)}`);
  }
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!shown(e)) continue;
    const labels = [...(e.labels ?? [])].map((label) => label.textContent).join("");
    const name = e.textContent.trim() || e.getAttribute("aria-label") || e.title || labels.trim();
    if (!name && !e.hasAttribute("aria-labelledby")) found.add(`no name: ${e.outerHTML.slice(0, 80)}`);
  }
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 0) found.add(`wider than the window by ${over} px`);
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((one, i) => ids.indexOf(one) !== i))) found.add(`id twice: ${id}`);
  if (document.querySelectorAll("h1").length !== 1) found.add("not exactly one h1");
  return [...found];
}
"""


def faults_of(page: Page) -> list[str]:
    """Return what is wrong with how the page looks and reads, one line each; empty when nothing is.

    Motion is reduced first: a colour measured half way through its transition (a page that prints itself
    while opening goes to the print style and back) would be a fault nobody ever sees.
    """
    page.emulate_media(reduced_motion="reduce")
    faults: list[str] = page.evaluate(_MEASURE)
    return faults
