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

# [export] prepare directories of program
FROM scratch AS export-prepare-directories-of-program
WORKDIR /usr
WORKDIR /usr/local
WORKDIR /usr/local/bin

# [rust] rust:1.97-slim-trixie
FROM --platform=${BUILDER} docker.io/library/rust:1.97-slim-trixie@sha256:5185c94422f5b4c855d80cbd986f78296e94b8b8034c75c9efaae13a6d0c02ed AS rust

# [rust] prepare steps
FROM scratch AS rust-prepare-steps
COPY --chmod=0644 <<"EOF" /fetch.sh
# Downloads the packages of Cargo.lock to $OUT. Cargo has a home of its own meanwhile,
…
EOF
COPY --chmod=0644 <<"EOF" /toolchain.sh
# Finds the toolchain that the image has, and makes it the one that is used: a toolchain
…
EOF
COPY --chmod=0644 <<"EOF" /stubs.sh
# Makes the sources that stand in for those of packages, where there are none. A source
…
EOF
COPY --chmod=0644 <<"EOF" /netrc.sh
# Answers git's question for the password of a host by /root/.netrc.
…
EOF
COPY --chmod=0644 <<"EOF" /advice.sh
# Says in a line what a failed fetch means for who builds an image, by cargo's log.
…
EOF
COPY --chmod=0644 <<"EOF" /config.toml
EOF
COPY --chmod=0644 <<"EOF" /stubs
bin src/main.rs
EOF

# [rust] read Cargo.lock, Cargo.toml
FROM scratch AS rust-read-cargo-lock-cargo-toml
COPY /Cargo.lock /Cargo.lock
COPY /Cargo.toml /Cargo.toml

# what is thrown away begins with nothing
FROM scratch AS empty

# [rust] fetch crates
FROM rust AS rust-fetch-crates
ENV CARGO_NET_GIT_FETCH_WITH_CLI="false"
ENV CARGO_TERM_PROGRESS_WHEN="never"
ENV RUSTC_WORKSPACE_WRAPPER=""
ENV RUSTC_WRAPPER=""
ENV CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS="cargo:token"
ENV OUT="/opt/cargo"
ENV SSL_CERT_FILE="/etc/ssl/certs/ca-certificates.crt"
ENV HOME="/root"
WORKDIR /opt/cargo
WORKDIR /src
RUN \
    --mount=type=bind,from=rust-prepare-steps,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=rust-read-cargo-lock-cargo-toml,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    --mount=type=cache,id=stagefront/cargo,target=/var/cache/cargo,sharing=shared \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt,mode=0444 \
    --mount=type=secret,id=netrc,target=/root/.netrc,mode=0400 \
    --mount=type=secret,id=credentials.toml,target=/run/cargo/credentials.toml,mode=0400 \
    ["sh", "-eu", "/opt/stagefront/fetch.sh", "cargo", "fetch", "--locked", "--target", "x86_64-unknown-linux-gnu", "--target", "aarch64-unknown-linux-gnu", "--target", "armv7-unknown-linux-gnueabihf", "--target", "i686-unknown-linux-gnu", "--target", "powerpc64le-unknown-linux-gnu", "--target", "s390x-unknown-linux-gnu", "--target", "riscv64gc-unknown-linux-gnu"]

# [rust] prepare steps
FROM scratch AS rust-prepare-steps-2
COPY --chmod=0644 <<"EOF" /compile.sh
# Compiles the program with the dependencies that were compiled before. Arguments are
…
EOF
COPY --chmod=0644 <<"EOF" /toolchain.sh
# Finds the toolchain that the image has, and makes it the one that is used: a toolchain
…
EOF
COPY --chmod=0644 <<"EOF" /diagnose.sh
# Says in a report what the log of cargo shows to be the reason of a failure, where it
…
EOF
COPY --chmod=0644 <<"EOF" /stubs.sh
# Makes the sources that stand in for those of packages, where there are none. A source
…
EOF
COPY --chmod=0644 <<"EOF" /libraries
alsa-sys libasound2-dev
…
EOF
COPY --chmod=0644 <<"EOF" /stubs
new src/main.rs
EOF
COPY --chmod=0644 <<"EOF" /shared
EOF

# [rust] prepare steps
FROM scratch AS rust-prepare-steps-3
COPY --chmod=0644 <<"EOF" /cook.sh
# Compiles the dependencies of the program into $CARGO_TARGET_DIR, with stubs in place of
…
EOF
COPY --chmod=0644 <<"EOF" /toolchain.sh
# Finds the toolchain that the image has, and makes it the one that is used: a toolchain
…
EOF
COPY --chmod=0644 <<"EOF" /stubs.sh
# Makes the sources that stand in for those of packages, where there are none. A source
…
EOF
COPY --chmod=0644 <<"EOF" /stubs
bin src/main.rs
EOF
COPY --chmod=0644 <<"EOF" /locals
greeter .
EOF
COPY --chmod=0644 <<"EOF" /shared
EOF

# [rust linux/amd64] compile dependencies
FROM rust AS rust-linux-amd64-compile-dependencies
ENV CARGO_NET_GIT_FETCH_WITH_CLI="false"
ENV CARGO_TERM_PROGRESS_WHEN="never"
ENV RUSTC_WORKSPACE_WRAPPER=""
ENV RUSTC_WRAPPER=""
ENV CARGO_HOME="/opt/cargo"
ENV CARGO_INCREMENTAL="0"
ENV CARGO_NET_OFFLINE="true"
ENV CARGO_TARGET_DIR="/opt/target"
ENV CARGO_PROFILE_RELEASE_STRIP="symbols"
ENV HOME="/root"
WORKDIR /opt/target
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=rust-fetch-crates,source=/opt/cargo,target=/opt/cargo,rw \
    --mount=type=bind,from=rust-prepare-steps-3,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=rust-read-cargo-lock-cargo-toml,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["sh", "-eu", "/opt/stagefront/cook.sh", "cargo", "build", "--locked", "--offline", "--target", "x86_64-unknown-linux-gnu", "--profile", "release", "-p", "greeter", "--bin", "greeter"]

# [rust linux/amd64] compile greeter
FROM rust AS rust-linux-amd64-compile-greeter
ENV CARGO_NET_GIT_FETCH_WITH_CLI="false"
ENV CARGO_TERM_PROGRESS_WHEN="never"
ENV RUSTC_WORKSPACE_WRAPPER=""
ENV RUSTC_WRAPPER=""
ENV CARGO_HOME="/opt/cargo"
ENV CARGO_INCREMENTAL="0"
ENV CARGO_NET_OFFLINE="true"
ENV CARGO_TARGET_DIR="/opt/target"
ENV CARGO_PROFILE_RELEASE_STRIP="symbols"
ENV VERSION="dev"
ENV HOME="/root"
WORKDIR /out
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=rust-fetch-crates,source=/opt/cargo,target=/opt/cargo,rw \
    --mount=type=bind,from=rust-prepare-steps-2,target=/opt/stagefront \
    --mount=type=bind,from=rust-linux-amd64-compile-dependencies,source=/opt/target,target=/opt/target,rw \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["sh", "-eu", "/opt/stagefront/compile.sh", "/opt/target/x86_64-unknown-linux-gnu/release/greeter", "/out/greeter", "1.97 (default)", "cargo", "build", "--locked", "--offline", "--target", "x86_64-unknown-linux-gnu", "--profile", "release", "-p", "greeter", "--bin", "greeter"]

# [export linux/amd64] program
FROM scratch AS export-linux-amd64-program
COPY --from=export-prepare-directories-of-program / /
COPY --from=rust-linux-amd64-compile-greeter --chown=0:0 --chmod=0755 /out/greeter /usr/local/bin/greeter
COPY --from=export-prepare-directories-of-program / /

# [export linux/amd64] layers
FROM static-debian13 AS export-linux-amd64-layers
COPY --link --from=export-system-files / /
COPY --link --from=export-linux-amd64-program / /

# the image for linux/amd64
FROM export-linux-amd64-layers AS image-linux-amd64
ENV HOME="/home/nonroot"
EXPOSE 8080/tcp
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/greeter"]

# [runtime linux/arm64] gcr.io/distroless/static-debian13:nonroot
FROM --platform=linux/arm64 gcr.io/distroless/static-debian13:nonroot@sha256:fa4c9cebcd3b917a79bd07fff7bd6707c6bea0be05c42f6278d4e4c81ebbf9b9 AS static-debian13-2

# [rust linux/arm64] install gcc-aarch64-linux-gnu libc6-dev-arm64-cross
FROM rust AS rust-linux-arm64-install-gcc-aarch64-linux-gnu-libc6-dev-arm
WORKDIR /
RUN \
    --mount=type=secret,id=ca-certificates,target=/run/secrets/ca-certificates.crt,mode=0444 \
    <<"EOF"
export TOOLS='gcc-aarch64-linux-gnu libc6-dev-arm64-cross'
…
EOF

# [rust] prepare steps
FROM scratch AS rust-prepare-steps-4
COPY --chmod=0644 <<"EOF" /std.sh
# Leaves the standard library of a target in $OUT, as a directory that rustc takes for its
…
EOF
COPY --chmod=0644 <<"EOF" /toolchain.sh
# Finds the toolchain that the image has, and makes it the one that is used: a toolchain
…
EOF

# [rust linux/arm64] fetch the standard library of aarch64-unknown-linux-gnu
FROM rust AS rust-linux-arm64-fetch-the-standard-library-of-aarch64-unkno
ENV OUT="/opt/std"
ENV SSL_CERT_FILE="/etc/ssl/certs/ca-certificates.crt"
ENV HOME="/root"
WORKDIR /opt/std
WORKDIR /src
RUN \
    --mount=type=bind,from=rust-prepare-steps-4,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=empty,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt,mode=0444 \
    ["sh", "-eu", "/opt/stagefront/std.sh", "rustup", "target", "add", "aarch64-unknown-linux-gnu"]

# [rust linux/arm64] compile dependencies
FROM rust-linux-arm64-install-gcc-aarch64-linux-gnu-libc6-dev-arm AS rust-linux-arm64-compile-dependencies
ENV CARGO_NET_GIT_FETCH_WITH_CLI="false"
ENV CARGO_TERM_PROGRESS_WHEN="never"
ENV RUSTC_WORKSPACE_WRAPPER=""
ENV RUSTC_WRAPPER=""
ENV CARGO_HOME="/opt/cargo"
ENV CARGO_INCREMENTAL="0"
ENV CARGO_NET_OFFLINE="true"
ENV CARGO_TARGET_DIR="/opt/target"
ENV CARGO_PROFILE_RELEASE_STRIP="symbols"
ENV CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER="aarch64-linux-gnu-gcc"
ENV AR_aarch64_unknown_linux_gnu="aarch64-linux-gnu-ar"
ENV CC_aarch64_unknown_linux_gnu="aarch64-linux-gnu-gcc"
ENV CXX_aarch64_unknown_linux_gnu="aarch64-linux-gnu-g++"
ENV HOME="/root"
WORKDIR /opt/target
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=rust-fetch-crates,source=/opt/cargo,target=/opt/cargo,rw \
    --mount=type=bind,from=rust-prepare-steps-3,target=/opt/stagefront \
    --mount=type=bind,from=rust-linux-arm64-fetch-the-standard-library-of-aarch64-unkno,source=/opt/std,target=/opt/std \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=rust-read-cargo-lock-cargo-toml,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["sh", "-eu", "/opt/stagefront/cook.sh", "cargo", "build", "--locked", "--offline", "--target", "aarch64-unknown-linux-gnu", "--profile", "release", "-p", "greeter", "--bin", "greeter"]

# [rust linux/arm64] compile greeter
FROM rust-linux-arm64-install-gcc-aarch64-linux-gnu-libc6-dev-arm AS rust-linux-arm64-compile-greeter
ENV CARGO_NET_GIT_FETCH_WITH_CLI="false"
ENV CARGO_TERM_PROGRESS_WHEN="never"
ENV RUSTC_WORKSPACE_WRAPPER=""
ENV RUSTC_WRAPPER=""
ENV CARGO_HOME="/opt/cargo"
ENV CARGO_INCREMENTAL="0"
ENV CARGO_NET_OFFLINE="true"
ENV CARGO_TARGET_DIR="/opt/target"
ENV CARGO_PROFILE_RELEASE_STRIP="symbols"
ENV CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER="aarch64-linux-gnu-gcc"
ENV AR_aarch64_unknown_linux_gnu="aarch64-linux-gnu-ar"
ENV CC_aarch64_unknown_linux_gnu="aarch64-linux-gnu-gcc"
ENV CXX_aarch64_unknown_linux_gnu="aarch64-linux-gnu-g++"
ENV VERSION="dev"
ENV HOME="/root"
WORKDIR /out
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=rust-fetch-crates,source=/opt/cargo,target=/opt/cargo,rw \
    --mount=type=bind,from=rust-prepare-steps-2,target=/opt/stagefront \
    --mount=type=bind,from=rust-linux-arm64-fetch-the-standard-library-of-aarch64-unkno,source=/opt/std,target=/opt/std \
    --mount=type=bind,from=rust-linux-arm64-compile-dependencies,source=/opt/target,target=/opt/target,rw \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["sh", "-eu", "/opt/stagefront/compile.sh", "/opt/target/aarch64-unknown-linux-gnu/release/greeter", "/out/greeter", "1.97 (default)", "cargo", "build", "--locked", "--offline", "--target", "aarch64-unknown-linux-gnu", "--profile", "release", "-p", "greeter", "--bin", "greeter"]

# [export linux/arm64] program
FROM scratch AS export-linux-arm64-program
COPY --from=export-prepare-directories-of-program / /
COPY --from=rust-linux-arm64-compile-greeter --chown=0:0 --chmod=0755 /out/greeter /usr/local/bin/greeter
COPY --from=export-prepare-directories-of-program / /

# [export linux/arm64] layers
FROM static-debian13-2 AS export-linux-arm64-layers
COPY --link --from=export-system-files / /
COPY --link --from=export-linux-arm64-program / /

# the image for linux/arm64
FROM export-linux-arm64-layers AS image-linux-arm64
ENV HOME="/home/nonroot"
EXPOSE 8080/tcp
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/greeter"]

FROM image-${TARGETOS}-${TARGETARCH}${TARGETVARIANT}
