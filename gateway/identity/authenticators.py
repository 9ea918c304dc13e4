"""What an authenticator is asked and how its answers are checked (WebAuthn level 3).

Every ceremony demands user verification, so a passkey is two factors in one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.engine import Row

from chassis.problems import Problem


class PasskeyRefused(Problem):
    """The ceremony did not work out: unknown passkey, too late, another browser, or a wrong signature."""

    status, slug = 401, "passkey-refused"
    zh, en = "没有通过验证，请再试一次", "That did not work. Please try once more"


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks for the ceremony, as the browser will name it."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Options:
    """What a browser is given to begin a ceremony, and the challenge in it, as text."""

    challenge: str
    json: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey: its id as text, its public key (COSE) and its counter."""

    credential_id: str
    public_key: bytes
    sign_count: int


def options_to_add(party: Party, account: Row[Any], known: Iterable[str]) -> Options:
    """Options for `navigator.credentials.create`; authenticators that hold one of the `known` passkeys refuse."""
    from webauthn import generate_registration_options
    from webauthn.helpers import structs

    options = generate_registration_options(
        rp_id=party.rp_id,
        rp_name="Gatehouse 门岗",
        user_id=account.person_id.encode(),
        user_name=account.employee_no,
        user_display_name=account.name,
        exclude_credentials=_descriptors(known),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    return _options(options)


def options_to_use(party: Party, known: Iterable[str] = ()) -> Options:
    """Options for `navigator.credentials.get`, for one of the `known` passkeys, or whichever the browser has for us."""
    from webauthn import generate_authentication_options
    from webauthn.helpers.structs import UserVerificationRequirement

    return _options(
        generate_authentication_options(
            rp_id=party.rp_id,
            allow_credentials=_descriptors(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def made(party: Party, challenge: str, credential: dict[str, Any]) -> Made:
    """The passkey a browser has just made for `challenge`. Raises `PasskeyRefused`."""
    from webauthn import base64url_to_bytes, verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise PasskeyRefused() from error
    return Made(bytes_to_base64url(found.credential_id), found.credential_public_key, found.sign_count)


def count_after(party: Party, challenge: str, credential: dict[str, Any], passkey: Row[Any]) -> int:
    """The counter of a passkey that has signed `challenge`. Raises `PasskeyRefused` when it has not."""
    from webauthn import base64url_to_bytes, verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        proof = verify_authentication_response(
            credential=orjson.dumps(credential).decode(),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise PasskeyRefused() from error
    return int(proof.new_sign_count)


def _options(options: Any) -> Options:
    from webauthn import options_to_json
    from webauthn.helpers import bytes_to_base64url

    return Options(bytes_to_base64url(options.challenge), options_to_json(options).encode())


def _descriptors(known: Iterable[str]) -> list[Any]:
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(credential_id)) for credential_id in known]
