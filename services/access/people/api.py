"""REST of people: `/api/access/v1/people`, `/api/access/v1/departments`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from chassis.paging import USUAL, read_cursor
from chassis.roles import Role
from chassis.routes import Call, MaySee, reads, writes
from services.access.people import absences, actions, decisions, schemas, views
from services.access.roles.schemas import RoleAsked, RoleNamed

router = APIRouter(prefix="/api/access/v1", tags=["people"])
Reads = Annotated[Call, reads("people:read")]
Writes = Annotated[Call, writes("people:write", key=False)]
GivesRoles = Annotated[Call, writes("roles:write", key=False)]


@router.get("/people", summary="People", response_model=schemas.People)
async def list_people(
    call: Reads,
    q: Annotated[str, Query(max_length=60, description="Name, pinyin, initials, employee no., extension, badge")] = "",
    department: Annotated[str | None, Query(max_length=20, description="Code of a department")] = None,
    status: Annotated[schemas.Status, Query()] = "active",
    role: Annotated[Role | None, Query(description="Only who holds this role now, anywhere")] = None,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = USUAL,
) -> Response:
    """The directory in the order of names, as they are read in Chinese."""
    asked = views.Filter(q, department, status, role)
    return await call.read(views.list_people, asked, read_cursor(cursor, limit, by_text=True))


@router.get("/people/{employee_no}", summary="One person", response_model=schemas.Person)
async def get_person(call: Reads, employee_no: schemas.EmployeeNo) -> Response:
    """A person with the roles they hold; dates and who gave the roles to those who keep or manage the person."""
    return await call.read(views.show, employee_no)


@router.put("/people/{employee_no}", summary="Add or change a person", response_model=schemas.Person)
async def put_person(call: Writes, employee_no: schemas.EmployeeNo, body: schemas.PersonKept, seen: MaySee) -> Response:
    """The person becomes as sent; the same message twice ends in the same state. Without `active` a leaver stays one.

    If-Match with 0 only adds: a number that somebody has is refused.

    \f
    Controls 2.11, 2.14.
    """
    return await call.write(actions.keep_person, employee_no, body, seen)


@router.put("/people/{employee_no}/absence", summary="Be away", response_model=schemas.Person)
async def put_absence(call: Writes, employee_no: schemas.EmployeeNo, body: schemas.AbsenceKept) -> Response:
    """Somebody is away from then to then; what waits for their decision goes to the stand-in at once."""
    return await call.write(absences.keep, employee_no, body)


@router.delete("/people/{employee_no}/absence", summary="Be back", response_model=schemas.Person)
async def delete_absence(call: Writes, employee_no: schemas.EmployeeNo) -> Response:
    """The absence is over, or was never begun."""
    return await call.write(absences.end, employee_no)


@router.post("/people/{employee_no}/roles", summary="Give a role", response_model=schemas.Person)
async def post_role(call: GivesRoles, employee_no: schemas.EmployeeNo, body: RoleAsked) -> Response:
    """Give a person a role, from a date to a date or from now on; needs a second check. Twice changes nothing."""
    return await call.write(decisions.give_role, employee_no, body)


@router.post("/people/{employee_no}/roles:take", summary="Take a role", response_model=schemas.Person)
async def post_role_taken(call: GivesRoles, employee_no: schemas.EmployeeNo, body: RoleNamed) -> Response:
    """Take a role from a person; needs a second check. Twice changes nothing."""
    return await call.write(decisions.take_role, employee_no, body)


@router.get("/departments", summary="Departments", response_model=schemas.Departments)
async def list_departments(call: Reads) -> Response:
    """Every department by code, with how many people work in it."""
    return await call.read(views.departments)


@router.put("/departments/{code}", summary="Add or change a department", response_model=schemas.Department)
async def put_department(call: Writes, code: schemas.Code, body: schemas.DepartmentKept, seen: MaySee) -> Response:
    """The department with this code becomes as sent; it can be closed once nobody works in it."""
    return await call.write(actions.keep_department, code, body, seen)
