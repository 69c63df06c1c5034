# The frontend image, org/stagefront: one static program on scratch.
FROM --platform=$BUILDPLATFORM golang:1.26-trixie AS build
WORKDIR /src
ARG GOPROXY GOSUMDB GONOSUMDB GOPRIVATE
COPY go.mod go.sum ./
RUN --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/go/pkg/mod \
    go mod download
COPY cmd cmd
COPY frontend frontend
COPY llb llb
ARG TARGETOS TARGETARCH TARGETVARIANT
# What is linked in, by its code: BuildKit's client of the gateway and dockerui, which bring
# gRPC with TLS, protobuf, OpenTelemetry and SSH for git sources (38 %); what is used of
# Go's library (38 %); the languages and all else of this module (16 %); YAML, TOML, versions
# and Go's own parser (8 %). Two flags keep the image at 6.5 MB, compressed, for whoever
# pulls it first. grpcnotrace leaves out gRPC's debug pages, whose templates keep the linker
# from dropping unused methods: a quarter of the program. Without inlining (-l) it is an
# eighth smaller and a millisecond slower. Tried, and not taken: without assembly
# (purego, noasm) and HTTP/2 (nethttpomithttp2) it is half a percent smaller and hashes
# slower; -funcalign changes nothing. Most of what is not used is imported by the two
# packages of BuildKit.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOARM=${TARGETVARIANT#v} \
    go build -trimpath -buildvcs=false -tags=grpcnotrace -gcflags=all=-l -ldflags="-s -w -buildid=" -o /out/frontend ./cmd/frontend

FROM scratch
LABEL moby.buildkit.frontend.network.none="true"
LABEL moby.buildkit.frontend.caps="moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests,moby.buildkit.frontend.contexts,moby.buildkit.frontend.gitquerystring,moby.buildkit.frontend.contexts.zstd"
COPY --from=build /out/frontend /bin/frontend
ENTRYPOINT ["/bin/frontend"]
