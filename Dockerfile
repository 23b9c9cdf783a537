# Embedded mode: one process, SQLite in /data. Cluster mode uses the same image with a PostgreSQL address.
FROM python:3.13-slim AS build
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY src src
COPY migrations migrations
COPY connectors connectors
RUN python -m venv /opt/bridge \
 && /opt/bridge/bin/pip install --no-cache-dir -c constraints.txt '.[cluster]' ./connectors/pipedrive ./connectors/hubspot

FROM python:3.13-slim
COPY --from=build /opt/bridge /opt/bridge
RUN useradd --system --uid 10001 --home-dir /data --create-home bridge
USER bridge
WORKDIR /data
VOLUME /data
ENV PATH=/opt/bridge/bin:$PATH \
    FORTNOX_BRIDGE_HOST=0.0.0.0 \
    FORTNOX_BRIDGE_DATABASE_URL=sqlite+aiosqlite:////data/bridge.db
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["fortnox-bridge", "serve"]
