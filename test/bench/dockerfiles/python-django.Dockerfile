# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM python:3.13-slim-trixie AS builder
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

FROM builder AS dependencies
ARG TARGETARCH
RUN --mount=type=bind,source=requirements.txt,target=requirements.txt \
    --mount=type=cache,target=/root/.cache/pip \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    machine=$(case $TARGETARCH in arm64) echo aarch64;; *) echo x86_64;; esac) && \
    pip install --only-binary=:all: --platform=manylinux_2_28_$machine --platform=manylinux2014_$machine \
    --target=/dependencies -r requirements.txt

FROM builder AS static
RUN --mount=type=bind,source=requirements.txt,target=requirements.txt \
    --mount=type=cache,target=/root/.cache/pip \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    pip install --target=/dependencies -r requirements.txt
WORKDIR /app
COPY . .
RUN PYTHONPATH=/dependencies SECRET_KEY=only-for-collectstatic python manage.py collectstatic --no-input

FROM gcr.io/distroless/python3-debian13:nonroot
WORKDIR /app
ENV PYTHONPATH=/dependencies PYTHONUNBUFFERED=1 DATABASE=/var/lib/notes/notes.sqlite3
COPY --link --from=dependencies /dependencies /dependencies
COPY --link . .
COPY --link --from=static /app/static static
VOLUME /var/lib/notes
EXPOSE 8080
ENTRYPOINT ["/usr/bin/python3", "-m", "gunicorn", "--bind=:8080", "shop.wsgi"]
