# One image for every part: `gateway`, `visitor`, `access`, `equipment`, `migrate` and the commands of an operator.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/gatehouse
COPY requirements/run.lock /src/requirements/
# A machine whose registry has a certificate of its own passes it as the secret `ca`; nobody else needs it.
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    /opt/gatehouse/bin/pip install --require-hashes -r /src/requirements/run.lock
COPY pyproject.toml README.md LICENSE /src/
COPY chassis /src/chassis
COPY services /src/services
COPY gateway /src/gateway
COPY migrations /src/migrations
COPY cli /src/cli
RUN /opt/gatehouse/bin/pip install --no-deps --no-build-isolation /src \
 && /opt/gatehouse/bin/python -m compileall -q /opt/gatehouse/lib \
 && /opt/gatehouse/bin/pip uninstall --yes --quiet pip

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin gatehouse \
 && install --directory --owner gatehouse --mode 0700 /var/lib/gatehouse /var/lib/gatehouse/checkpoints
COPY --from=build /opt/gatehouse /opt/gatehouse
ENV PATH=/opt/gatehouse/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GATEHOUSE_DATA=/var/lib/gatehouse \
    GATEHOUSE_HOST=0.0.0.0
USER gatehouse
WORKDIR /var/lib/gatehouse
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-ISc", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8080, timeout=4); c.request('GET', '/readyz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["gatehouse"]
CMD ["serve"]
