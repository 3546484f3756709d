# syntax=docker/dockerfile:1
# One image for every role; which one runs is told by the command. The embedded PostgreSQL, npm's copy of Node and
# what only development needs are left out.
FROM node:24-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
# Owned by root: the program cannot change itself. It writes to no file but below /tmp.
COPY --from=modules /app/node_modules ./node_modules
COPY package.json ./
COPY migrations ./migrations
COPY workers ./workers
COPY src ./src
USER 1000:1000
# The API's port, and that of workers' probes and metrics.
EXPOSE 3000 9100
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WORKER_PORT || process.env.EFFECTS_PORT || process.env.PORT || 3000}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=128", "--no-allocation-site-pretenuring", "src/server.ts"]
