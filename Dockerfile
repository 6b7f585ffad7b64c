# Styles and scripts
FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY static/src static/src
COPY ui ui
RUN npm run build

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/casefy/bin:$PATH CASEFY_BIND=0.0.0.0 CASEFY_STATIC_ROOT=/opt/static
RUN useradd --system --create-home --uid 10001 casefy && python -m venv /opt/casefy
COPY requirements/runtime.txt /tmp/runtime.txt
RUN pip install --no-cache-dir --require-hashes --no-deps -r /tmp/runtime.txt
WORKDIR /app
COPY . .
COPY --from=assets /app/static/build static/build
RUN echo /app > "$(python -c 'import site; print(site.getsitepackages()[0])')/casefy.pth" \
 && printf '#!/bin/sh\nexec python -m casefy "$@"\n' > /opt/casefy/bin/casefy && chmod +x /opt/casefy/bin/casefy \
 && python -m compileall -qq -j 0 . \
 && CASEFY_COLLECTING=1 python manage.py collectstatic --noinput --verbosity 0
USER casefy
EXPOSE 8000 8001
CMD ["casefy", "web"]
