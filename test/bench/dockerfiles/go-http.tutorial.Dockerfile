# syntax=docker/dockerfile:1
FROM golang:1.26-trixie
WORKDIR /app
ARG GOPROXY GOSUMDB GONOSUMDB GOPRIVATE
COPY go.mod go.sum ./
RUN --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt \
    go mod download
COPY . .
RUN CGO_ENABLED=0 go build -o /server ./cmd/server
EXPOSE 8080
CMD ["/server"]
