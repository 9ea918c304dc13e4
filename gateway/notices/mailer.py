"""Sending one mail through the deployment's own server (`GATEHOUSE_SMTP_*`)."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from chassis.settings import Settings

SECONDS = 10


class MailFailed(Exception):
    """The server did not take the mail. `because` is a short code; `for_good` says that trying again is no use."""

    def __init__(self, because: str, *, for_good: bool = False) -> None:
        super().__init__(because)
        self.because = because
        self.for_good = for_good


class Mailer:
    """The mail server of the deployment, if one is set."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def is_set(self) -> bool:
        """Whether mails can be sent at all."""
        return bool(self._settings.smtp_host and self._settings.smtp_from)

    @property
    def sender(self) -> Address:
        """Who the mails are from."""
        name, address = parseaddr(self._settings.smtp_from or "")
        return Address(name or "门岗 Gatehouse", addr_spec=address)

    def letter(self, to: str, subject: str) -> EmailMessage:
        """A mail to one address, without its text. Raises `MailFailed` where a header would hold more than a value."""
        letter = EmailMessage()
        letter["From"] = self.sender
        letter["To"] = self.address(to)
        try:
            letter["Subject"] = subject
        except ValueError as error:
            raise MailFailed("header", for_good=True) from error
        letter["Auto-Submitted"] = "auto-generated"
        return letter

    def address(self, text: str) -> Address:
        """One address for a header. Raises `MailFailed` for anything else."""
        try:
            return Address(addr_spec=text)
        except (ValueError, IndexError) as error:  # the parser of addresses raises IndexError on some
            raise MailFailed("header", for_good=True) from error

    def send(self, letter: EmailMessage) -> None:
        """Hand a mail to the server. Raises `MailFailed`."""
        try:
            with self._connect() as server:
                if self._settings.smtp_user and self._settings.smtp_password:
                    server.login(self._settings.smtp_user, self._settings.smtp_password.get_secret_value())
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise MailFailed("recipient", for_good=all(code >= 500 for code in codes)) from error
        except smtplib.SMTPAuthenticationError as error:
            raise MailFailed("sign-in") from error
        except smtplib.SMTPResponseException as error:
            raise MailFailed(f"answer {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailFailed(type(error).__name__) from error

    def _connect(self) -> smtplib.SMTP:
        host, port, how = self._settings.smtp_host or "", self._settings.smtp_port, self._settings.smtp_tls
        if how == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
        server = smtplib.SMTP(host, port, timeout=SECONDS)
        if how == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server
