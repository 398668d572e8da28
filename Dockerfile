# The platform in a container; the database is another one (compose.yaml). Packages come from the same lock files
# and the same code as `make run`.
FROM debian:bookworm-slim

RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/jiugai
ENV LANG=C.UTF-8

# Packages first: they change less often than the code. With DATABASE_URL set no PostgreSQL server is installed.
COPY bootstrap bootstrap
COPY requirements.lock package.json package-lock.json ./
RUN DATABASE_URL=postgresql:///elsewhere python3 -m bootstrap install && rm -rf /var/lib/apt/lists/* /root/.cache /root/.npm

COPY . .
RUN useradd --system --home-dir /srv/jiugai jiugai && chown -R jiugai var
USER jiugai

# JIUGAI_BIND: inside the container everybody; compose.yaml decides who reaches it from outside.
ENV JIUGAI_BIND=0.0.0.0 JIUGAI_PORT=8000
EXPOSE 8000
VOLUME /srv/jiugai/var
CMD ["python3", "-m", "bootstrap", "run"]
