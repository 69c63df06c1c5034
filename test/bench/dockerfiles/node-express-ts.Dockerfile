# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM node:26-trixie-slim AS base
WORKDIR /src
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt

FROM base AS production
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,target=/root/.npm \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM base AS build
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,target=/root/.npm \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    npm ci --ignore-scripts --no-audit --no-fund
COPY package.json tsconfig.json ./
COPY src src
RUN npm run build

FROM gcr.io/distroless/nodejs26-debian13:nonroot
WORKDIR /app
ENV NODE_ENV=production PORT=8080
COPY --link --from=production /src/node_modules /app/node_modules
COPY --link package.json /app/
COPY --link public /app/public
COPY --link --from=build /src/dist /app/dist
EXPOSE 8080
ENTRYPOINT ["/nodejs/bin/node", "--enable-source-maps", "dist/server.js"]
