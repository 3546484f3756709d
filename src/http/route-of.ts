interface Matched {
  readonly method: string;
}

interface Pattern {
  readonly path: unknown;
  readonly methods: readonly string[];
}

/**
 * The pattern of the route that a request is for, "none" where there is none. Not the router's own word for it: where a
 * middleware refuses the request, that is the pattern of the middleware.
 */
export function routeOf(ctx: object & Matched): string {
  const { matched = [] } = ctx as { readonly matched?: readonly Pattern[] };
  const route = matched.find(({ methods }) => methods.includes(ctx.method))?.path;
  return typeof route === "string" ? route : "none";
}
