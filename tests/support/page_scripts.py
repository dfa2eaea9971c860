"""What a page is asked in a browser: which texts are hard to read, what sticks out."""

# Colours as they are painted: a canvas knows every way to write one, and how they mix.
_COLOURS = """
const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
function over(below, colour, opacity = 1) {
  context.globalAlpha = 1;
  context.fillStyle = `rgb(${below})`;
  context.fillRect(0, 0, 1, 1);
  context.globalAlpha = opacity;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}
function paper(element) {
  const below = element.parentElement ? paper(element.parentElement) : [255, 255, 255];
  return over(below, getComputedStyle(element).backgroundColor);
}
function luminance(rgb) {
  const [r, g, b] = rgb.map((v) => v / 255).map(
    (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
"""

# https://www.w3.org/TR/WCAG22/#contrast-minimum: 4.5, of texts however large.
FAINT_TEXTS = (
    _COLOURS
    + """
const faint = [];
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const { parentElement: element, textContent: text } = texts.currentNode;
  const seen = element.checkVisibility({ opacityProperty: true });
  if (!text.trim() || !seen || element.closest("script, style, noscript")) {
    continue;
  }
  const style = getComputedStyle(element), drawn = element.closest("svg");
  const below = paper(drawn ? drawn.parentElement : element);
  const ink = over(below, drawn ? style.fill : style.color, style.opacity);
  if (contrast(ink, below) < 4.5) faint.push(`${text}: ${ink} on ${below}`);
}
return faint;
"""
)

# https://www.w3.org/TR/WCAG22/#non-text-contrast: 3, of what stands for a number by itself.
FAINT_MARKS = (
    _COLOURS
    + """
const faint = new Set();
for (const mark of document.querySelectorAll(
  "svg .mark-line.role-mark path, svg .mark-symbol.role-mark path, svg .mark-rect.role-mark path"
)) {
  const style = getComputedStyle(mark);
  if (style.opacity === "0") continue;
  const below = paper(mark.closest(".chart"));
  const inks = [style.stroke, style.fill].filter((ink) => !["none", "transparent"].includes(ink));
  const best = Math.max(...inks.map((ink) => contrast(over(below, ink, style.opacity), below)));
  if (best < 3) faint.add(`${inks} on ${below}`);
}
return [...faint];
"""
)

# Elements beyond the right edge of the page, those within something that scrolls itself excepted.
STICKING_OUT = """
const edge = document.documentElement.clientWidth + 1;
return [...document.body.querySelectorAll("*")]
  .filter((e) => e.checkVisibility() && !e.parentElement.closest(".scroll"))
  .filter((e) => e.getBoundingClientRect().right > edge)
  .map((e) => e.outerHTML.slice(0, 100));
"""

# What an element is called that can be used, and that is shown.
USABLE = """
return [...document.querySelectorAll("nav, summary, input, button, select, .skip, .script")]
  .filter((e) => e.checkVisibility()).map((e) => e.outerHTML.slice(0, 100));
"""

# Charts that show nothing, by their titles.
EMPTY_CHARTS = """
return [...document.querySelectorAll(".chart")].filter((chart) => {
  const svg = chart.querySelector("svg"), box = svg?.getBoundingClientRect();
  const marks = svg?.querySelectorAll(
    ".role-mark path[d]:not([d='']), .role-mark line, .role-mark rect") ?? [];
  return !box || box.width < 200 || box.height < 30 || marks.length === 0;
}).map((chart) => chart.ariaLabel);
"""
