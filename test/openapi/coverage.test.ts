import type Router from "@koa/router";
import { expect } from "chai";
import { CANONICAL_ACCESS } from "../../src/http/access.ts";
import { CANONICAL_OPERATIONS, SYSTEM_OPERATIONS } from "../../src/http/openapi/operations.ts";
import { systemRoutes } from "../../src/http/routes/system.ts";
import type { AppState } from "../../src/http/state.ts";
import { canonicalRouters, type SurfaceOptions } from "../../src/http/surface.ts";
import { DOCUMENT, operationsOf } from "../support/contract.ts";

function routesOf(routers: readonly Router<AppState>[]): string[] {
  return routers.flatMap(({ stack }) =>
    stack.flatMap(({ methods, path }) =>
      methods.filter((method) => method !== "HEAD").map((method) => `${method} ${path}`),
    ),
  );
}

describe("the OpenAPI document", () => {
  it("has an operation for every route, and no other", () => {
    const options = { adminCreationToken: null, readBody: (_: unknown, next: () => unknown) => next() };
    const routes = routesOf(canonicalRouters(options as unknown as SurfaceOptions));
    const documented = CANONICAL_OPERATIONS.map(({ method, path }) => `${method} ${path}`);
    expect(documented.toSorted()).to.deep.equal(routes.toSorted());
    const system = routesOf([systemRoutes({} as unknown as Parameters<typeof systemRoutes>[0])]);
    const documentedSystem = SYSTEM_OPERATIONS.map(({ method, path }) => `${method} ${path}`);
    expect(documentedSystem.toSorted()).to.deep.equal(system.toSorted());
  });

  it("says of each whom it is for, as the table of access does", () => {
    for (const { method, path, operation } of operationsOf(DOCUMENT)) {
      const route = path.replace("/api/v1", "").replace(/\{(\w+)\}/g, ":$1");
      const access = CANONICAL_ACCESS[`${method} ${route}`];
      if (!path.startsWith("/api/v1/") || access === undefined) continue;
      expect(operation["x-required-role"], path).to.equal(access);
      const isOpen = operation.security?.some((one: object) => Object.keys(one).length === 0);
      expect(isOpen, path).to.equal(access === "public");
    }
  });

  it("gives each operation an id of its own, a tag that is explained, and every error its codes", () => {
    const operations = operationsOf(DOCUMENT);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).to.equal(ids.length);
    const tags = DOCUMENT.tags.map(({ name }: { name: string }) => name);
    for (const { operation } of operations) for (const tag of operation.tags) expect(tags).to.include(tag);
    expect(operations.length).to.be.above(60);
  });
});
