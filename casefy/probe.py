"""`python -m casefy.probe web`: exit 0 when that process is well. For container health checks; needs no Django."""

import os
import sys
import urllib.request

import redis

PORTS = {"web": ("CASEFY_PORT", "8000"), "live": ("CASEFY_LIVE_PORT", "8001")}


def is_well(name: str) -> bool:
    """Whether the process answers (web, live) or has left a sign of life in Valkey lately (worker, beat)."""
    if name in PORTS:
        variable, default = PORTS[name]
        with urllib.request.urlopen(
            f"http://127.0.0.1:{os.environ.get(variable) or default}/healthz", timeout=3
        ) as answer:
            return bool(answer.status == 200)
    with redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=3) as client:
        return bool(client.exists(f"casefy:alive:{name}"))


if __name__ == "__main__":
    try:
        sys.exit(0 if is_well(sys.argv[1]) else 1)
    except (OSError, redis.RedisError) as error:
        sys.exit(f"{sys.argv[1]}: {error}")
