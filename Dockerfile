# Greenlight's image: api, pipeline, probe and the operator's command are programs in it. Build it with
# `docker compose build`, or `docker build -t greenlight:0.1.0 .`.
#
# Tags name an exact version. A digest pins the bytes too: add the one that your registry shows
# (`docker buildx imagetools inspect node:24.11.1-bookworm-slim`), as @sha256:... behind the tag.

FROM node:24.11.1-bookworm-slim AS manifest
WORKDIR /build
COPY package.json package-lock.json ./

FROM manifest AS build
# No script of a package runs here: none that is needed has one, and our own would build too soon.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY workers workers
RUN npm run build && mkdir spool

FROM manifest AS dependencies
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24.11.1-bookworm-slim
ENV NODE_ENV=production XDG_CACHE_HOME=/tmp
WORKDIR /opt/greenlight
COPY package.json LICENSE ./
COPY --from=dependencies /build/node_modules node_modules
COPY --from=build /build/dist/bin dist/bin
COPY config/greenlight.schema.json config/runbook.schema.json config/sandbox.yaml config/
COPY runbooks runbooks
# What a pipeline worker writes; a volume that is mounted here takes over whose it is.
COPY --from=build --chown=10001:10001 /build/spool /var/lib/greenlight
# In numbers: Kubernetes can't tell of a name that it is not root.
USER 10001:10001
ENTRYPOINT []
CMD ["node", "dist/bin/main.js", "--help"]
