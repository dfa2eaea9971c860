// Draws each figure where it stands. Lines and texts are currentColor, so they follow the page.
const ink = "currentColor";
const config = {
  background: null,
  aria: false, // the element around a chart tells what it shows
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: {
    labelColor: ink, titleColor: ink, domainColor: ink, tickColor: ink, gridColor: ink,
    gridOpacity: 0.12, domainOpacity: 0.4, tickOpacity: 0.4, labelFontSize: 12, titleFontSize: 12,
    titleFontWeight: "normal", labelLimit: 130,
  },
  legend: {
    orient: "bottom", direction: "horizontal", labelColor: ink, titleColor: ink,
    labelFontSize: 12, symbolStrokeWidth: 3, labelLimit: 160,
  },
};
for (const place of document.querySelectorAll(".chart")) {
  const spec = JSON.parse(place.nextElementSibling.textContent);
  const columns = Math.max(2, Math.floor(place.clientWidth / 160));
  const legend = { ...config.legend, columns };
  vegaEmbed(place, spec, {
    actions: false, renderer: "svg", config: { ...config, legend },
  }).catch((error) => {
    place.textContent = `This chart could not be drawn: ${error.message}`;
    console.error(error);
  });
}
