# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM maven:3.9-eclipse-temurin-21-noble AS build
WORKDIR /src
RUN --mount=type=bind,target=.,rw \
    --mount=type=cache,target=/root/.m2 \
    --mount=type=secret,id=truststore,target=/run/truststore \
    MAVEN_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djavax.net.ssl.trustStore=/run/truststore" \
    mvn -B -q -DskipTests package && \
    java -XX:TieredStopAtLevel=1 -Djarmode=tools -jar target/*.jar extract --layers --launcher --destination /out

FROM gcr.io/distroless/java21-debian13:nonroot
WORKDIR /app
COPY --link --from=build /out/dependencies ./
COPY --link --from=build /out/spring-boot-loader ./
COPY --link --from=build /out/snapshot-dependencies ./
COPY --link --from=build /out/application ./
EXPOSE 8080
ENTRYPOINT ["java", "org.springframework.boot.loader.launch.JarLauncher"]
