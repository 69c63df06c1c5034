# syntax=docker/dockerfile:1
FROM maven:3.9-eclipse-temurin-21-noble
WORKDIR /app
COPY pom.xml .
RUN --mount=type=secret,id=truststore,target=/run/truststore \
    MAVEN_OPTS=-Djavax.net.ssl.trustStore=/run/truststore mvn -B -q dependency:go-offline
COPY src src
RUN --mount=type=secret,id=truststore,target=/run/truststore \
    MAVEN_OPTS=-Djavax.net.ssl.trustStore=/run/truststore mvn -B -q -DskipTests package
EXPOSE 8080
CMD ["sh", "-c", "java -jar target/*.jar"]
