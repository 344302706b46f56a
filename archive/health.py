"""/healthz: whether the archive can be used, for whoever watches over it."""

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from search import engine, outbox


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """{"database": "ok" | "away", "index": "ok" | "previous" | "rebuilding" | "away", "queue": n | null, "detail"}.

    503 only when the database is away or search cannot answer.
    """
    index, detail = engine.state()
    try:
        queue = outbox.waiting()
    except DatabaseError:
        return answer("away", index, None, "数据库打不开。", status=503)
    return answer("ok", index, queue, detail, status=503 if index == "away" else 200)


def answer(database: str, index: str, queue: int | None, detail: str, status: int) -> JsonResponse:
    return JsonResponse(
        {"database": database, "index": index, "queue": queue, "detail": detail},
        status=status,
        json_dumps_params={"ensure_ascii": False},
    )
