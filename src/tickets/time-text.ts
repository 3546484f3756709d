const TIME_FORMAT = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** Such as "Wednesday 1 May 2030 at 19:00 UTC". */
export function timeText(ms: number): string {
  return `${TIME_FORMAT.format(ms)} UTC`;
}
