import { type Html, html } from "./html.ts";
import type { Action, Fact, Letter } from "./letter.ts";
import { DARK, LIGHT } from "./palette.ts";

const FONT = "font-family:system-ui,-apple-system,Segoe UI,Roboto,Arial,sans-serif";
const BODY_TEXT = `${FONT};font-size:16px;line-height:1.5;color:${LIGHT.text}`;
const QUIET_TEXT = `${FONT};font-size:14px;line-height:1.5;color:${LIGHT.quiet}`;

/**
 * The one layout of all mails: one column, no pictures, nothing loaded from anywhere. Colours stand inline for clients
 * that drop styles, and once more for dark screens; tables that only arrange say so to screen readers.
 */
export function htmlOf(letter: Letter): string {
  const { subject, brand } = letter;
  return html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
${darkStyles()}
</head>
<body class="page" style="margin:0;padding:0;background:${LIGHT.page}">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:${LIGHT.page}">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px">
<tr><td class="quiet" style="padding:0 4px 12px;${QUIET_TEXT}">${brand}</td></tr>
<tr><td class="card" style="padding:24px;background:${LIGHT.card};border:1px solid ${LIGHT.line};border-radius:8px">
${contentOf(letter)}
</td></tr>
<tr><td style="padding:12px 4px">
${letter.footer.map((line) => html`<p class="quiet" style="margin:0 0 8px;${QUIET_TEXT}">${line}</p>`)}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`.text;
}

function contentOf({ heading, greeting, paragraphs, facts, action }: Letter): Html {
  const title = `margin:0 0 16px;${FONT};font-size:22px;line-height:1.3;color:${LIGHT.text}`;
  return html`<h1 class="text" style="${title}">${heading}</h1>
${[greeting, ...paragraphs].map(paragraphOf)}
${facts.length === 0 ? null : tableOf(facts)}
${action === null ? null : buttonOf(action)}`;
}

function paragraphOf(text: string): Html {
  return html`<p class="text" style="margin:0 0 16px;${BODY_TEXT}">${text}</p>`;
}

function tableOf(facts: readonly Fact[]): Html {
  const cell = `padding:8px 12px 8px 0;border-top:1px solid ${LIGHT.line};vertical-align:top`;
  const rows = facts.map(
    ({ label, value }) => html`<tr>
<th scope="row" align="left" class="quiet line" style="${cell};font-weight:normal;${QUIET_TEXT}">${label}</th>
<td class="text line" style="${cell};${BODY_TEXT}">${value}</td>
</tr>`,
  );
  return html`<table width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 16px;border-collapse:collapse">
${rows}
</table>`;
}

/** @throws where the link is none of the web: only this program makes them, so that would be a bug. */
function buttonOf({ label, url }: Action): Html {
  if (!/^https?:\/\//.test(url)) throw new Error("invariant: a mail links to the web or nowhere");
  const look = `display:inline-block;padding:12px 20px;border-radius:6px;background:${LIGHT.button}`;
  const words = `${FONT};font-size:16px;font-weight:600;color:${LIGHT.onButton};text-decoration:none`;
  return html`<p style="margin:0"><a class="button" href="${url}" style="${look};${words}">${label}</a></p>`;
}

function darkStyles(): Html {
  return html`<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
td, th, p, h1 { overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) {
  .page { background: ${DARK.page} !important; }
  .card { background: ${DARK.card} !important; border-color: ${DARK.line} !important; }
  .text { color: ${DARK.text} !important; }
  .quiet { color: ${DARK.quiet} !important; }
  .line { border-color: ${DARK.line} !important; }
  .button { background: ${DARK.button} !important; color: ${DARK.onButton} !important; }
}
</style>`;
}
