/** `npm run dashboards:generate`: makes Grafana's JSON of dashboard-panels.mjs. A test fails where that was forgotten. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DASHBOARDS } from "./dashboard-panels.mjs";

const FOLDER = join(import.meta.dirname, "../deploy/grafana/dashboards");
const COLUMNS = 24;
const SIZES = { stat: { w: 4, h: 4 }, timeseries: { w: 12, h: 8 } };
const DATASOURCE = { type: "prometheus", uid: "prometheus" };

/** Left to right, row by row, each row as high as its highest panel. */
function placed(panels) {
  let [x, y, height] = [0, 0, 0];
  let before = null;
  return panels.map((panel, at) => {
    const size = SIZES[panel.type];
    if (x + size.w > COLUMNS || (before !== null && before !== panel.type)) {
      x = 0;
      y += height;
      height = 0;
    }
    const place = { ...size, x, y };
    x += size.w;
    height = Math.max(height, size.h);
    before = panel.type;
    return panelOf(panel, at + 1, place);
  });
}

function panelOf({ type, title, unit, queries, about }, id, gridPos) {
  return {
    id,
    type,
    title,
    ...(about === undefined ? {} : { description: about }),
    gridPos,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: type === "stat" ? { reduceOptions: { calcs: ["lastNotNull"] } } : { tooltip: { mode: "multi" } },
    targets: queries.map(([expr, legendFormat], at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: DATASOURCE,
      expr,
      legendFormat,
    })),
  };
}

/** The JSON of each dashboard, by the name of its file. */
export function renderDashboards() {
  return Object.entries(DASHBOARDS).map(([name, { title, panels }]) => {
    const dashboard = {
      uid: `evently-${name}`,
      title,
      tags: ["evently"],
      schemaVersion: 39,
      version: 1,
      editable: false,
      refresh: "10s",
      time: { from: "now-1h", to: "now" },
      timezone: "browser",
      templating: { list: [] },
      panels: placed(panels),
    };
    return { file: `${name}.json`, text: `${JSON.stringify(dashboard, null, 2)}\n` };
  });
}

if (import.meta.main) {
  mkdirSync(FOLDER, { recursive: true });
  for (const { file, text } of renderDashboards()) writeFileSync(join(FOLDER, file), text);
}
