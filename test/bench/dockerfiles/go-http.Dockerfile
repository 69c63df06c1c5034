# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM golang:1.26-trixie AS build
WORKDIR /src
ARG GOPROXY GOSUMDB GONOSUMDB GOPRIVATE
RUN --mount=type=bind,source=go.mod,target=go.mod \
    --mount=type=bind,source=go.sum,target=go.sum \
    --mount=type=cache,target=/go/pkg/mod \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    go mod download
ARG TARGETOS TARGETARCH VERSION=dev
# On a fresh builder the mount is empty although modules were downloaded: it has the network.
RUN --mount=type=bind,target=. \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags="-s -w -X main.version=$VERSION" -o /out/server ./cmd/server

FROM gcr.io/distroless/static-debian13:nonroot
COPY --link --from=build /out/server /usr/local/bin/server
COPY --link config/server.yaml /app/config/server.yaml
WORKDIR /app
ENV CONFIG=/app/config/server.yaml
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=2s CMD ["/usr/local/bin/server", "-health"]
ENTRYPOINT ["/usr/local/bin/server"]
