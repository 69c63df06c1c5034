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

# [runtime linux/amd64] gcr.io/distroless/static-debian13:nonroot
FROM --platform=linux/amd64 gcr.io/distroless/static-debian13:nonroot@sha256:fa4c9cebcd3b917a79bd07fff7bd6707c6bea0be05c42f6278d4e4c81ebbf9b9 AS static-debian13

# a directory that gets its mode where it is copied to
FROM scratch AS app
WORKDIR /made/app

# [export] prepare directories of system files
FROM scratch AS export-prepare-directories-of-system-files
COPY --from=app --chown=65532:0 --chmod=0775 /made /

# [export] system files
FROM scratch AS export-system-files
COPY --from=export-prepare-directories-of-system-files / /

# [export] prepare directories of server
FROM scratch AS export-prepare-directories-of-server
WORKDIR /usr
WORKDIR /usr/local
WORKDIR /usr/local/bin

# [static] node:26-trixie-slim
FROM --platform=${BUILDER} docker.io/library/node:26-trixie-slim@sha256:c8828f49923e9e7a8f8d309adae64d9492ccbdebbcbce05daf41f35efa661d06 AS node

# [image of take the server] caddy:2-alpine
FROM --platform=linux/amd64 docker.io/library/caddy:2-alpine@sha256:899429f629762793facd6a93d11a64483b24be22ff9ef04b84e8e39a89d9a819 AS caddy

# what is thrown away begins with nothing
FROM scratch AS empty

# [static linux/amd64] take the server
FROM node AS static-linux-amd64-take-the-server
ENV HOME="/root"
WORKDIR /server
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=caddy,target=/opt/image \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=empty,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["cp", "/opt/image/usr/bin/caddy", "/server/caddy"]

# [export linux/amd64] server
FROM scratch AS export-linux-amd64-server
COPY --from=export-prepare-directories-of-server / /
COPY --from=static-linux-amd64-take-the-server --chown=0:0 --chmod=0755 /server/caddy /usr/local/bin/caddy
COPY --from=export-prepare-directories-of-server / /

# [export] prepare directories of settings of the server
FROM scratch AS export-prepare-directories-of-settings-of-the-server
WORKDIR /etc
WORKDIR /etc/caddy

# [static] prepare steps
FROM scratch AS static-prepare-steps
COPY --chmod=0644 <<"EOF" /site.mjs
// Makes a site of what a project's build leaves, or of its files. It leaves
…
EOF
COPY --chmod=0644 <<"EOF" /tree.mjs
// What several steps do to trees of packages.
…
EOF
COPY --chmod=0644 <<"EOF" /caddyfile.mjs
// What stands where a project may have directives of its own: the server warns of files
…
EOF
COPY --chmod=0644 <<"EOF" /hashed.mjs
// Tells names that bundlers make of a file's content from those that people give.
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

# [static] prepare steps
FROM scratch AS static-prepare-steps-2
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

# [static] read package-lock.json, package.json
FROM scratch AS static-read-package-lock-json-package-json
COPY /package-lock.json /package-lock.json
COPY /package.json /package.json

# [static] fetch dependencies for the builder
FROM node AS static-fetch-dependencies-for-the-builder
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
    --mount=type=bind,from=static-prepare-steps-2,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=static-read-package-lock-json-package-json,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    --mount=type=cache,id=stagefront/npm,target=/var/cache/npm,sharing=shared \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt,mode=0444 \
    --mount=type=secret,id=npmrc,target=/root/.npmrc,mode=0400 \
    ["node", "/opt/stagefront/fetch.mjs"]

# [static] make the site
FROM node AS static-make-the-site
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
    --mount=type=bind,from=static-prepare-steps,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,target=/src,rw \
    --mount=type=bind,from=static-fetch-dependencies-for-the-builder,source=/deps/app/node_modules,target=/src/node_modules,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["node", "/opt/stagefront/site.mjs"]

# [export linux/amd64] settings of the server
FROM scratch AS export-linux-amd64-settings-of-the-server
COPY --from=export-prepare-directories-of-settings-of-the-server / /
COPY --from=static-make-the-site --chown=0:0 --chmod=u=rwX,go=rX /out/Caddyfile /etc/caddy/Caddyfile
COPY --from=static-make-the-site --chown=0:0 --chmod=u=rwX,go=rX /out/additions /etc/caddy/site.caddy
COPY --from=export-prepare-directories-of-settings-of-the-server / /

# [export] prepare directories of site
FROM scratch AS export-prepare-directories-of-site
WORKDIR /usr
WORKDIR /usr/share

# [export linux/amd64] site
FROM scratch AS export-linux-amd64-site
COPY --from=export-prepare-directories-of-site / /
COPY --from=static-make-the-site --chown=0:0 --chmod=u=rwX,go=rX /out/site /srv
COPY --from=static-make-the-site --chown=0:0 --chmod=u=rwX,go=rX /out/served /usr/share/caddy
COPY --from=export-prepare-directories-of-site / /

# [export linux/amd64] layers
FROM static-debian13 AS export-linux-amd64-layers
COPY --link --from=export-system-files / /
COPY --link --from=export-linux-amd64-server / /
COPY --link --from=export-linux-amd64-settings-of-the-server / /
COPY --link --from=export-linux-amd64-site / /

# the image for linux/amd64
FROM export-linux-amd64-layers AS image-linux-amd64
ENV HOME="/home/nonroot"
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]

# [runtime linux/arm64] gcr.io/distroless/static-debian13:nonroot
FROM --platform=linux/arm64 gcr.io/distroless/static-debian13:nonroot@sha256:fa4c9cebcd3b917a79bd07fff7bd6707c6bea0be05c42f6278d4e4c81ebbf9b9 AS static-debian13-2

# [image of take the server] caddy:2-alpine
FROM --platform=linux/arm64 docker.io/library/caddy:2-alpine@sha256:899429f629762793facd6a93d11a64483b24be22ff9ef04b84e8e39a89d9a819 AS caddy-2

# [static linux/arm64] take the server
FROM node AS static-linux-arm64-take-the-server
ENV HOME="/root"
WORKDIR /server
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=caddy-2,target=/opt/image \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=empty,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["cp", "/opt/image/usr/bin/caddy", "/server/caddy"]

# [export linux/arm64] server
FROM scratch AS export-linux-arm64-server
COPY --from=export-prepare-directories-of-server / /
COPY --from=static-linux-arm64-take-the-server --chown=0:0 --chmod=0755 /server/caddy /usr/local/bin/caddy
COPY --from=export-prepare-directories-of-server / /

# [export linux/arm64] layers
FROM static-debian13-2 AS export-linux-arm64-layers
COPY --link --from=export-system-files / /
COPY --link --from=export-linux-arm64-server / /
COPY --link --from=export-linux-amd64-settings-of-the-server / /
COPY --link --from=export-linux-amd64-site / /

# the image for linux/arm64
FROM export-linux-arm64-layers AS image-linux-arm64
ENV HOME="/home/nonroot"
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]

FROM image-${TARGETOS}-${TARGETARCH}${TARGETVARIANT}
