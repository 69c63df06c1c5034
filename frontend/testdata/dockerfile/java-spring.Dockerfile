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

# [runtime linux/amd64] gcr.io/distroless/java21-debian13:nonroot
FROM --platform=linux/amd64 gcr.io/distroless/java21-debian13:nonroot@sha256:42142337fe92b9552da13a443accf87024f873cb06cd5915f5bff90f900e6f2c AS java21-debian13

# a directory that gets its mode where it is copied to
FROM scratch AS app
WORKDIR /made/app

# [export] prepare directories of application
FROM scratch AS export-prepare-directories-of-application
COPY --from=app --chown=65532:0 --chmod=0775 /made /

# [export] system files
FROM scratch AS export-system-files
COPY --from=export-prepare-directories-of-application / /

# [java] maven:3.9-eclipse-temurin-21-noble
FROM --platform=${BUILDER} docker.io/library/maven:3.9-eclipse-temurin-21-noble@sha256:aa9eeadc8d8b1f07f16cf984efe2fc9c975223a85ee49ff9674eff43a05e170f AS maven

# [java] prepare steps
FROM scratch AS java-prepare-steps
COPY --chmod=0644 <<"EOF" /Goals.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Heard.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Warm.java
import java.io.OutputStream;
…
EOF

# [java] prepare steps
FROM scratch AS java-prepare-steps-2
COPY --chmod=0644 <<"EOF" /Advice.java
import java.nio.file.Files;
…
EOF
COPY --chmod=0644 <<"EOF" /Apart.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Archive.java
import java.io.File;
…
EOF
COPY --chmod=0644 <<"EOF" /Artifact.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Boot.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Broker.java
import com.sun.net.httpserver.HttpExchange;
…
EOF
COPY --chmod=0644 <<"EOF" /Candidates.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /ClassFile.java
import java.io.DataInputStream;
…
EOF
COPY --chmod=0644 <<"EOF" /Command.java
import java.io.BufferedReader;
…
EOF
COPY --chmod=0644 <<"EOF" /Composition.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Credentials.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Gradle.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Jars.java
import java.io.BufferedInputStream;
…
EOF
COPY --chmod=0644 <<"EOF" /Kept.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Log.java
import java.util.List;
…
EOF
COPY --chmod=0644 <<"EOF" /Maven.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Missing.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Mistake.java
import java.util.ArrayList;
…
EOF
COPY --chmod=0644 <<"EOF" /Notes.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Online.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Options.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Program.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Quarkus.java
import java.io.ByteArrayInputStream;
…
EOF
COPY --chmod=0644 <<"EOF" /Report.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Repository.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Sum.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /prepare.sh
# Compiles our programs: prepare.sh EXTENSION DIRECTORY PROGRAM…
#
# Our extension of Maven, words that name its sources where there is one, is compiled with
# Maven's own libraries.
extension=$1
directory=$2
shift 2
javac -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC -d "$directory" "$@"
[ -z "$extension" ] || java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$directory" Notes $extension
EOF
COPY --chmod=0644 <<"EOF" /Goals.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Heard.java
import java.io.IOException;
…
EOF
COPY --chmod=0644 <<"EOF" /Warm.java
import java.io.OutputStream;
…
EOF

# what is thrown away begins with nothing
FROM scratch AS empty

# [java] prepare the build
FROM maven AS java-prepare-the-build
ENV LC_ALL="C.UTF-8"
ENV HOME="/root"
WORKDIR /opt/tools
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=java-prepare-steps-2,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=empty,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["sh", "-eu", "/opt/stagefront/prepare.sh", "/opt/stagefront/Goals.java /opt/stagefront/Heard.java /opt/stagefront/Warm.java", "/opt/tools", "/opt/stagefront/Advice.java", "/opt/stagefront/Apart.java", "/opt/stagefront/Archive.java", "/opt/stagefront/Artifact.java", "/opt/stagefront/Boot.java", "/opt/stagefront/Broker.java", "/opt/stagefront/Candidates.java", "/opt/stagefront/ClassFile.java", "/opt/stagefront/Command.java", "/opt/stagefront/Composition.java", "/opt/stagefront/Credentials.java", "/opt/stagefront/Gradle.java", "/opt/stagefront/Jars.java", "/opt/stagefront/Kept.java", "/opt/stagefront/Log.java", "/opt/stagefront/Maven.java", "/opt/stagefront/Missing.java", "/opt/stagefront/Mistake.java", "/opt/stagefront/Notes.java", "/opt/stagefront/Online.java", "/opt/stagefront/Options.java", "/opt/stagefront/Program.java", "/opt/stagefront/Quarkus.java", "/opt/stagefront/Report.java", "/opt/stagefront/Repository.java", "/opt/stagefront/Sum.java"]

# [java] keep the classes of mvn
FROM maven AS java-keep-the-classes-of-mvn
ENV LC_ALL="C.UTF-8"
ENV HOME="/root"
WORKDIR /opt/classes
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=java-prepare-steps,target=/opt/stagefront \
    --mount=type=bind,from=java-prepare-the-build,source=/opt/tools,target=/opt/tools \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=empty,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "/opt/tools", "Archive", "/opt/stagefront/Goals.java", "/opt/stagefront/Heard.java", "/opt/stagefront/Warm.java"]

# [java] read pom.xml
FROM scratch AS java-read-pom-xml
COPY /pom.xml /pom.xml

# [java] fetch dependencies
FROM maven AS java-fetch-dependencies
ENV LC_ALL="C.UTF-8"
ENV HOME="/root"
WORKDIR /opt/m2
WORKDIR /src
RUN \
    --mount=type=bind,from=java-prepare-the-build,source=/opt/tools,target=/opt/tools \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=java-read-pom-xml,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    --mount=type=cache,id=stagefront/maven-downloads,target=/var/cache/maven,sharing=shared \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt,mode=0444 \
    --mount=type=secret,id=settings.xml,target=/root/.m2/settings.xml,mode=0400 \
    ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "/opt/tools", "Apart", "/src", "/opt/m2", "--", "java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "/opt/tools", "Maven", "fetch", "--online", "--"]

# [java] leave out what is not compiled
FROM scratch AS java-leave-out-what-is-not-compiled
COPY --exclude=stagefront.yaml / /

# [java] compile hello-spring
FROM maven AS java-compile-hello-spring
ENV LC_ALL="C.UTF-8"
ENV HOME="/root"
WORKDIR /out
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=java-keep-the-classes-of-mvn,source=/opt/classes,target=/opt/classes \
    --mount=type=bind,from=java-fetch-dependencies,source=/opt/m2,target=/opt/m2,rw \
    --mount=type=bind,from=java-prepare-the-build,source=/opt/tools,target=/opt/tools \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=java-leave-out-what-is-not-compiled,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "/opt/tools", "Maven", "compile", "--"]

# [export linux/amd64] dependencies
FROM scratch AS export-linux-amd64-dependencies
COPY --from=export-prepare-directories-of-application / /
COPY --from=java-compile-hello-spring --chown=0:0 --chmod=u=rwX,go=rX /out/dependencies /app
COPY --from=export-prepare-directories-of-application / /

# [export linux/amd64] application
FROM scratch AS export-linux-amd64-application
COPY --from=export-prepare-directories-of-application / /
COPY --from=java-compile-hello-spring --chown=0:0 --chmod=u=rwX,go=rX /out/application /app
COPY --chown=0:0 --chmod=0644 <<"EOF" /app/jvm.flags
MaxRAMPercentage=75
+ExitOnOutOfMemoryError
EOF
COPY --from=export-prepare-directories-of-application / /

# [export linux/amd64] layers
FROM java21-debian13 AS export-linux-amd64-layers
COPY --link --from=export-system-files / /
COPY --link --from=export-linux-amd64-dependencies / /
COPY --link --from=export-linux-amd64-application / /

# the image for linux/amd64
FROM export-linux-amd64-layers AS image-linux-amd64
ENV SERVER_PORT="\${PORT:8080}"
ENV HOME="/home/nonroot"
EXPOSE 8080/tcp
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/usr/bin/java", "-XX:Flags=/app/jvm.flags", "-cp", "/app/lib/*", "demo.Main"]

# [runtime linux/arm64] gcr.io/distroless/java21-debian13:nonroot
FROM --platform=linux/arm64 gcr.io/distroless/java21-debian13:nonroot@sha256:42142337fe92b9552da13a443accf87024f873cb06cd5915f5bff90f900e6f2c AS java21-debian13-2

# [export linux/arm64] layers
FROM java21-debian13-2 AS export-linux-arm64-layers
COPY --link --from=export-system-files / /
COPY --link --from=export-linux-amd64-dependencies / /
COPY --link --from=export-linux-amd64-application / /

# the image for linux/arm64
FROM export-linux-arm64-layers AS image-linux-arm64
ENV SERVER_PORT="\${PORT:8080}"
ENV HOME="/home/nonroot"
EXPOSE 8080/tcp
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/usr/bin/java", "-XX:Flags=/app/jvm.flags", "-cp", "/app/lib/*", "demo.Main"]

FROM image-${TARGETOS}-${TARGETARCH}${TARGETVARIANT}
