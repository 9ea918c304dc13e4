"""${message}

Revises ${down_revision or "nothing: the beginning"}.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
% if imports:
${imports}
% endif
% if down_revision is None:
from migrations.beginnings import begin_journal, end_journal
% endif

revision = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
% if down_revision is None:
    begin_journal()
% endif


def downgrade() -> None:
% if down_revision is None:
    end_journal()
% endif
    ${downgrades if downgrades else "pass"}
