# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM rust:1.97-slim-trixie AS chef
RUN apt-get update && apt-get install -y --no-install-recommends gcc-aarch64-linux-gnu libc6-dev-arm64-cross
RUN --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    rustup target add aarch64-unknown-linux-gnu
RUN --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    cargo install cargo-chef --locked
WORKDIR /src

FROM chef AS plan
COPY . .
RUN cargo chef prepare --recipe-path /recipe.json

FROM chef AS build
# What is cooked is taken by cargo build where the profile is the same, stripping included.
ENV CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
    CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=gcc \
    CARGO_PROFILE_RELEASE_STRIP=symbols
COPY --from=plan /recipe.json /
ARG TARGETARCH
RUN --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    case $TARGETARCH in arm64) triple=aarch64;; *) triple=x86_64;; esac; \
    cargo chef cook --locked --release --target $triple-unknown-linux-gnu --recipe-path /recipe.json
COPY . .
ARG VERSION=dev
RUN --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    case $TARGETARCH in arm64) triple=aarch64;; *) triple=x86_64;; esac; \
    VERSION=$VERSION cargo build --locked --release --target $triple-unknown-linux-gnu && \
    install -D target/$triple-unknown-linux-gnu/release/greeter /out/greeter

FROM gcr.io/distroless/cc-debian13:nonroot
WORKDIR /app
COPY --link --from=build /out/greeter /usr/local/bin/greeter
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/greeter"]
