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
WORKDIR /usr
WORKDIR /usr/local
WORKDIR /usr/local/libexec

# [go] golang:1.26-trixie
FROM --platform=${BUILDER} docker.io/library/golang:1.26-trixie@sha256:e8fc4a3328ffb2a4f83974f3eea4ee21293daff5914d33940772401e194771ce AS golang

# what no instruction makes, a shell does
FROM golang AS export-system-files-bytes
RUN <<"EOF"
mkdir /made
…
EOF

# [export] system files
FROM scratch AS export-system-files
COPY --from=export-prepare-directories-of-system-files / /
COPY --from=export-system-files-bytes --chown=0:0 --chmod=0755 /made/file /usr/local/libexec/healthcheck
COPY --from=export-prepare-directories-of-system-files / /

# a directory that gets its mode where it is copied to
FROM scratch AS app-2
WORKDIR /made/app

# [export] prepare directories of files
FROM scratch AS export-prepare-directories-of-files
COPY --from=app-2 --chown=65532:0 --chmod=0775 /made /
WORKDIR /app/config

# [export] files
FROM scratch AS export-files
COPY --from=export-prepare-directories-of-files / /
COPY --chown=0:0 --chmod=u=rwX,go=rX /config/server.yaml /app/config/server.yaml
COPY --from=export-prepare-directories-of-files / /

# [export] prepare directories of program
FROM scratch AS export-prepare-directories-of-program
WORKDIR /usr
WORKDIR /usr/local
WORKDIR /usr/local/bin

# [go] prepare steps
FROM scratch AS go-prepare-steps
COPY --chmod=0644 <<"EOF" /fetch.sh
# Downloads the modules that the manifests name: fetch.sh [DIRECTORY]
…
EOF

# [go] read go.mod, go.sum
FROM scratch AS go-read-go-mod-go-sum
COPY /go.mod /go.mod
COPY /go.sum /go.sum

# what is thrown away begins with nothing
FROM scratch AS empty

# [go] fetch modules
FROM golang AS go-fetch-modules
ENV GOMODCACHE="/go/pkg/mod"
ENV GOPATH="/tmp/go"
ENV GOTOOLCHAIN="local"
ENV GOWORK="off"
ENV HOME="/root"
WORKDIR /go/pkg/mod
WORKDIR /src
RUN \
    --mount=type=bind,from=go-prepare-steps,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=go-read-go-mod-go-sum,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    --mount=type=cache,id=stagefront/go-download,target=/var/cache/go-download,sharing=shared \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt,mode=0444 \
    --mount=type=secret,id=netrc,target=/root/.netrc,mode=0400 \
    ["sh", "/opt/stagefront/fetch.sh"]

# [go] prepare steps
FROM scratch AS go-prepare-steps-2
COPY --chmod=0644 <<"EOF" /cgo.sh
# Compiles without cgo. Where that fails for want of what a package has in C alone, it
…
EOF
COPY --chmod=0644 <<"EOF" /index.sh
# Runs a go command that may use an index of packages: index.sh SOURCE COMMAND…
…
EOF
COPY --chmod=0644 <<"EOF" /inputs.sh
# Runs a go command: inputs.sh SOURCE COMMAND…
…
EOF

# [go linux/amd64] compile ./cmd/server
FROM golang AS go-linux-amd64-compile-cmd-server
ENV CGO_ENABLED="0"
ENV GOCACHE="/var/cache/go-build"
ENV GODEBUG="goindex=0"
ENV GOFLAGS=""
ENV GOMODCACHE="/go/pkg/mod"
ENV GOPROXY="off"
ENV GOTOOLCHAIN="local"
ENV GOWORK="off"
ENV GOARCH="amd64"
ENV GOOS="linux"
ENV HOME="/root"
WORKDIR /out
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=go-fetch-modules,source=/go/pkg/mod,target=/go/pkg/mod \
    --mount=type=bind,from=go-prepare-steps-2,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    --mount=type=cache,id=stagefront/go-build,target=/var/cache/go-build,sharing=shared \
    ["sh", "/opt/stagefront/inputs.sh", "/src", "sh", "/opt/stagefront/index.sh", "/src", "sh", "/opt/stagefront/cgo.sh", "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid= -X main.version=dev", "-o", "/out/server", "./cmd/server"]

# [export linux/amd64] program
FROM scratch AS export-linux-amd64-program
COPY --from=export-prepare-directories-of-program / /
COPY --from=go-linux-amd64-compile-cmd-server --chown=0:0 --chmod=0755 /out/server /usr/local/bin/server
COPY --from=export-prepare-directories-of-program / /

# [export linux/amd64] layers
FROM static-debian13 AS export-linux-amd64-layers
COPY --link --from=export-system-files / /
COPY --link --from=export-files / /
COPY --link --from=export-linux-amd64-program / /

# the image for linux/amd64
FROM export-linux-amd64-layers AS image-linux-amd64
ENV HOME="/home/nonroot"
ENV CONFIG="/app/config/server.yaml"
LABEL "org.opencontainers.image.version"="dev"
EXPOSE 8080/tcp
HEALTHCHECK --interval=10s --timeout=2s CMD ["/usr/local/libexec/healthcheck", "8080", "/healthz"]
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/server"]

# [runtime linux/arm64] gcr.io/distroless/static-debian13:nonroot
FROM --platform=linux/arm64 gcr.io/distroless/static-debian13:nonroot@sha256:fa4c9cebcd3b917a79bd07fff7bd6707c6bea0be05c42f6278d4e4c81ebbf9b9 AS static-debian13-2

# what no instruction makes, a shell does
FROM golang AS export-system-files-bytes-2
RUN <<"EOF"
mkdir /made
…
EOF

# [export] system files
FROM scratch AS export-system-files-2
COPY --from=export-prepare-directories-of-system-files / /
COPY --from=export-system-files-bytes-2 --chown=0:0 --chmod=0755 /made/file /usr/local/libexec/healthcheck
COPY --from=export-prepare-directories-of-system-files / /

# [go linux/arm64] compile ./cmd/server
FROM golang AS go-linux-arm64-compile-cmd-server
ENV CGO_ENABLED="0"
ENV GOCACHE="/var/cache/go-build"
ENV GODEBUG="goindex=0"
ENV GOFLAGS=""
ENV GOMODCACHE="/go/pkg/mod"
ENV GOPROXY="off"
ENV GOTOOLCHAIN="local"
ENV GOWORK="off"
ENV GOARCH="arm64"
ENV GOOS="linux"
ENV HOME="/root"
WORKDIR /out
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=go-fetch-modules,source=/go/pkg/mod,target=/go/pkg/mod \
    --mount=type=bind,from=go-prepare-steps-2,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    --mount=type=cache,id=stagefront/go-build,target=/var/cache/go-build,sharing=shared \
    ["sh", "/opt/stagefront/inputs.sh", "/src", "sh", "/opt/stagefront/index.sh", "/src", "sh", "/opt/stagefront/cgo.sh", "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid= -X main.version=dev", "-o", "/out/server", "./cmd/server"]

# [export linux/arm64] program
FROM scratch AS export-linux-arm64-program
COPY --from=export-prepare-directories-of-program / /
COPY --from=go-linux-arm64-compile-cmd-server --chown=0:0 --chmod=0755 /out/server /usr/local/bin/server
COPY --from=export-prepare-directories-of-program / /

# [export linux/arm64] layers
FROM static-debian13-2 AS export-linux-arm64-layers
COPY --link --from=export-system-files-2 / /
COPY --link --from=export-files / /
COPY --link --from=export-linux-arm64-program / /

# the image for linux/arm64
FROM export-linux-arm64-layers AS image-linux-arm64
ENV HOME="/home/nonroot"
ENV CONFIG="/app/config/server.yaml"
LABEL "org.opencontainers.image.version"="dev"
EXPOSE 8080/tcp
HEALTHCHECK --interval=10s --timeout=2s CMD ["/usr/local/libexec/healthcheck", "8080", "/healthz"]
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/server"]

FROM image-${TARGETOS}-${TARGETARCH}${TARGETVARIANT}
