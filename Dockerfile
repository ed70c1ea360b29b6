# The service and the command line, on CPU torch.
#   docker build --build-arg PIP_EXTRA_INDEX_URL=<PyTorch's CPU index> -t reelmatch .
#   docker run --rm -p 8000:8000 -v reelmatch-data:/var/lib/reelmatch reelmatch
# compose.yaml runs it with a PostgreSQL of its own, replicas, a worker and a proxy; docs/running.md explains both.

FROM python:3.12-slim AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/*
# The +cpu below refuses to go on without an index that holds it: no CUDA in this image.
ARG PIP_EXTRA_INDEX_URL=""
# Portable machine code: the image moves between CPUs.
ENV LIGHTFM_NO_CFLAGS=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY constraints.txt ./
RUN python -m venv /opt/reelmatch \
 && /opt/reelmatch/bin/pip install -c constraints.txt "torch==$(sed -n 's/^torch==//p' constraints.txt)+cpu"
COPY pyproject.toml README.md ./
COPY recommender ./recommender
COPY service ./service
COPY data/sample ./data/sample
RUN /opt/reelmatch/bin/pip install -c constraints.txt .

FROM python:3.12-slim
# The fonts print names in other scripts than Latin, Greek and Cyrillic in agendas.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libgomp1 fonts-noto-core fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home reelmatch \
 && install --directory --owner=reelmatch /var/lib/reelmatch
COPY --from=build /opt/reelmatch /opt/reelmatch
# The embedded PostgreSQL needs a data folder without links and a user without rights; both are here.
ENV PATH="/opt/reelmatch/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    REELMATCH_HOST=0.0.0.0 \
    REELMATCH_DATA_DIR=/var/lib/reelmatch \
    REELMATCH_CACHE=/var/lib/reelmatch/cache
USER reelmatch
WORKDIR /work
VOLUME /var/lib/reelmatch
EXPOSE 8000
STOPSIGNAL SIGTERM
# Alive, not ready: a replica that waits for the database must not be shot for it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('REELMATCH_PORT') or 8000), timeout=4); c.request('GET', '/health/live'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["reelmatch"]
CMD ["serve"]
