"""REST of people: `/api/access/v1/people`, `/api/access/v1/departments`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from chassis.routes import Call, reads, writes
from services.access.people import actions, schemas

router = APIRouter(prefix="/api/access/v1", tags=["people"])
Reads = Annotated[Call, reads("people:read")]
Writes = Annotated[Call, writes("people:write", key=False)]
GivesRoles = Annotated[Call, writes("roles:write", key=False)]


@router.get("/people", summary="People")
async def list_people(
    call: Reads,
    cursor: Annotated[str, Query(max_length=20, description="Employee number to continue behind")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    name: Annotated[str, Query(max_length=60, description="Beginning of the name")] = "",
) -> Response:
    """The directory by employee number."""
    return await call.read(actions.list_people, cursor, limit, name)


@router.get("/people/{employee_no}", summary="One person", response_model=schemas.Person)
async def get_person(call: Reads, employee_no: schemas.EmployeeNo) -> Response:
    """A person with the roles they hold."""
    return await call.read(actions.show_person, employee_no)


@router.put("/people/{employee_no}", summary="Add or change a person", response_model=schemas.Person)
async def put_person(call: Writes, employee_no: schemas.EmployeeNo, body: schemas.PersonKept) -> Response:
    """The person becomes as sent; the same message twice ends in the same state. Without `active` a leaver stays one.

    \f
    Controls 2.11, 2.14.
    """
    return await call.write(actions.keep_person, employee_no, body, call.seen)


@router.post("/people/{employee_no}/roles", summary="Give a role", response_model=schemas.Person)
async def post_role(call: GivesRoles, employee_no: schemas.EmployeeNo, body: schemas.RoleAsked) -> Response:
    """Give a person a role; giving it twice changes nothing."""
    return await call.write(actions.give_role, employee_no, body)


@router.post("/people/{employee_no}/roles:take", summary="Take a role", response_model=schemas.Person)
async def post_role_taken(call: GivesRoles, employee_no: schemas.EmployeeNo, body: schemas.RoleAsked) -> Response:
    """Take a role from a person."""
    return await call.write(actions.take_role, employee_no, body)


@router.get("/departments", summary="Departments")
async def list_departments(call: Reads) -> Response:
    """Every department by code."""
    return await call.read(actions.departments)


@router.put("/departments/{code}", summary="Add or rename a department", response_model=schemas.Department)
async def put_department(call: Writes, code: schemas.Code, body: schemas.DepartmentKept) -> Response:
    """The department with this code becomes as sent."""
    return await call.write(actions.keep_department, code, body)
