"""`/styleguide`, in development only: every component in every state, for the eye, for axe and for page builders.

The application adds these routes only when the deployment is one for development.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chassis import clock
from gateway.answers import Answers, Fault
from gateway.languages import label
from gateway.render import Place, Renderer
from gateway.tags import TAGS


@dataclass(frozen=True, slots=True)
class Sample:
    """A row of the sample table."""

    name: str
    company: str
    state: str
    arrived_at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of the sample timeline."""

    text: str
    by: str
    employee_no: str
    at: datetime | None

    @property
    def next(self) -> bool:
        """Whether it has not happened yet."""
        return self.at is None


PLACES = (
    Place("/desk", label("今日")),
    Place("/inbox", label("待办"), count=3),
    Place("/visits", label("访客记录"), label("来访")),
    Place("/visits/board", label("大厅看板"), label("来访")),
    Place("/requests", label("申请"), label("权限"), 12),
    Place("/people", label("人员"), label("权限")),
    Place("/styleguide", label("组件样例"), label("系统")),
)

_FAULTS = (
    ("ends_at", label("请填写结束时间"), "2.1"),
    ("purpose", label("请填写来访事由"), ""),
    ("notice", label("请先阅读并同意访客须知"), ""),
)


class Styleguide:
    """The pages of the style guide."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self.routes = [
            Route("/styleguide", self.show, methods=["GET", "POST"]),
            Route("/styleguide/visits", self.visits),
            Route("/styleguide/kiosk", self.kiosk),
            Route("/styleguide/kiosk/form", self.kiosk_form, methods=["GET", "POST"]),
            Route("/styleguide/paper", self.paper),
            Route("/styleguide/error", self.error),
            Route("/styleguide/news", self.news),
        ]

    async def show(self, request: Request) -> Response:
        """Every component; the form at the end answers with its faults, as a refused one does."""
        request.state.places = PLACES
        status = 422 if request.method == "POST" else 200
        answers = self._wrong(request) if request.method == "POST" else Answers()
        return self._renderer.page(
            request, "styleguide/show.html", block="form", status=status, answers=answers, **_samples()
        )

    async def visits(self, request: Request) -> Response:
        """The sample list alone, as filters and pages of it get it."""
        request.state.places = PLACES
        return self._renderer.page(
            request,
            "styleguide/show.html",
            block="results",
            answers=Answers(request.query_params),
            **_samples(),
        )

    async def kiosk(self, request: Request) -> Response:
        """The tablet's welcome page."""
        return self._renderer.page(request, "styleguide/kiosk.html", home="/styleguide/kiosk", door="一号门 · 大厅")

    async def kiosk_form(self, request: Request) -> Response:
        """A page of the tablet with a form."""
        status = 422 if request.method == "POST" else 200
        fault = Fault("code", self._renderer.say(request, label("请输入 6 位预约码")))
        answers = Answers({"code": "12"}, (fault,)) if request.method == "POST" else Answers()
        return self._renderer.page(
            request,
            "styleguide/kiosk_form.html",
            block="form",
            status=status,
            home="/styleguide/kiosk",
            answers=answers,
        )

    async def paper(self, request: Request) -> Response:
        """A form on A4 and two badges."""
        return self._renderer.page(request, "styleguide/paper.html", until=clock.now() + timedelta(hours=3))

    async def error(self, request: Request) -> Response:
        """What stands in place of a page that cannot be shown."""
        request.state.places = PLACES
        request.state.request_id = "7F3K2A"
        return self._renderer.page(
            request,
            "error.html",
            block="notice",
            status=404,
            heading=self._renderer.say(request, label("没有找到这个页面")),
            says=self._renderer.say(request, label("地址可能写错了，或者这条记录您不能查看。请从菜单重新打开。")),
            link=None,
        )

    def _wrong(self, request: Request) -> Answers:
        values = {"visitor_name": "王小明", "areas": ["floor"]}
        faults = (Fault(name, self._renderer.say(request, says), control) for name, says, control in _FAULTS)
        return Answers(values, tuple(faults))

    async def news(self, request: Request) -> Response:
        """The answer to the sample poll: nothing new."""
        return self._renderer.unchanged()


def _samples() -> dict[str, Any]:
    now = clock.now()
    first = (now - timedelta(days=29)).date()
    counts = [6, 9, 12, 11, 8, 2, 1, 10, 13, 14, 9, 12, 3, 0, 8, 15, 13, 11, 14, 4, 2, 12, 16, 14, 10, 13, 2, 1, 15, 17]
    days = [(f"{first + timedelta(days=n):%m-%d}", count) for n, count in enumerate(counts)]
    return {
        "now": now,
        "rows": [
            Sample("王小明", "华为技术有限公司", "inside", now - timedelta(minutes=52), 1),
            Sample("陈静", "招商银行信用卡中心", "overdue", now - timedelta(hours=5), 3),
            Sample("Anna Schneider", "Bundesdruckerei GmbH", "to_be_confirmed", now - timedelta(hours=27), 2),
            Sample("李雷", "顺丰速运", "closed", now - timedelta(days=4), 1),
        ],
        "history": [
            Step(label("提交申请"), "王小明", "E1024", now - timedelta(hours=26)),
            Step(label("部门主管同意"), "李静", "E0031", now - timedelta(hours=3)),
            Step(label("公司领导签字"), "陈总", "E0001", None),
        ],
        "tags": list(TAGS),
        "days": days,
        "before": [(label, max(count - 3 + n % 5, 0)) for n, (label, count) in enumerate(days)],
        "heat": {(now.date() - timedelta(days=n)).isoformat(): (n * 7) % 5 for n in range(80) if n % 6},
        "today": now.date().isoformat(),
        "begin": now - timedelta(hours=9),
        "soon": now + timedelta(hours=2, minutes=4),
        "late": now - timedelta(minutes=20),
    }
