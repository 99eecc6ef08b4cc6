# One image for every job of the service: `serve`, `migrate up`, `healthcheck`. Needs BuildKit (docker build, podman build).

# The GraphiQL page: bundled here so that nothing is loaded from another host at run time.
FROM node:22-bookworm-slim AS page
WORKDIR /page
COPY api/assets/graphiql/ ./
RUN npm ci --no-audit --no-fund && node build.mjs

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
COPY --from=page /page/dist/ api/assets/graphiql/dist/
# The caches outlive the layer, so a changed line compiles one crate and not five hundred.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked -p api && \
    install -D target/release/technician-metrics /out/technician-metrics

FROM debian:bookworm-slim
# The roots to check other issuers' keys and institutions' servers against.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/technician-metrics /usr/local/bin/
# A user without name, shell or home; /data is for the embedded database when no other is configured.
RUN install -d -o 65532 -g 65532 -m 0700 /data
USER 65532:65532
WORKDIR /data
ENV TECHNICIAN_METRICS__SERVER__ADDRESS=0.0.0.0:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["technician-metrics", "healthcheck"]
ENTRYPOINT ["technician-metrics"]
CMD ["serve"]
