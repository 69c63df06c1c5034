# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM python:3.13-slim-trixie AS dependencies
ARG TARGETARCH
RUN --mount=type=bind,source=requirements.txt,target=requirements.txt \
    --mount=type=cache,target=/root/.cache/pip \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    machine=$(case $TARGETARCH in arm64) echo aarch64;; *) echo x86_64;; esac) && \
    PIP_CERT=/etc/ssl/certs/ca-certificates.crt pip install --disable-pip-version-check --root-user-action=ignore \
    --only-binary=:all: --platform=manylinux_2_28_$machine --platform=manylinux2014_$machine \
    --target=/dependencies -r requirements.txt

FROM gcr.io/distroless/python3-debian13:nonroot
WORKDIR /app
ENV PYTHONPATH=/dependencies PYTHONUNBUFFERED=1
COPY --link --from=dependencies /dependencies /dependencies
COPY --link . .
EXPOSE 8080
ENTRYPOINT ["/usr/bin/python3", "-m", "gunicorn", "--bind=:8080", "app:app"]
