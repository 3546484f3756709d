/** Foreground on background; a test holds each pair to a contrast of 4.5:1 or better (WCAG 2.2, 1.4.3). */
export interface Palette {
  readonly page: string;
  readonly card: string;
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly button: string;
  readonly onButton: string;
}

/** Off-white and off-black: clients that invert colours by themselves leave them readable. */
export const LIGHT: Palette = {
  page: "#f2f3f5",
  card: "#fdfdfd",
  text: "#1d2129",
  quiet: "#545b66",
  line: "#d5d9df",
  button: "#1f4fbf",
  onButton: "#fdfdfd",
};

export const DARK: Palette = {
  page: "#14161a",
  card: "#1e2127",
  text: "#eceef1",
  quiet: "#aeb5c0",
  line: "#3a404a",
  button: "#9dbcff",
  onButton: "#10182b",
};
