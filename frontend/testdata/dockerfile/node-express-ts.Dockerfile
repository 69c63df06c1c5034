# syntax=docker/dockerfile:1

# What stagefront.yaml builds for linux/amd64 and linux/arm64, printed by --call=dockerfile.
# It gives the same files, owners, modes and config. A Dockerfile cannot say, or do:
#
# - That steps see a root that they cannot write to. Here what they write elsewhere than
#   in their output is in a stage that nothing is copied from.
# - Decisions that depend on what was compiled: the runtime, its libraries, what is
#   started. They are made as this build made them; nothing is opened and compared again.
# - What others answer: images are named by the digests that their tags had.
# - Times of files and of the image. Build with SOURCE_DATE_EPOCH, and with the option
#   rewrite-timestamp=true of the output.
# - A bill of materials by what was built: --sbom=true has a scanner guess it.
# - The reason of a failed step, of which Stagefront keeps the log.
#
# Limits, hosts, proxies and the network of steps are flags of docker build here as there.

# Steps run here, whatever is built for: what they use was chosen for this platform.
ARG BUILDER=linux/amd64

# [runtime linux/amd64] gcr.io/distroless/nodejs26-debian13:nonroot
FROM --platform=linux/amd64 gcr.io/distroless/nodejs26-debian13:nonroot@sha256:e2aad49233b18aaacc2c71d5ee6965c71083397c569a331c53e673316f5f4c5e AS nodejs26-debian13

# a directory that gets its mode where it is copied to
FROM scratch AS app
WORKDIR /made/app

# [export] prepare directories of application
FROM scratch AS export-prepare-directories-of-application
COPY --from=app --chown=65532:0 --chmod=0775 /made /

# [export] system files
FROM scratch AS export-system-files
COPY --from=export-prepare-directories-of-application / /

# [node] node:26-trixie-slim
FROM --platform=${BUILDER} docker.io/library/node:26-trixie-slim@sha256:c8828f49923e9e7a8f8d309adae64d9492ccbdebbcbce05daf41f35efa661d06 AS node

# [node] prepare steps
FROM scratch AS node-prepare-steps
COPY --chmod=0644 <<"EOF" /fetch.mjs
// Installs the packages of a project for a platform, by its own manager and without
…
EOF
COPY --chmod=0644 <<"EOF" /tree.mjs
// What several steps do to trees of packages.
…
EOF
COPY --chmod=0644 <<"EOF" /cache.mjs
// What managers have downloaded, which outlives builds, and for whom it is.
…
EOF
COPY --chmod=0644 <<"EOF" /watch.mjs
// Runs what downloads, and ends it when nothing comes any more: npm waits for a quarter
…
EOF
COPY --chmod=0644 <<"EOF" /alone.cjs
// Is loaded into the package manager before its own code, and lets it start no program: a
…
EOF
COPY --chmod=0644 <<"EOF" /meaning.mjs
// What messages of managers mean for who builds an image.
…
EOF
COPY --chmod=0644 <<"EOF" /expected.mjs
// Holds what was installed against the lock.
…
EOF
COPY --chmod=0644 <<"EOF" /told.json
{
…
EOF

# [node] read package-lock.json, package.json
FROM scratch AS node-read-package-lock-json-package-json
COPY /package-lock.json /package-lock.json
COPY /package.json /package.json

# what is thrown away begins with nothing
FROM scratch AS empty

# [node] fetch dependencies
FROM node AS node-fetch-dependencies
ENV ASTRO_TELEMETRY_DISABLED="1"
ENV COREPACK_ENABLE_STRICT="0"
ENV DO_NOT_TRACK="1"
ENV HUSKY="0"
ENV NEXT_TELEMETRY_DISABLED="1"
ENV NPM_CONFIG_UPDATE_NOTIFIER="false"
ENV NUXT_TELEMETRY_DISABLED="1"
ENV NX_DAEMON="false"
ENV NX_NO_CLOUD="true"
ENV TURBO_TELEMETRY_DISABLED="1"
ENV YARN_IGNORE_PATH="1"
ENV npm_config_manage_package_manager_versions="false"
ENV npm_config_verify_deps_before_run="false"
ENV pnpm_config_pm_on_fail="ignore"
ENV pnpm_config_verify_deps_before_run="false"
ENV NPM_CONFIG_CACHE="/var/cache/npm"
ENV PATH="/opt/manager/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENV HOME="/root"
WORKDIR /deps
WORKDIR /src
RUN \
    --mount=type=bind,from=node-prepare-steps,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=node-read-package-lock-json-package-json,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    --mount=type=cache,id=stagefront/npm,target=/var/cache/npm,sharing=shared \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt,mode=0444 \
    --mount=type=secret,id=npmrc,target=/root/.npmrc,mode=0400 \
    ["node", "/opt/stagefront/fetch.mjs"]

# [export linux/amd64] dependencies
FROM scratch AS export-linux-amd64-dependencies
COPY --from=export-prepare-directories-of-application / /
COPY --from=node-fetch-dependencies --chown=0:0 --chmod=u=rwX,go=rX /deps/app /app
COPY --from=export-prepare-directories-of-application / /

# [node] prepare steps
FROM scratch AS node-prepare-steps-2
COPY --chmod=0644 <<"EOF" /compile.mjs
// Builds a project and puts together what goes into the image: at /out/app the files
…
EOF
COPY --chmod=0644 <<"EOF" /tree.mjs
// What several steps do to trees of packages.
…
EOF
COPY --chmod=0644 <<"EOF" /heard.mjs
// Runs commands of projects and packages, which show what they print and are heard.
…
EOF
COPY --chmod=0644 <<"EOF" /run.mjs
// Runs what builds a project, over its source and with the packages of the builder
…
EOF
COPY --chmod=0644 <<"EOF" /aside.mjs
// Tells what of a project is not for its image: private keys, and what its developers
…
EOF
COPY --chmod=0644 <<"EOF" /told.json
{
…
EOF

# [node] prepare steps
FROM scratch AS node-prepare-steps-3
COPY --chmod=0644 <<"EOF" /fetch.mjs
// Installs the packages of a project for a platform, by its own manager and without
…
EOF
COPY --chmod=0644 <<"EOF" /tree.mjs
// What several steps do to trees of packages.
…
EOF
COPY --chmod=0644 <<"EOF" /cache.mjs
// What managers have downloaded, which outlives builds, and for whom it is.
…
EOF
COPY --chmod=0644 <<"EOF" /watch.mjs
// Runs what downloads, and ends it when nothing comes any more: npm waits for a quarter
…
EOF
COPY --chmod=0644 <<"EOF" /alone.cjs
// Is loaded into the package manager before its own code, and lets it start no program: a
…
EOF
COPY --chmod=0644 <<"EOF" /meaning.mjs
// What messages of managers mean for who builds an image.
…
EOF
COPY --chmod=0644 <<"EOF" /expected.mjs
// Holds what was installed against the lock.
…
EOF
COPY --chmod=0644 <<"EOF" /told.json
{
…
EOF

# [node] fetch dependencies for the builder
FROM node AS node-fetch-dependencies-for-the-builder
ENV ASTRO_TELEMETRY_DISABLED="1"
ENV COREPACK_ENABLE_STRICT="0"
ENV DO_NOT_TRACK="1"
ENV HUSKY="0"
ENV NEXT_TELEMETRY_DISABLED="1"
ENV NPM_CONFIG_UPDATE_NOTIFIER="false"
ENV NUXT_TELEMETRY_DISABLED="1"
ENV NX_DAEMON="false"
ENV NX_NO_CLOUD="true"
ENV TURBO_TELEMETRY_DISABLED="1"
ENV YARN_IGNORE_PATH="1"
ENV npm_config_manage_package_manager_versions="false"
ENV npm_config_verify_deps_before_run="false"
ENV pnpm_config_pm_on_fail="ignore"
ENV pnpm_config_verify_deps_before_run="false"
ENV NPM_CONFIG_CACHE="/var/cache/npm"
ENV PATH="/opt/manager/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENV HOME="/root"
WORKDIR /deps
WORKDIR /src
RUN \
    --mount=type=bind,from=node-prepare-steps-3,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=node-read-package-lock-json-package-json,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    --mount=type=cache,id=stagefront/npm,target=/var/cache/npm,sharing=shared \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt,mode=0444 \
    --mount=type=secret,id=npmrc,target=/root/.npmrc,mode=0400 \
    ["node", "/opt/stagefront/fetch.mjs"]

# [node] compile notes
FROM node AS node-compile-notes
ENV ASTRO_TELEMETRY_DISABLED="1"
ENV COREPACK_ENABLE_STRICT="0"
ENV DO_NOT_TRACK="1"
ENV HUSKY="0"
ENV NEXT_TELEMETRY_DISABLED="1"
ENV NPM_CONFIG_UPDATE_NOTIFIER="false"
ENV NUXT_TELEMETRY_DISABLED="1"
ENV NX_DAEMON="false"
ENV NX_NO_CLOUD="true"
ENV TURBO_TELEMETRY_DISABLED="1"
ENV YARN_IGNORE_PATH="1"
ENV npm_config_manage_package_manager_versions="false"
ENV npm_config_verify_deps_before_run="false"
ENV pnpm_config_pm_on_fail="ignore"
ENV pnpm_config_verify_deps_before_run="false"
ENV PATH="/src/node_modules/.bin:/opt/manager/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENV HOME="/root"
WORKDIR /out
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=node-prepare-steps-2,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,target=/src,rw \
    --mount=type=bind,from=node-fetch-dependencies-for-the-builder,source=/deps/app/node_modules,target=/src/node_modules,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["node", "/opt/stagefront/compile.mjs"]

# [export linux/amd64] application
FROM scratch AS export-linux-amd64-application
COPY --from=export-prepare-directories-of-application / /
COPY --from=node-compile-notes --chown=0:0 --chmod=u=rwX,go=rX /out/app /app
COPY --from=export-prepare-directories-of-application / /

# [export linux/amd64] layers
FROM nodejs26-debian13 AS export-linux-amd64-layers
COPY --link --from=export-system-files / /
COPY --link --from=export-linux-amd64-dependencies / /
COPY --link --from=export-linux-amd64-application / /

# the image for linux/amd64
FROM export-linux-amd64-layers AS image-linux-amd64
ENV PATH="/nodejs/bin:/usr/local/bin:/usr/bin"
ENV NODE_ENV="production"
ENV PORT="8080"
ENV HOME="/home/nonroot"
EXPOSE 8080/tcp
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/server.js"]

# [runtime linux/arm64] gcr.io/distroless/nodejs26-debian13:nonroot
FROM --platform=linux/arm64 gcr.io/distroless/nodejs26-debian13:nonroot@sha256:e2aad49233b18aaacc2c71d5ee6965c71083397c569a331c53e673316f5f4c5e AS nodejs26-debian13-2

# [export linux/arm64] layers
FROM nodejs26-debian13-2 AS export-linux-arm64-layers
COPY --link --from=export-system-files / /
COPY --link --from=export-linux-amd64-dependencies / /
COPY --link --from=export-linux-amd64-application / /

# the image for linux/arm64
FROM export-linux-arm64-layers AS image-linux-arm64
ENV PATH="/nodejs/bin:/usr/local/bin:/usr/bin"
ENV NODE_ENV="production"
ENV PORT="8080"
ENV HOME="/home/nonroot"
EXPOSE 8080/tcp
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/server.js"]

FROM image-${TARGETOS}-${TARGETARCH}${TARGETVARIANT}
