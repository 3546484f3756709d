import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/**
 * What the page may do: run and show what this server serves, and ask this server. Swagger UI sets styles on elements by
 * script, which needs no exception, and draws its arrows from `data:` addresses, which does.
 */
export const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(";");

/** Runs where the page is; nothing is written into the page itself, so that the policy needs no exception for it. */
const START = `SwaggerUIBundle({
  url: document.querySelector("meta[name=document]").content,
  dom_id: "#docs",
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "none",
  displayRequestDuration: true,
  persistAuthorization: false,
});
`;

/** The page at `path`. Its addresses are relative, so that it also works behind a prefix. */
export function renderDocsPage(path: string): string {
  const [files, root] = path.endsWith("/") ? [".", ".."] : ["docs", "."];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="document" content="${root}/openapi.json">
<title>Evently API</title>
<link rel="icon" type="image/png" href="${files}/favicon-32x32.png">
<link rel="stylesheet" href="${files}/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="${files}/swagger-ui-bundle.js"></script>
<script src="${files}/start.js"></script>
</body>
</html>
`;
}

const TYPES: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css",
  "swagger-ui-bundle.js": "text/javascript",
  "favicon-32x32.png": "image/png",
  "start.js": "text/javascript",
};

export interface DocsFile {
  readonly name: string;
  readonly type: string;
  readonly read: () => Promise<Buffer>;
}

/** A file of the page; null for every other name, so that no name reaches the file system. */
export function readDocsFile(name: string): DocsFile | null {
  if (!Object.hasOwn(TYPES, name)) return null;
  const read = () =>
    name === "start.js"
      ? Promise.resolve(Buffer.from(START))
      : readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`)));
  return { name, type: TYPES[name] as string, read };
}
