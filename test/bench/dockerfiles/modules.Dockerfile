# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM golang:1.26-trixie AS build
WORKDIR /src
# Modules are a layer, which a registry's cache carries: it carries no mount.
ARG GOPROXY GOSUMDB GONOSUMDB GOPRIVATE
RUN --mount=type=bind,source=go.mod,target=go.mod \
    --mount=type=bind,source=go.sum,target=go.sum \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    go mod download
ARG TARGETOS TARGETARCH
RUN --network=none \
    --mount=type=bind,target=. \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags="-s -w" -o /out/modules .

FROM gcr.io/distroless/static-debian13:nonroot
COPY --link --from=build /out/modules /usr/local/bin/modules
WORKDIR /app
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/modules"]
