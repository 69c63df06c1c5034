# syntax=docker/dockerfile:1
# What runs compiles for itself, so for another platform it is emulated.
FROM arm64v8/rust:1.97-slim-trixie AS build
WORKDIR /src
# What is compiled first is taken later where the profile is the same, stripping included.
ENV CARGO_PROFILE_RELEASE_STRIP=symbols
COPY Cargo.toml Cargo.lock ./
RUN --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    mkdir src && echo 'fn main() {}' >src/main.rs && cargo build --locked --release && rm -r src
COPY src src
RUN touch src/main.rs && cargo build --locked --release --offline

FROM gcr.io/distroless/cc-debian13:nonroot
WORKDIR /app
COPY --link --from=build /src/target/release/matches /usr/local/bin/matches
ENTRYPOINT ["/usr/local/bin/matches"]
