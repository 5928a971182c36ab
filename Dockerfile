# The container image of Assayer: `make image` builds the jar and its bill of materials first.
# No network is used inside. Where nothing can be pulled, name other base images (docs/image.md).

# Builds only, nothing of it ships but the linked runtime. Needs a JDK 25, sh, find, touch, unzip or jar.
ARG JDK_IMAGE=docker.io/library/eclipse-temurin:25-jdk@sha256:97014c4b396021f9ddb7d592a7dbedb0c4e4215c29e03dc01c393558aefb71c2
# What the process runs on: glibc and nothing that starts another program.
ARG RUNTIME_IMAGE=gcr.io/distroless/base-nossl-debian12:nonroot@sha256:be40c00dfabd86576d92666e87e406714d5618342de1a0c213ad232de255172e

FROM ${JDK_IMAGE} AS build
# Seconds since 1970 that every file of the image carries.
ARG SOURCE_DATE_EPOCH=0
# The run whose classes go into the AOT cache, as for the launcher (Makefile).
ARG AOT_TRAINING="demo --more 6000 --in-cluster"
COPY LICENSE src/main/launcher/jvm.options target/assayer.jar target/assayer.cdx.json /opt/assayer/
COPY target/lib/ /opt/assayer/lib/
COPY src/main/image/link.sh src/main/image/layers.sh src/build/Checksums.java src/build/InCluster.java /build/
RUN ["sh", "/build/link.sh"]
RUN ["sh", "/build/layers.sh"]

FROM ${RUNTIME_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="assayer" \
      org.opencontainers.image.description="Kubernetes admission appliance that verifies image signatures and pins what it verified" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="The Assayer authors" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
# From what changes least to what changes most.
COPY --from=build /layers/runtime/ /
COPY --from=build /layers/libraries/ /
COPY --from=build /layers/application/ /
COPY --from=build /layers/aot/ /
ENV LANG=C.UTF-8
USER 65532:65532
WORKDIR /tmp
EXPOSE 8443 9090
# The launcher's options, from the same file; AOTMode stays `auto`, so that other options for the JVM
# (JDK_JAVA_OPTIONS) cost time and not the start.
ENTRYPOINT ["/opt/assayer/jre/bin/java", "@/opt/assayer/jvm.options", "-XX:AOTCache=/opt/assayer/assayer.aot", "-jar", "/opt/assayer/assayer.jar"]
CMD ["serve"]
