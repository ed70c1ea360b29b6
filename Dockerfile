# The reelmatch command line on CPU torch.
#   docker build --build-arg PIP_EXTRA_INDEX_URL=<PyTorch's CPU index> -t reelmatch .
#   docker run --rm -v "$PWD:/work" reelmatch validate data/sample

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
RUN /opt/reelmatch/bin/pip install -c constraints.txt .

FROM python:3.12-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home reelmatch
COPY --from=build /opt/reelmatch /opt/reelmatch
ENV PATH="/opt/reelmatch/bin:$PATH"
USER reelmatch
WORKDIR /work
ENTRYPOINT ["reelmatch"]
CMD ["--help"]
