/** What V8 writes with `--cpu-prof`, as far as it is used here. Times are microseconds. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A function in its place in the stack, with the time that was spent in it and below. */
export interface Frame {
  readonly name: string;
  /** Whose code it is: the project's, a library's, or Node's own. */
  readonly kind: "own" | "library" | "node";
  us: number;
  readonly children: Map<string, Frame>;
}

/** V8's words for not being at work. */
const IDLE: ReadonlySet<string> = new Set(["(idle)", "(root)"]);

/**
 * Adds the samples of a profile up to one tree; what is called from the same place by different lines is one frame.
 * @param fromUs leaves out what was sampled before, such as the start of the process
 */
export function framesOf(profile: CpuProfile, fromUs: number): Frame {
  const stacks = stacksOf(profile);
  const root: Frame = { name: "all", kind: "node", us: 0, children: new Map() };
  let atUs = 0;
  for (const [at, id] of profile.samples.entries()) {
    const us = profile.timeDeltas[at] ?? 0;
    atUs += us;
    const stack = stacks.get(id) ?? [];
    if (atUs < fromUs || stack.length === 0) continue;
    let frame = root;
    frame.us += us;
    for (const { name, kind } of stack) {
      let child = frame.children.get(name);
      if (child === undefined) {
        child = { name, kind, us: 0, children: new Map() };
        frame.children.set(name, child);
      }
      child.us += us;
      frame = child;
    }
  }
  return root;
}

type Named = Pick<Frame, "name" | "kind">;

/** Of each node the functions from the outermost to itself; none where nothing was at work. */
function stacksOf({ nodes }: CpuProfile): Map<number, readonly Named[]> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const stacks = new Map<number, readonly Named[]>();
  const stackOf = (id: number): readonly Named[] => {
    const known = stacks.get(id);
    if (known !== undefined) return known;
    const { functionName, url } = byId.get(id)!.callFrame;
    const parent = parents.get(id);
    const above = parent === undefined ? [] : stackOf(parent);
    const stack = IDLE.has(functionName) ? [] : [...above, named(functionName, url)];
    stacks.set(id, stack);
    return stack;
  };
  for (const { id } of nodes) stackOf(id);
  return stacks;
}

function named(functionName: string, url: string): Named {
  const name = functionName === "" ? "(anonymous)" : functionName;
  const library = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (library !== undefined) return { name: `${name} · ${library}`, kind: "library" };
  if (!url.startsWith("file:")) return { name, kind: "node" };
  return { name: `${name} · ${url.split("/").slice(-2).join("/")}`, kind: "own" };
}
