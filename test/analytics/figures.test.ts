import { readFileSync } from "node:fs";
import { expect } from "chai";
import { FIGURES, figuresTable } from "../../src/analytics/figures.ts";
import { MEASURE_NAMES, MEASURES, SALES_NAMES } from "../../src/analytics/measures.ts";
import { DOCUMENT } from "../support/contract.ts";

const MIGRATION = readFileSync("migrations/0016_analytics.sql", "utf8");

function columnsOf(table: string): string[] {
  const body = MIGRATION.split(`create table ${table} (`)[1]?.split("\n)")[0] ?? "";
  return [...body.matchAll(/^ {2}(\w+) bigint not null default 0/gm)].map(([, name = ""]) => name);
}

describe("the table of figures", () => {
  it("is what the documentation says", () => {
    const text = readFileSync("docs/analytics.md", "utf8");
    const printed = text.split("<!-- figures -->")[1]?.split("<!-- /figures -->")[0] ?? "";
    expect(unpadded(printed)).to.equal(unpadded(figuresTable()));
  });

  it("has measures that the database has, all of them", () => {
    expect(columnsOf("analytics_measures")).to.deep.equal(MEASURE_NAMES);
    expect(columnsOf("analytics_sales")).to.deep.equal(SALES_NAMES);
    for (const { formula } of Object.values(FIGURES)) {
      for (const [name] of formula.matchAll(/\b\w+_(?:minor|tickets|left)\b/g))
        expect(MEASURES).to.have.property(name);
    }
  });

  it("is what the OpenAPI document describes", () => {
    const text = JSON.stringify(DOCUMENT.components.schemas);
    for (const [name, { formula }] of Object.entries(FIGURES)) {
      expect(text, name).to.include(JSON.stringify(formula).slice(1, -1));
    }
  });
});

/** Formatters pad the cells of tables. */
function unpadded(table: string): string {
  return table
    .trim()
    .replace(/ *\| */g, "|")
    .replace(/-{3,}/g, "---");
}
