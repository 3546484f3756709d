import { CONFIDENCE_MIN, type PriceRails, type PriceRecommendation, type Rail } from "./pricing.ts";

/** What a recommendation's words are made of. */
export type Reasoned = Omit<PriceRecommendation, "reasons"> & {
  readonly demandLeftTickets: number;
  readonly stock: number;
};

/** Why a price is recommended, the weightiest reason first. */
export function reasonsFor(reasoned: Reasoned, rails: PriceRails): string[] {
  return [
    headline(reasoned),
    pace(reasoned),
    elasticityIn(reasoned),
    ...reasoned.heldBackBy.map((rail) => railed(rail, rails)),
  ];
}

function headline({ action, factors }: Reasoned): string {
  const { demand, availability } = factors;
  const level = demand > 0.55 ? "High demand" : demand < 0.45 ? "Low demand" : "Demand matches the stock";
  const stock =
    availability < 0.25
      ? "low availability"
      : availability > 0.75
        ? "high availability"
        : "some tickets left";
  const advice = { raise: "price increase", lower: "price reduction", keep: "no change" }[action];
  return `${level}, ${stock}: ${advice} recommended`;
}

function pace({ demandLeftTickets, stock, factors }: Reasoned): string {
  const percent = Math.round(factors.timeToEvent * 100);
  return (
    `At the present price about ${Math.round(demandLeftTickets)} more tickets are expected to be asked for, ${stock} are left, ` +
    `with ${percent} % of the sale to go`
  );
}

function elasticityIn({ elasticity }: Reasoned): string {
  const { mean, low, high } = elasticity;
  return (
    `A price one percent higher is taken to cost ${mean.toFixed(1)} % of demand (80 % interval ${low.toFixed(1)} to ` +
    `${high.toFixed(1)})`
  );
}

function railed(rail: Rail, { stepMax }: PriceRails): string {
  switch (rail) {
    case "floor":
      return "Held at the floor: the policy would go lower";
    case "ceiling":
      return "Held at the ceiling: the policy would go higher";
    case "step":
      return `Held to the largest step of ${Math.round(stepMax * 100)} % at once`;
    case "coolDown":
      return "The price changed recently: it stands until the cool-down is over";
    case "doubt":
      return `A change is advised only where it earns no less with a probability of ${Math.round(CONFIDENCE_MIN * 100)} %: this one does not`;
    default:
      return rail satisfies never;
  }
}
