// Draws each figure where it stands. Lines and texts are currentColor, so they follow the page.
const ink = "currentColor";
const config = {
  background: null,
  aria: false,
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: {
    labelColor: ink, titleColor: ink, domainColor: ink, tickColor: ink, gridColor: ink,
    gridOpacity: 0.12, domainOpacity: 0.4, tickOpacity: 0.4, labelFontSize: 12, titleFontSize: 12,
    titleFontWeight: "normal",
  },
  axisX: { tickCount: { expr: "ceil(width / 70)" } },
  legend: {
    orient: "bottom", direction: "horizontal", labelColor: ink, titleColor: ink,
    labelFontSize: 12, labelLimit: 150, symbolStrokeWidth: 3,
  },
};
for (const part of document.querySelectorAll(".script")) part.hidden = false;
for (const place of document.querySelectorAll(".chart")) {
  const spec = JSON.parse(place.nextElementSibling.textContent);
  const axis = { ...config.axis, labelLimit: Math.min(180, place.clientWidth * 0.4) };
  const columns = Math.max(1, Math.floor((place.clientWidth - axis.labelLimit) / 175));
  const legend = { ...config.legend, columns };
  // Vega gives its element a role and a name of its own; those of the place are better.
  const drawing = place.appendChild(document.createElement("div"));
  drawing.ariaHidden = "true";
  vegaEmbed(drawing, spec, {
    actions: false, renderer: "svg", config: { ...config, axis, legend },
  }).catch((error) => {
    place.textContent = `This chart could not be drawn: ${error.message}`;
    console.error(error);
  });
}

// While the experiment is running, the page reads itself again; what was opened stays open.
const live = document.querySelector("#live");
if (live) {
  const titled = [...document.querySelectorAll("figure")].map((figure) => [
    figure.querySelector("figcaption").textContent, figure.querySelector("details"),
  ]);
  const kept = JSON.parse(sessionStorage.getItem(location.pathname) ?? "{}");
  live.checked = kept.live ?? true;
  for (const [title, details] of titled) details.open = kept.open?.includes(title) ?? false;
  addEventListener("pagehide", () => {
    const open = titled.filter(([, details]) => details.open).map(([title]) => title);
    sessionStorage.setItem(location.pathname, JSON.stringify({ live: live.checked, open }));
  });
  setInterval(() => live.checked && location.reload(), 1000 * live.dataset.seconds);
}
