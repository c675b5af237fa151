"""The routes of the service: what can be asked, and how it is answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, File, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import WithJsonSchema
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from paratheme import __version__
from paratheme.classifier.columns import plain
from paratheme.classifier.inputs import Group
from paratheme.classifier.service import Reading, Service
from paratheme.classifier.service_answers import (
    Answer,
    DocumentsAnswer,
    Format,
    Language,
    ModelAnswer,
    Question,
    Refusal,
    State,
)
from paratheme.classifier.service_gate import Gate, refused
from paratheme.classifier.service_page import POLICY, page

PRIVATE = "seen"  # hashes of the texts that a classifier was trained on
REFUSALS = {
    400: "The request is damaged",
    401: "A token is wanted",
    408: "The request took too long to come",
    413: "The request is too large",
    422: "The request is not as described here, or asks for too much at once",
    429: "Too much waits already; ask again later",
    503: "The model is not loaded yet, the service is ending, or the answer took too long",
}


def _refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Refusal, "description": REFUSALS[status]} for status in statuses}


def _refusals_of_text(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the same for a route that answers with text: FastAPI would have its refusals be text too."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{Refusal.__name__}"}}}
    return {status: {"content": content, "description": REFUSALS[status]} for status in statuses}


# Any bytes: what OpenAPI 3.1 has for content that is no text is a schema without a type.
Upload = Annotated[UploadFile, WithJsonSchema({"contentMediaType": "application/octet-stream"})]
ASKED = _refusals(*REFUSALS)
HTML: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
router = APIRouter()


@router.get("/health", response_model=State)
async def health() -> State:
    """Tell that the service is alive."""
    return State(status="alive")


@router.get("/ready", response_model=State, responses=_refusals(503))
async def ready(request: Request) -> State:
    """Tell whether the model is loaded."""
    _service(request).ready()
    return State(status="ready")


@router.get("/metrics", response_class=PlainTextResponse, responses=_refusals_of_text(401))
async def metrics(request: Request) -> Response:
    """Give Prometheus its figures."""
    return Response(generate_latest(_service(request).metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/model", response_model=ModelAnswer, responses=_refusals(401, 503))
async def model(request: Request) -> Response:
    """Tell what files: its themes, the scores from which they are given, and how good it is."""
    service = _service(request)
    classifier = service.ready()
    themes = [
        {**theme.model_dump(include={"id", "names", "definition"}), "threshold": classifier.thresholds.get(theme.id)}
        for theme in classifier.themes.themes
    ]
    about = {key: value for key, value in classifier.about.items() if key != PRIVATE}
    own = {"model": service.model, "model_type": classifier.model_type, "paratheme": __version__}
    return _json({**own, "themes": themes, "about": about})


@router.post("/predict", response_model=Answer, responses=ASKED)
async def predict(request: Request, question: Question) -> Response:
    """File texts."""
    service = _service(request)
    service.ready()
    texts = len(question.texts)
    if texts > (most := service.settings.max_texts):
        raise HTTPException(422, f"{texts:,} texts, more than the {most:,} of --max-texts; send fewer at once")
    groups = _groups(question)
    await service.within(request, service.file(list(groups.values()), question.explain))
    records = sorted((record for group in groups.values() for record in group), key=lambda record: record["index"])
    shown = ("themes", "scores", *(["reasons"] if question.explain else []))
    return _json({"model": service.model, "predictions": [{key: one[key] for key in shown} for one in records]})


@router.post("/documents", response_model=DocumentsAnswer, responses={**ASKED, **HTML})
async def documents(
    request: Request,
    files: Annotated[list[Upload], File(min_length=1)],
    explain: Literal["false", "true"] = "false",
    format: Format = Format.json,
    language: Language = Language.en,
) -> Response:
    """File documents: a block is answered as `paratheme predict` does, or all of them as a page for a person."""
    service = _service(request)
    service.ready()

    async def work() -> Reading:
        reading = await service.read(files)
        await service.file(reading.groups, explain == "true")
        return reading

    reading = await service.within(request, work())
    for group in reading.groups:
        for record in group:
            record["model"] = service.model
    if format is Format.html:
        return HTMLResponse(await asyncio.to_thread(service.report, reading, language.value))
    blocks = [record for group in reading.groups for record in group]
    return _json({"blocks": blocks, "failures": reading.failures, "notes": reading.notes})


@router.get("/", response_class=HTMLResponse, responses=_refusals_of_text(401, 422))
async def drop(language: Language = Language.en) -> Response:
    """Give a person a page to drop files on."""
    return HTMLResponse(page(language.value), headers={"Content-Security-Policy": POLICY})


def make_app(service: Service, tokens: Collection[str] = ()) -> FastAPI:
    """Return the service as an ASGI application.

    Parameters
    ----------
    service : Service
    tokens : collection of str
        One of which is to be sent; none: everybody may ask.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.ensure_future(asyncio.to_thread(service.start))
        yield
        await loading
        await asyncio.to_thread(service.end)

    told = "Files paragraphs by theme."
    app = FastAPI(
        title="paratheme",
        summary=told,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,  # these pages load programs from elsewhere
        redoc_url=None,
    )
    app.state.service = service
    app.include_router(router)
    app.add_middleware(
        Gate, settings=service.settings, tokens=tokens, metrics=service.metrics, is_ending=lambda: service.ending
    )
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _broken)
    return app


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Tell in one line what is wrong with a request, and where."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    return refused(422, " ".join(f"{place}: {first['msg']}".split()))


async def _broken(request: Request, error: Exception) -> JSONResponse:
    return refused(500, f"{type(error).__name__}; standard error of the service has more")


def _groups(question: Question) -> dict[object, Group]:
    """Return texts as records: those of one document together, each of the others alone."""
    groups: dict[object, Group] = {}
    for index, one in enumerate(question.texts):
        text, document = (one, None) if isinstance(one, str) else (one.text, one.document)
        record = {"document": document or "", "index": index, "kind": "paragraph", "text": text}
        groups.setdefault(index if document is None else document, []).append(record)
    return groups


def _json(answer: dict[str, Any]) -> Response:
    """Return an answer as JSON; half a character, which texts of broken files have, is escaped."""
    text = json.dumps(plain(answer), ensure_ascii=False, allow_nan=False)
    return Response(text.encode("utf-8", "backslashreplace"), media_type="application/json")


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service
