# syntax=docker/dockerfile:1
FROM python:3.13-slim-trixie
WORKDIR /app
COPY requirements.txt .
RUN --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    PIP_CERT=/etc/ssl/certs/ca-certificates.crt pip install --no-cache-dir -r requirements.txt
COPY . .
EXPOSE 8080
CMD ["gunicorn", "--bind=:8080", "app:app"]
