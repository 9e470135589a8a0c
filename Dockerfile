# syntax=docker/dockerfile:1
# Three stages: front-end files, Python packages, and the portal itself without compilers or package caches.

FROM node:22-bookworm-slim AS frontend
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim-bookworm AS packages
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm AS portal
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=zhuqi.settings \
    ENVIRONMENT=production \
    VAR_DIR=/var/lib/zhuqi \
    STATIC_ROOT=/app/staticfiles
RUN groupadd --system --gid 10001 zhuqi \
 && useradd --system --uid 10001 --gid zhuqi --home-dir /var/lib/zhuqi zhuqi \
 && install -d -o zhuqi -g zhuqi /var/lib/zhuqi /app/staticfiles
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY manage.py ./
COPY zhuqi ./zhuqi
COPY enterprises ./enterprises
COPY cadres ./cadres
COPY policies ./policies
COPY cases ./cases
COPY reports ./reports
COPY templates ./templates
COPY static ./static
# Only while the image is built: the icons and the collected static files need the packages, the portal does not.
RUN --mount=type=bind,from=frontend,source=/app/node_modules,target=/app/node_modules \
    export SECRET_KEY=only-while-the-image-is-built-0000000000000000 ALLOWED_HOSTS=build.invalid VAR_DIR=/tmp/build \
 && python manage.py build_icons \
 && python manage.py collectstatic --no-input \
 && rm -rf /tmp/build
USER zhuqi
VOLUME /var/lib/zhuqi
EXPOSE 8000
CMD ["gunicorn", "zhuqi.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "3", "--threads", "4", "--graceful-timeout", "20", "--access-logfile", "-", "--worker-tmp-dir", "/dev/shm"]
