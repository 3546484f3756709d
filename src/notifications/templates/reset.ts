/** How a password is reset with a mail. */
export interface Reset {
  readonly code: string;
  /** The page that takes the code; null where this installation has none. */
  readonly pageUrl: string | null;
  /** Where a program sends the code. */
  readonly address: string;
}

/** The code stands in the fragment: browsers keep that to themselves, no server log has it. Null where there is no page. */
export function resetLinkOf({ code, pageUrl }: Reset): string | null {
  if (pageUrl === null) return null;
  const url = new URL(pageUrl);
  url.hash = `token=${encodeURIComponent(code)}`;
  return url.href;
}
